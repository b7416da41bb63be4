import cv2
import numpy as np
import pytest
import skimage.data

from ajahr_mm.synthesis.composition.statistics import measure


@pytest.fixture(scope='module', params=['coffee', 'chelsea'])
def photo(request):
    return cv2.resize(getattr(skimage.data, request.param)(), (256, 256), interpolation=cv2.INTER_AREA).astype(np.float32)


def noisy(image, sigma, seed=0):
    noise = np.random.default_rng(seed).normal(size=image.shape) * sigma
    return np.clip(image + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize('sigma', [2., 5.])
@pytest.mark.parametrize('blur', [.8, 2.])
def test_grain_is_measured_through_the_picture(photo, sigma, blur):
    smooth = cv2.GaussianBlur(photo, (0, 0), blur)
    assert abs(measure(noisy(smooth, sigma)).grain - sigma) < .25 * sigma + .35
    assert measure(noisy(smooth, 0)).grain < 1.2


@pytest.mark.parametrize('sigma', [0., 2.])
def test_blur_is_measured_through_the_grain(photo, sigma):
    found = [measure(noisy(cv2.GaussianBlur(photo, (0, 0), blur), sigma)).blur for blur in (.7, 1.3, 2.)]
    assert measure(noisy(photo, sigma)).blur < .3
    np.testing.assert_allclose(found, [.7, 1.3, 2.], atol=.55)
    assert found[0] < found[1] < found[2]


def test_levels_and_tint():
    ramp = np.repeat(np.linspace(40, 200, 256)[None, :, None], 256, 0) * np.ones(3)
    found = measure(ramp.astype(np.uint8))
    assert abs(found.black - 43) < 6 and abs(found.middle - 120) < 6 and abs(found.white - 197) < 6
    np.testing.assert_allclose(found.tint, 1, atol=.01)
    warm = measure(np.clip(ramp * [1.1, 1, .9], 0, 255).astype(np.uint8))
    np.testing.assert_allclose(warm.tint, [1.1, 1, .9], atol=.02)


def test_a_colourful_thing_does_not_tint_a_grey_room():
    room = np.full((128, 128, 3), 120, np.uint8)
    room[:, :50] = (220, 20, 20)
    np.testing.assert_allclose(measure(room).tint, 1, atol=.02)


@pytest.mark.parametrize('value', [0, 128, 255])
def test_flat_pictures_have_no_edges_to_measure(value):
    found = measure(np.full((64, 64, 3), value, np.uint8))
    assert found.blur == 0 and found.grain == 0 and np.isfinite(found.tint).all()
