import copy

import numpy as np
import pytest

from ajahr_mm.anatomy.keypoints import ABSENT, HMR44, OCCLUDED, VISIBLE
from ajahr_mm.datasets.transforms import CropBody, RandomOcclusion
from ajahr_mm.datasets.transforms.occlusion import ends_of_lost_limbs, hide_behind

ELBOW, WRIST, SHOULDER = (HMR44.index(f'left_{name}') for name in ('elbow', 'wrist', 'shoulder'))


@pytest.fixture
def crop(sample):
    return CropBody()(sample)


def test_what_is_behind_is_hidden_and_nothing_else(crop):
    mask = np.zeros((256, 256), bool)
    mask[:, :128] = True
    before = copy.deepcopy(crop)
    crop['projected_2d'][:] = 0  # a corpus that does not have this column
    hide_behind(crop, mask)
    known = before['keypoints_2d'][:, 2] > 0
    left = known & (np.round(before['keypoints_2d'][:, 0]) < 128)
    assert 0 < left.sum() < known.sum()
    np.testing.assert_array_equal(crop['keypoints_2d'], np.where(left[:, None], 0, before['keypoints_2d']))
    np.testing.assert_array_equal(crop['projected_2d'], np.where(left[:, None], before['keypoints_2d'], 0))
    np.testing.assert_array_equal(crop['visibility'] == OCCLUDED, left & (before['visibility'] == VISIBLE))


def test_hidden_is_not_lost_and_the_picture_changes_there(crop):
    np.random.seed(0)
    hidden = 0
    for _ in range(30):
        result = RandomOcclusion(prob=1)(copy.deepcopy(crop))
        np.testing.assert_array_equal(result['limb_extent'], crop['limb_extent'])
        assert not ((result['visibility'] == ABSENT) ^ (crop['visibility'] == ABSENT)).any()
        fresh = (result['visibility'] == OCCLUDED) & (crop['visibility'] != OCCLUDED)
        x, y = np.round(crop['keypoints_2d'][fresh, :2]).astype(int).clip(0, 255).T
        changed = (result['img'] != crop['img']).any(-1)
        assert result['img'].dtype == np.uint8 and 0.001 < changed.mean() < 0.25
        if len(x):
            assert changed[y, x].mean() > 0.9  # the patch may by chance have the same colour
        hidden += fresh.sum()
    assert hidden > 30


def test_the_end_of_a_lost_limb():
    points = np.ones((44, 3)) * [5, 6, 1]
    points[SHOULDER, :2], points[ELBOW, :2] = [10, 11], [20, 21]
    points[HMR44.index('neck'), :2] = [30, 31]
    points[[HMR44.index(n) for n in ('left_wrist', 'lsp_left_wrist', 'lsp_left_elbow', 'lsp_left_shoulder')]] = 0
    np.testing.assert_array_equal(ends_of_lost_limbs(points, np.array([1.4, 3, 3, 3])), [[20, 21]])
    points[ELBOW] = 0
    np.testing.assert_array_equal(ends_of_lost_limbs(points, np.array([0.6, 3, 3, 3])), [[10, 11]])
    points[SHOULDER] = 0
    np.testing.assert_array_equal(ends_of_lost_limbs(points, np.array([0, 3, 3, 3])), [[30, 31]])
    assert not len(ends_of_lost_limbs(points, np.full(4, 3)))


def test_ends_stay_in_sight(crop):
    np.random.seed(1)
    end = crop['projected_2d'][SHOULDER] = crop['keypoints_2d'][SHOULDER] = np.array([120, 120, 1])
    crop['limb_extent'] = np.array([0.5, 3, 3, 3], np.float32)
    for name in HMR44:
        if name in ('left_elbow', 'left_wrist') or name.startswith('lsp_left') and name.split('_')[-1] in (
                'elbow', 'wrist', 'shoulder'):
            crop['keypoints_2d'][HMR44.index(name)] = crop['projected_2d'][HMR44.index(name)] = 0
    around = (slice(int(end[1]) - 4, int(end[1]) + 5), slice(int(end[0]) - 4, int(end[0]) + 5))
    touched = {True: 0, False: 0}
    for keep in touched:
        transform = RandomOcclusion(prob=1, size=(0.3, 0.5), keep_ends=keep)
        for _ in range(40):
            touched[keep] += bool((transform(copy.deepcopy(crop))['img'][around] != crop['img'][around]).any())
    assert touched[True] == 0 and touched[False] > 5


def test_probability_and_nobody_to_hide(crop):
    np.random.seed(2)
    changed = [(RandomOcclusion(prob=0.3)(copy.deepcopy(crop))['img'] != crop['img']).any() for _ in range(100)]
    assert 15 < sum(changed) < 45
    crop['keypoints_2d'][:] = 0
    assert (RandomOcclusion(prob=1)(copy.deepcopy(crop))['img'] == crop['img']).all()
