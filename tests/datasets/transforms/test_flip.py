import copy

import numpy as np
from scipy.spatial.transform import Rotation

from ajahr_mm.anatomy.keypoints import HMR44
from ajahr_mm.anatomy.skeleton import JOINTS
from ajahr_mm.datasets.transforms import RandomFlipBody

MIRROR = np.diag([-1.0, 1, 1])
LEFT_ELBOW, RIGHT_ELBOW = HMR44.index('left_elbow'), HMR44.index('right_elbow')


def flipped(sample):
    return RandomFlipBody(prob=1)(copy.deepcopy(sample))


def test_picture_and_keypoints_move_together(sample):
    sample['img'][100, 30] = 255
    sample['keypoints_2d'][LEFT_ELBOW, :2] = 30, 100
    result = flipped(sample)
    x, y = result['keypoints_2d'][RIGHT_ELBOW, :2].astype(int)
    assert (result['img'][y, x] == 255).all()
    assert result['center'][0] == 159 - sample['center'][0] and result['flip']


def test_unseen_keypoints_stay_at_zero(sample):
    sample['keypoints_2d'][LEFT_ELBOW] = 0
    sample['visibility'][LEFT_ELBOW] = 3
    result = flipped(sample)
    np.testing.assert_array_equal(result['keypoints_2d'][RIGHT_ELBOW], 0)
    assert result['visibility'][RIGHT_ELBOW] == 3 and result['visibility'][LEFT_ELBOW] == 0


def test_limbs_change_sides(sample):
    sample['limb_extent'] = np.array([1, 3, 1.4, 3], np.float32)
    np.testing.assert_allclose(flipped(sample)['limb_extent'], [3, 1, 3, 1.4])


def test_rotations_are_mirrored_matrices(sample):
    result = flipped(sample)
    for joint, name in enumerate(JOINTS[1:]):
        other = name.replace('left', '#').replace('right', 'left').replace('#', 'right')
        before = Rotation.from_rotvec(sample['body_pose'][JOINTS.index(other) - 1]).as_matrix()
        after = Rotation.from_rotvec(result['body_pose'][joint]).as_matrix()
        np.testing.assert_allclose(after, MIRROR @ before @ MIRROR, atol=1e-6)


def test_twice_is_nothing(sample):
    result = flipped(flipped(sample))
    for name, value in sample.items():
        np.testing.assert_allclose(result[name], value, atol=1e-5) if isinstance(value, np.ndarray) else None
    assert result['flip'] is False


def test_probability(sample):
    np.random.seed(0)
    flips = [RandomFlipBody(prob=0.3)(copy.deepcopy(sample))['flip'] for _ in range(300)]
    assert 60 < sum(flips) < 120
