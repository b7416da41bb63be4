"""A miniature A3D whose columns agree with one another by construction."""
import cv2
import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.keypoints import HMR44, HMR44_FLIP
from ajahr_mm.geometry.cameras import project_to_crop, weak_to_translation

MIRROR = np.array([-1, 1, 1])


def rest_points(rng) -> np.ndarray:
    """(44,3) a left-right symmetric cloud the size of a person, its mid-hip on the root joint."""
    points = rng.uniform(-1, 1, (44, 3)) * [0.4, 0.8, 0.2]
    return (points + MIRROR * points[list(HMR44_FLIP)]) / 2


def write_a3d(folder, count=6, seed=0, shape=(200, 160), **changed):
    """Writes images and annotations.npz and returns the columns; ``changed`` columns replace (None: remove)."""
    rng = np.random.default_rng(seed)
    height, width = shape
    (folder / 'images').mkdir(parents=True, exist_ok=True)
    rest = rest_points(rng)
    root = rest[HMR44.index('mid_hip')]
    orient = Rotation.random(count, random_state=seed)
    bodies = np.stack([r.apply(rest - root) + root for r in orient])      # relative to SMPL's origin
    camera = np.column_stack([rng.uniform(0.8, 1.0, count), rng.uniform(-0.1, 0.1, (count, 2))])
    center = np.array([width / 2, height / 2]) + rng.uniform(-10, 10, (count, 2))
    box = rng.uniform(110, 140, count)
    crop = project_to_crop(torch.from_numpy(bodies), torch.from_numpy(camera)).numpy()
    pixels = (crop - 128) * (box / 256)[:, None, None] + center[:, None]
    transl = weak_to_translation(torch.from_numpy(camera)).numpy()
    labels = np.arange(count) % 13
    classes = np.stack([limbs.label_to_classes(i) for i in labels])
    ones = np.ones((count, 44, 1))
    columns = dict(
        image=np.array([f'images/{i:06d}.png' for i in range(count)]), center=center, size=box,
        global_orient=orient.as_rotvec(), body_pose=rng.normal(0, 0.4, (count, 69)), betas=rng.normal(size=(count, 10)),
        transl=transl, camera=camera, root_offset=np.tile(root, (count, 1)), keypoints_2d=np.concatenate([pixels, ones], 2),
        projected_2d=np.concatenate([pixels, ones], 2), keypoints_3d=np.concatenate([bodies + transl[:, None], ones], 2), visibility=np.zeros((count, 44), np.uint8),
        limb_extent=limbs.classes_to_extent(classes), label=labels, multi_hot=limbs.classes_to_multi_hot(classes),
        group=np.array(['north', 'south'])[np.arange(count) % 2])
    columns = {k: v.astype(np.float32) if v.dtype == np.float64 else v for k, v in columns.items()}
    columns.update(changed)
    columns = {name: column for name, column in columns.items() if column is not None}
    for i in range(count):
        picture = rng.integers(0, 60, (height, width, 3), dtype=np.uint8)
        cv2.imwrite(str(folder / f'images/{i:06d}.png'), picture)
    np.savez(folder / 'annotations.npz', **columns)
    return columns


@pytest.fixture
def a3d_folder(tmp_path):
    write_a3d(tmp_path)
    return tmp_path


@pytest.fixture
def sample(a3d_folder):
    """One record of the miniature, as the transforms get it after LoadImage."""
    from ajahr_mm.datasets import A3DDataset
    from ajahr_mm.datasets.transforms import LoadImage
    return LoadImage()(A3DDataset(data_root=str(a3d_folder)).get_data_info(1))


@pytest.fixture
def write_miniature():
    return write_a3d
