import copy

import cv2
import numpy as np
import pytest

from ajahr_mm.anatomy.keypoints import HMR44
from ajahr_mm.datasets.transforms import CropBody
from ajahr_mm.datasets.transforms.crop import cut
from ajahr_mm.geometry.boxes import crop_affine

ELBOW = HMR44.index('left_elbow')


def spot_centre(image: np.ndarray) -> np.ndarray:
    weight = image[..., 0].astype(float)
    y, x = np.mgrid[:image.shape[0], :image.shape[1]]
    return np.array([(x * weight).sum(), (y * weight).sum()]) / weight.sum()


@pytest.mark.parametrize('size', [90, 256, 600, 1100, 2300])  # magnified, as it is, and halved up to three times
@pytest.mark.parametrize('rotation', [0, 33, -120])
def test_picture_and_keypoints_go_to_the_same_place(size, rotation):
    image = np.zeros((2000, 2400, 3), np.uint8)
    center, spot = np.array([1190.0, 1005.0]), np.array([1190.0, 1005.0]) + size * np.array([0.11, -0.23])
    cv2.circle(image, tuple(int(round(v * 16)) for v in spot), int(size / 20 * 16), (255, 255, 255), -1, cv2.LINE_AA, 4)
    affine = crop_affine(center, size, 256, rotation)
    expected = affine[:, :2] @ spot + affine[:, 2]
    np.testing.assert_allclose(spot_centre(cut(image, affine, 256)), expected, atol=0.15)


def test_large_boxes_are_averaged_not_skipped():
    image = np.zeros((1024, 1024, 3), np.uint8)
    image[::4] = 255  # a quarter of the lines is white: the mean must stay a quarter
    crop = cut(image, crop_affine((512, 512), 1024, 256), 256)
    assert abs(crop[4:-4].mean() - 255 / 4) < 2


def test_same_as_opencv_for_small_boxes(sample):
    affine = crop_affine(sample['center'], sample['size'], 256, 20)
    np.testing.assert_array_equal(cut(sample['img'], affine, 256), cv2.warpAffine(sample['img'], affine, (256, 256)))


def test_outside_is_not_amputated(sample):
    sample['keypoints_2d'][ELBOW] = [500, 20, 1]
    before = sample['limb_extent'].copy()
    result = CropBody()(copy.deepcopy(sample))
    np.testing.assert_array_equal(result['keypoints_2d'][ELBOW], 0)
    assert result['visibility'][ELBOW] == 2
    np.testing.assert_array_equal(result['limb_extent'], before)


def test_absent_keypoints_stay_absent(sample):
    sample['keypoints_2d'][ELBOW] = 0
    sample['visibility'][ELBOW] = 3
    result = CropBody()(sample)
    np.testing.assert_array_equal(result['keypoints_2d'][ELBOW], 0)  # not where the affine map sends the origin
    assert result['visibility'][ELBOW] == 3


def test_other_crop_sizes_and_boxes_off_the_image(sample):
    assert CropBody(size=128)(copy.deepcopy(sample))['img'].shape == (128, 128, 3)
    sample['center'] = np.array([-5000.0, -5000.0])
    result = CropBody()(sample)
    assert not result['img'].any() and not result['keypoints_2d'].any()
    sample['img'] = np.full((2000, 2000, 3), 9, np.uint8)
    sample['size'] = 1500.0
    assert not CropBody()(sample)['img'].any()
