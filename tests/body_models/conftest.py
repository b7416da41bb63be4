"""An artificial 24-joint body in the layout of SMPL files, the packaged body, and random poses."""
import zlib

import numpy as np
import pytest
import torch

from ajahr_mm.anatomy.skeleton import PARENTS
from ajahr_mm.body_models import build_body
from ajahr_mm.geometry.rotations import axis_angle_to_matrix


def synthetic_smpl(vertices: int, faces: int) -> dict:
    """The arrays from which the numbers in tests/data/amputation.npz were computed; draws and order must stay as they are."""
    rs = np.random.RandomState(zlib.crc32(b'synth_smpl') & 0x7fffffff)
    offsets, own = 0.12 * rs.randn(24, 3), np.arange(vertices) % 24
    joints = offsets.copy()
    for j in range(1, 24):
        joints[j] += joints[PARENTS[j]]
    arrays = dict(v_template=joints[own] + 0.05 * rs.randn(vertices, 3), shapedirs=0.01 * rs.randn(vertices, 3, 10),
                  posedirs=0.002 * rs.randn(vertices, 3, 207))
    weights = np.zeros((vertices, 24))
    weights[np.arange(vertices), own] = 1
    for i in range(vertices):
        if (i // 24) % 3 == 0 and own[i] > 0:
            weights[i, own[i]], weights[i, PARENTS[own[i]]] = 0.6, 0.4
    regressor = rs.rand(24, vertices) * (own[None] == np.arange(24)[:, None])
    arrays.update(weights=weights, J_regressor=regressor / regressor.sum(1, keepdims=True),
                  kintree_table=np.array([PARENTS, range(24)], np.int64),
                  f=(np.arange(faces)[:, None] + np.arange(3)) % vertices)
    return arrays


@pytest.fixture(scope='session')
def smpl_arrays():
    return synthetic_smpl(240, 476)


@pytest.fixture(scope='session')
def smpl_path(smpl_arrays, tmp_path_factory):
    path = tmp_path_factory.mktemp('smpl') / 'synthetic.npz'
    np.savez(path, **smpl_arrays)
    return path


@pytest.fixture(scope='session')
def open_body():
    return build_body('open')


def random_pose(batch: int, seed: int, scale: float = 0.4, dtype=torch.float32):
    """global_orient (B,3,3), body_pose (B,23,3,3), betas (B,10)."""
    generator = torch.Generator().manual_seed(seed)
    rotations = axis_angle_to_matrix(scale * torch.randn(batch, 24, 3, generator=generator, dtype=torch.float64))
    betas = torch.randn(batch, 10, generator=generator, dtype=torch.float64)
    return rotations[:, 0].to(dtype), rotations[:, 1:].to(dtype), betas.to(dtype)


@pytest.fixture
def pose():
    return random_pose
