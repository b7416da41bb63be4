import cv2
import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.composition.finish import CameraFinish, lay_over
from ajahr_mm.synthesis.composition.statistics import measure


def scene(seed=0, blur=0., grain=0., low=0, high=255):
    """Blocks of grey (128,128,3)."""
    rng = np.random.default_rng(seed)
    image = np.repeat(np.kron(rng.uniform(low, high, (16, 16)), np.ones((8, 8)))[..., None], 3, 2).astype(np.float32)
    image = cv2.GaussianBlur(image, (0, 0), blur) if blur else image
    return np.clip(image + rng.normal(size=image.shape) * grain, 0, 255).astype(np.uint8)


def person():
    """Checked colour and coverage of a square person."""
    color, coverage = np.zeros((128, 128, 3), np.uint8), np.zeros((128, 128), np.float32)
    color[40:100, 40:100] = (np.indices((60, 60)).sum(0) // 6 % 2 * 120 + 60)[..., None]
    coverage[40:100, 40:100] = 1
    return color, coverage


def put(background, **changes):
    return CameraFinish(**changes).put(background.astype(np.float32), *person(), background)


def test_lay_over_is_a_weighted_mean():
    image, color = np.zeros((2, 1, 3), np.float32), np.full((2, 1, 3), 100, np.uint8)
    np.testing.assert_allclose(lay_over(image, color, np.array([[.25], [1.]], np.float32))[:, 0, 0], [25, 100], atol=.01)


def test_person_takes_on_some_of_the_tint():
    color, blue = np.full((4, 4, 3), 100, np.uint8), np.full((64, 64, 3), (80, 80, 200), np.uint8)
    matched = CameraFinish(match=.5).adapt(color, blue)
    assert matched[0, 0, 2] > 100 > matched[0, 0, 0]
    np.testing.assert_allclose(CameraFinish(match=0).adapt(color, blue), color, atol=1e-3)


def test_exposure_black_and_white_level_move_towards_the_background():
    ramp = np.repeat(np.linspace(0, 255, 64)[None, :, None], 4, 0) * np.ones(3)
    night, haze = (CameraFinish(match=.6).adapt(ramp, scene(low=low, high=high)) for low, high in ((0, 60), (110, 190)))
    assert night.mean() < .8 * ramp.mean()
    assert haze.min() > 12 and haze.std() < .93 * ramp.std()


def test_without_matching_only_the_edge_changes():
    background = scene()
    picture, (color, coverage) = put(background, match=0.), person()
    np.testing.assert_allclose(picture[45:95, 45:95], color[45:95, 45:95], atol=.01)
    outside = np.ones((128, 128), bool)
    outside[39:101, 39:101] = False
    np.testing.assert_allclose(picture[outside], background[outside], atol=.01)
    assert not np.allclose(put(background, match=0.)[40, 40:100], put(background, match=0., spill=0.)[40, 40:100])


def test_nobody_changes_nothing():
    background = scene()
    image = CameraFinish().put(background.astype(np.float32), person()[0], np.zeros((128, 128), np.float32), background)
    np.testing.assert_array_equal(image, background)


def test_people_before_a_soft_background_are_soft():
    def edges(picture):
        return np.abs(np.diff(picture[50:90, 50:90, 1], axis=1)).max()
    sharp, soft = (edges(put(scene(blur=blur), match=.5)) for blur in (0., 2.))
    assert soft < .8 * sharp


def test_people_before_a_grainy_background_are_grainy():
    clean, grainy = (put(scene(blur=1.5, grain=grain), match=.5) for grain in (0., 6.))
    assert measure(np.clip(grainy[40:100, 40:100], 0, 255).astype(np.uint8)).grain > 1
    np.testing.assert_array_equal(put(scene(blur=1.5, grain=6.), match=.5), grainy)      # no luck in it
    assert clean.dtype == np.float32


def test_edges_that_were_half_covered_get_no_dark_seam():
    """A white person on white, with a soft edge, in front of a soft background: white everywhere."""
    white = np.full((128, 128, 3), 255, np.uint8)
    color, coverage = person()
    coverage = cv2.GaussianBlur(coverage, (0, 0), 1.)
    color[coverage > 0] = 255
    background = scene(blur=2.)
    part = CameraFinish(match=.5)
    look = part.put(white.astype(np.float32), color, coverage, background)
    assert look.min() > min(look[60:80, 60:80].mean(), 255) - 4


def test_grain_is_bounded_and_reproducible():
    flat = np.full((64, 64, 3), 128, np.float32)
    part = CameraFinish(blur=0, motion=0, glow=0, vignette=0, grain=4)
    first, second = (part.finish(np.random.default_rng(1), flat) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert 0 < first.std() < 5 and first.dtype == np.uint8
    assert CameraFinish(blur=0, motion=0, glow=0, vignette=0, grain=0).finish(np.random.default_rng(1), flat).std() == 0


@pytest.mark.parametrize('switch', ['blur', 'motion', 'glow', 'vignette'])
def test_every_effect_has_its_share(switch):
    image = scene(low=0, high=400).astype(np.float32)
    off = dict(blur=0, motion=0, glow=0, vignette=0, grain=0)
    plain, changed = (CameraFinish(**{**off, switch: share}).finish(np.random.default_rng(3), image) for share in (0, 1))
    assert np.abs(plain.astype(int) - changed).mean() > .5


def test_encoding_keeps_channel_order_and_quality_counts():
    image = np.zeros((32, 32, 3), np.uint8)
    image[..., 0] = 255
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    decoded = cv2.imdecode(np.frombuffer(CameraFinish().encode(image), np.uint8), cv2.IMREAD_COLOR)
    assert decoded[0, 0, 2] > 240 and decoded[0, 0, 0] < 15                  # OpenCV reads blue first
    assert len(CameraFinish(quality=30).encode(noise)) < len(CameraFinish(quality=95).encode(noise))
    with pytest.raises(UserError, match='quality'):
        CameraFinish(quality=0)
