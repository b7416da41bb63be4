"""The property that matters: projecting the augmented body gives the augmented 2D keypoints."""
import copy

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from ajahr_mm.anatomy.keypoints import HMR44
from ajahr_mm.datasets.transforms import CropBody, RandomFlipBody, RandomScaleRotate
from ajahr_mm.datasets.transforms.scale_rotate import scale_rotate
from ajahr_mm.geometry.cameras import project_to_crop

ROOT = HMR44.index('mid_hip')


def rest_body(sample) -> np.ndarray:
    """The keypoints (44,3) before global_orient, found by undoing it; SMPL turns about the root joint."""
    points = sample['keypoints_3d'][:, :3] - sample['transl']
    turn = Rotation.from_rotvec(sample['global_orient'])
    return turn.inv().apply(points - points[ROOT]) + points[ROOT]


def reprojection_error(before, result) -> float:
    """Largest distance in crop px between the 2D keypoints and the projection of the body that the pose describes."""
    rest = rest_body(before)
    body = Rotation.from_rotvec(result['global_orient']).apply(rest - rest[ROOT]) + rest[ROOT]
    camera = torch.from_numpy(result['camera'])[None].double()
    projected = project_to_crop(torch.from_numpy(body)[None], camera)[0].numpy()
    crop = CropBody()(copy.deepcopy(result))
    seen = crop['keypoints_2d'][:, 2] > 0
    assert seen.sum() > 20
    return np.linalg.norm(projected - crop['keypoints_2d'][:, :2], axis=1)[seen].max()


def test_the_miniature_itself_is_consistent(sample):
    assert reprojection_error(sample, sample) < 1e-3


@pytest.mark.parametrize('angle', [-60, -13, 30, 90, 180])
def test_rotation_is_exact(sample, angle):
    result = scale_rotate(copy.deepcopy(sample), 1.0, angle, np.zeros(2))
    assert result['rotation'] == angle
    assert reprojection_error(sample, result) < 2e-3


def test_rotation_turns_3d_like_the_orientation(sample):
    result = scale_rotate(copy.deepcopy(sample), 1.0, 37, np.zeros(2))
    turn = Rotation.from_euler('z', 37, degrees=True)
    np.testing.assert_allclose(result['keypoints_3d'][:, :3], turn.apply(sample['keypoints_3d'][:, :3]), atol=1e-3)
    expected = (turn * Rotation.from_rotvec(sample['global_orient'])).as_matrix()
    np.testing.assert_allclose(Rotation.from_rotvec(result['global_orient']).as_matrix(), expected, atol=1e-6)
    np.testing.assert_array_equal(result['body_pose'], sample['body_pose'])


@pytest.mark.parametrize('scale,shift', [(0.7, (0, 0)), (1.3, (0, 0)), (1, (0.02, -0.02)), (1.3, (-0.02, 0.02))])
def test_scale_and_shift_are_exact_up_to_perspective(sample, scale, shift):
    assert reprojection_error(sample, scale_rotate(copy.deepcopy(sample), scale, 0, np.array(shift))) < 0.5


def test_random_compositions(sample):
    np.random.seed(0)
    flip, turn = RandomFlipBody(), RandomScaleRotate()
    for _ in range(40):
        result = copy.deepcopy(sample)
        reference = copy.deepcopy(sample)
        for transform in (flip, turn, flip):
            result = transform(result)
        if result['flip']:
            reference = RandomFlipBody(prob=1)(reference)
        assert reprojection_error(reference, result) < 0.6


def test_without_a_camera_nothing_is_invented(sample):
    sample['camera'][:] = 0
    result = scale_rotate(sample, 1.2, 40, np.array([0.02, 0]))
    np.testing.assert_array_equal(result['camera'], 0)


def test_ranges(sample):
    np.random.seed(0)
    drawn = [RandomScaleRotate()(copy.deepcopy(sample)) for _ in range(400)]
    scale = np.array([d['size'] / sample['size'] for d in drawn])
    rotation = np.array([d['rotation'] for d in drawn])
    shift = np.array([d['center'] - sample['center'] for d in drawn]) / sample['size']
    assert 0.7 - 1e-6 <= scale.min() < 0.72 and 1.28 < scale.max() <= 1.3 + 1e-6
    assert np.abs(rotation).max() <= 60 and 0.3 < (rotation == 0).mean() < 0.5
    assert 0.019 < np.abs(shift).max() <= 0.02 + 1e-6
