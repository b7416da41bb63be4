"""An artificial 24-joint body in the layout of SMPL files, the packaged body, random poses, and a test for piercing faces."""
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


def _crossings(vertices, faces, depth=1e-4, least_area=1e-9, merge=1e-6):
    """Pairs (n,2) of faces that pierce each other by more than ``depth`` metres.

    Faces with a corner in common, by index or by place (the pole of a cap), are neighbours and do not count; degenerate
    faces, of less than ``least_area`` m^2, neither.
    """
    vertices = np.asarray(vertices, np.float64)
    place = np.unique(np.round(vertices / merge).astype(np.int64), axis=0, return_inverse=True)[1].reshape(-1)
    triangles = vertices[faces]
    area = np.linalg.norm(np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]), axis=1) / 2
    kept = np.flatnonzero(area > least_area)
    kept = kept[triangles[kept, :, 0].min(1).argsort()]
    triangles, corners = triangles[kept], place[faces[kept]]
    first, second = _overlapping(triangles.min(1), triangles.max(1))
    apart = ~(corners[first][:, :, None] == corners[second][:, None]).any((1, 2))
    first, second = first[apart], second[apart]
    hit = np.zeros(len(first), bool)
    for a, b in ((first, second), (second, first)):
        for k in range(3):
            hit |= _pierces(triangles[a, k], triangles[a, (k + 1) % 3], triangles[b], depth)
    return np.stack([kept[first[hit]], kept[second[hit]]], 1)


def _overlapping(low, high):
    """Index pairs of boxes, sorted by their lowest x, that touch."""
    count = np.searchsorted(low[:, 0], high[:, 0], side='right') - np.arange(len(low)) - 1
    first = np.repeat(np.arange(len(low)), count)
    second = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + first + 1
    touch = ((low[first] <= high[second]) & (low[second] <= high[first])).all(1)
    return first[touch], second[touch]


def _pierces(start, end, triangle, depth):
    """Segments (n,3) that go through triangles (n,3,3) with both ends more than ``depth`` away from their planes."""
    u, v = triangle[:, 1] - triangle[:, 0], triangle[:, 2] - triangle[:, 0]
    normal = np.cross(u, v)
    normal_length = np.linalg.norm(normal, axis=1)
    above, below = (((p - triangle[:, 0]) * normal).sum(1) / normal_length for p in (start, end))
    through = (above * below < 0) & (np.minimum(np.abs(above), np.abs(below)) > depth)
    at = start + (above / np.where(through, above - below, 1))[:, None] * (end - start) - triangle[:, 0]
    s = (np.cross(at, v) * normal).sum(1) / normal_length ** 2
    t = (np.cross(u, at) * normal).sum(1) / normal_length ** 2
    return through & (s > 1e-4) & (t > 1e-4) & (s + t < 1 - 1e-4)


@pytest.fixture(scope='session')
def crossings():
    """A plain oracle, edge against triangle in float64: which triangles of a mesh cut through each other."""
    return _crossings
