"""SMPL fits that agree with the keypoints they were made of: people of the open body placed in small photographs."""
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
import torch

from ajahr_mm.body_models import build_body
from ajahr_mm.geometry.cameras import project_to_crop
from ajahr_mm.geometry.rotations import axis_angle_to_matrix
from ajahr_mm.registry import SYNTHESIS

WIDTH, HEIGHT = 160, 120


@pytest.fixture(scope='session')
def people():
    """Function: count -> fits as columns, with the cameras (N,3) by which their keypoints were projected."""
    body = build_body('open')

    def make(count, seed=0):
        rng = np.random.default_rng(seed)
        orient = np.tile([np.pi, 0, 0], (count, 1)) + rng.normal(0, .15, (count, 3))     # upright, facing the camera
        pose = rng.normal(0, .25, (count, 69))
        camera = np.column_stack([rng.uniform(.7, 1., count), rng.uniform(-.1, .1, (count, 2))])
        center, size = rng.uniform([60, 50], [100, 70], (count, 2)), rng.uniform(80, 110, count)

        def tensor(values, *shape):
            return torch.from_numpy(np.float32(values)).reshape(count, *shape)
        with torch.no_grad():
            out = body(axis_angle_to_matrix(tensor(orient, 3)), axis_angle_to_matrix(tensor(pose, 23, 3)),
                       torch.zeros(count, 10))
            crop = project_to_crop(out.keypoints, tensor(camera, 3)).numpy()
        pixels = (crop - 128) * (size / 256)[:, None, None] + center[:, None]
        return SimpleNamespace(
            image=np.array([f'images/photo_{i:03d}.jpg' for i in range(count)]), center=center, size=size, camera=camera,
            global_orient=orient, body_pose=pose, betas=rng.normal(size=(count, 10)),
            keypoints_2d=np.concatenate([pixels, np.ones((count, 44, 1))], 2))

    return make


@pytest.fixture
def write_fits():
    """Function: folder, fits -> writes annotations.npz and photographs; ``changed`` columns replace (None: remove)."""
    def write(folder, fits, **changed):
        (folder / 'images').mkdir(parents=True, exist_ok=True)
        for name in fits.image:
            write_picture(folder / str(name))
        columns = {name: value for name, value in {**vars(fits), **changed}.items() if value is not None}
        np.savez(folder / 'annotations.npz', **columns)
        return dict(type='BodyDataset', ann_file='annotations.npz', data_root=str(folder))
    return write


def write_picture(path, size=(WIDTH, HEIGHT)):
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.full((size[1], size[0], 3), 120, np.uint8))


@pytest.fixture
def picture():
    """Function: path -> writes a photograph there."""
    return write_picture


@SYNTHESIS.register_module()
class PaintOverWhite:
    """A segmenter for photographs whose people are white discs."""

    def __call__(self, image, boxes):
        return cv2.dilate((image.min(-1) > 120).astype(np.uint8), np.ones((5, 5))) > 0
