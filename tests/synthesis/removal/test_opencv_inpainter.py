"""The inpainter without a download."""
import cv2
import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.removal.opencv_inpainter import OpenCVInpainter


def ground(shape):
    """The pattern of the scene without the disc."""
    y, x = np.mgrid[:shape[0], :shape[1]]
    return np.stack([60 + 0 * x, 120 + 40 * np.sin(x / 4.), 150 + 30 * np.cos(y / 5.)], axis=-1)


def wide(disc, by=3):
    return cv2.dilate(disc.astype(np.uint8), np.ones((2 * by + 1,) * 2, np.uint8)).astype(bool)


@pytest.mark.parametrize('method', ['telea', 'navier-stokes'])
def test_the_disc_is_gone_and_the_rest_untouched(scene, method):
    image, disc, _ = scene
    mask = wide(disc)
    cleaned = OpenCVInpainter(method)(image, mask)
    np.testing.assert_array_equal(cleaned[~mask], image[~mask])
    assert (np.abs(cleaned[disc].astype(int) - image[disc]).sum(axis=1) > 60).all()
    assert cleaned[disc][:, 0].max() < 90  # nothing red is left


def test_patches_bring_back_the_pattern_that_opencv_smears(scene):
    image, disc, _ = scene
    mask, truth = wide(disc), ground(disc.shape)
    plain, patched = (np.abs(OpenCVInpainter(texture=texture)(image, mask)[mask] - truth[mask]).mean()
                      for texture in (False, True))
    assert patched < .6 * plain


def test_at_reduced_size_the_fine_detail_comes_from_the_full_one(scene):
    """A fine chequerboard is grey at half size; the filled hole must show it all the same."""
    y, x = np.mgrid[:200, :200]
    board = np.where(((x + y) % 2 == 0)[..., None], 200, 60).astype(np.uint8).repeat(3, axis=2)
    mask = np.zeros((200, 200), bool)
    mask[80:120, 80:120] = True
    fine, smear = (OpenCVInpainter(texture=texture, longest=48)(board, mask)[mask].std() for texture in (True, False))
    assert fine > 50 > 10 > smear


def test_several_holes_are_filled_each_from_its_own_surroundings():
    image = np.zeros((120, 400, 3), np.uint8)
    image[:, :200], image[:, 200:] = [200, 30, 30], [30, 30, 200]
    mask = np.zeros((120, 400), bool)
    mask[50:70, 40:60] = mask[50:70, 340:360] = True
    dirty = np.where(mask[..., None], np.uint8([0, 255, 0]), image)
    np.testing.assert_allclose(OpenCVInpainter()(dirty, mask).astype(int), image, atol=3)


def test_thin_and_nearly_total_holes(scene):
    image = scene[0]
    line = np.zeros(image.shape[:2], bool)
    line[60] = True
    assert np.abs(OpenCVInpainter()(image, line)[60].astype(int) - image[59]).mean() < 20
    almost = np.ones(image.shape[:2], bool)
    almost[0, 0] = False
    cleaned = OpenCVInpainter(longest=32)(image, almost)
    assert cleaned.shape == image.shape and (cleaned[0, 0] == image[0, 0]).all()


def test_the_same_picture_every_time(scene):
    image, disc, _ = scene
    inpainter = OpenCVInpainter()
    np.testing.assert_array_equal(inpainter(image, disc), inpainter(image, disc))


def test_an_unknown_method_is_refused():
    with pytest.raises(UserError, match="no method 'criminisi': take 'telea'"):
        OpenCVInpainter('criminisi')
    assert isinstance(SYNTHESIS.build(dict(type='OpenCVInpainter')), OpenCVInpainter)
