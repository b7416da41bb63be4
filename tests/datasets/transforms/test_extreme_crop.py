import copy

import numpy as np
import pytest

from ajahr_mm.anatomy.keypoints import HMR44
from ajahr_mm.datasets.transforms import CropBody, RandomExtremeCrop
from ajahr_mm.datasets.transforms.extreme_crop import LEVELS, PARTS, close_up

SHOWN = dict(head='nose', right_arm='right_elbow', left_leg='left_knee', hips='left_wrist', torso='mid_hip')


@pytest.fixture
def standing(sample):
    """A record whose person stands upright: head above, feet below, right side on the left of the picture."""
    heights = dict(ankle=190, heel=190, toe=195, knee=150, hip=110, pelvis=110, spine=95, wrist=105, elbow=90, shoulder=60,
                   thorax=60, neck=50)
    for i, name in enumerate(HMR44):
        height = next((value for part, value in heights.items() if part in name), 30)
        side = -1 if 'right' in name else 1 if 'left' in name else 0
        reach = {'wrist': 60, 'elbow': 45}.get(name.split('_')[-1], 15)
        sample['keypoints_2d'][i] = [80 + side * reach, height, 1]
    sample['limb_extent'][:] = 3
    return sample


@pytest.mark.parametrize('part', SHOWN)
def test_the_box_shows_the_part_and_little_else(standing, part):
    near = close_up(copy.deepcopy(standing), part)
    assert near['size'] < standing['size'] or part == 'hips'
    crop = CropBody()(near)
    wanted = PARTS[part][0]
    assert (crop['keypoints_2d'][wanted, 2] > 0).all()
    assert crop['keypoints_2d'][HMR44.index(SHOWN[part]), 2] > 0
    if part != 'hips':
        assert (crop['visibility'][~wanted] == 2).sum() > 5


def test_the_box_is_square_around_the_seen_ones_and_padded_twice(standing):
    near = close_up(copy.deepcopy(standing), 'head')
    points = standing['keypoints_2d'][PARTS['head'][0], :2]
    assert near['size'] == pytest.approx(np.ptp(points, axis=0).max() * 1.2 * 1.3, rel=1e-5)
    np.testing.assert_allclose(near['center'], (points.min(0) + points.max(0)) / 2, atol=1e-3)


def test_parts_that_are_not_seen_leave_the_box_alone(standing):
    standing['keypoints_2d'][PARTS['head'][0]] = 0
    for part in ('head',):
        same = close_up(copy.deepcopy(standing), part)
        assert same['size'] == standing['size']
    standing['keypoints_2d'][PARTS['left_arm'][0]] = [40, 60, 1]  # all in one place
    assert close_up(copy.deepcopy(standing), 'left_arm')['size'] == standing['size']


@pytest.mark.parametrize('level', LEVELS)
def test_shares_of_the_parts(level):
    crop, seen = RandomExtremeCrop(level=level), np.ones(44, bool)
    upper = np.array([not any(word in name for word in ('knee', 'ankle', 'toe', 'heel')) for name in HMR44])
    for mask, shares in zip((seen, upper), LEVELS[level]):
        drawn = [crop.choose(mask, luck) for luck in (np.arange(1000) + 0.5) / 1000]
        assert {part: drawn.count(part) / 1000 for part in shares} == pytest.approx(shares)
        assert sum(shares.values()) == pytest.approx(1)
    feet_alone = np.array(['ankle' in name for name in HMR44])
    assert crop.choose(feet_alone, 0.5) is None


def test_probability_and_names(standing):
    np.random.seed(0)
    changed = [RandomExtremeCrop(0.3, 'mild')(copy.deepcopy(standing))['size'] != standing['size'] for _ in range(200)]
    assert 35 < sum(changed) < 85
    with pytest.raises(ValueError, match='level'):
        RandomExtremeCrop(level='wild')
