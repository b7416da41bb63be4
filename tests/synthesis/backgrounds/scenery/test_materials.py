import numpy as np
import pytest

from ajahr_mm.synthesis.backgrounds.scenery import materials

TONE = np.float32([150, 120, 90])


@pytest.mark.parametrize('make', [materials.paint, materials.boards, materials.tiles, materials.stripes, materials.turf])
def test_a_surface_has_its_tone_is_not_flat_and_follows_its_stream(make):
    image, again = (make(np.random.default_rng(0), TONE, 96, 128) for _ in range(2))
    assert image.shape == (96, 128, 3) and image.dtype == np.uint8 and image.std((0, 1)).min() > .5
    np.testing.assert_allclose(image.mean((0, 1)), TONE, rtol=.16)
    np.testing.assert_array_equal(image, again)


@pytest.mark.parametrize('gain', [.8, 1.2])
def test_noise_has_no_seam_after_its_period(gain):
    field = materials.rough(np.random.default_rng(3), 512, 512, gain)
    np.testing.assert_array_equal(field[:256], field[256:])
    np.testing.assert_array_equal(field[:, :256], field[:, 256:])
    assert abs(field.std() - 1) < .01 and abs(field.mean()) < .15


def test_finer_noise_is_finer():
    coarse, fine = (materials.rough(np.random.default_rng(0), 256, 256, gain) for gain in (.8, 1.2))
    assert abs(np.diff(fine)).mean() > 1.4 * abs(np.diff(coarse)).mean()


def test_tones_stay_near_the_palette():
    rng = np.random.default_rng(0)
    for _ in range(50):
        tone = materials.pick(rng, materials.WALLS)
        nearest = min(np.abs(tone / np.array(wall) - 1).max() for wall in materials.WALLS)
        assert nearest < .35 and 8 <= tone.min() and tone.max() <= 246


def test_tiles_have_joints_at_their_distance():
    image = materials.tiles(np.random.default_rng(0), TONE, 64, 64, (16, 32), .5, vary=0.).astype(float)[..., 0]
    dark = image < 110
    assert dark[:, 1::32].all(1).nonzero()[0].tolist() == [0, 16, 32, 48] and dark.all(0).nonzero()[0].tolist() == [0, 32]


def test_a_photograph_lends_its_pattern_not_its_colour():
    photo = np.tile(np.uint8([[[10, 200, 10]], [[5, 90, 5]]]), (60, 120, 1))
    image = materials.photograph(np.random.default_rng(0), TONE, photo, 64)
    assert image.shape == (128, 128, 3) and image.std() > 3
    np.testing.assert_array_equal(image, image[::-1, ::-1])
    np.testing.assert_allclose(image.mean((0, 1)) / image.mean(), TONE / TONE.mean(), atol=.03)


def test_light_is_laid_over_all_of_a_texture():
    image = materials.lit(np.full((40, 20, 3), 100, np.uint8), np.float32([[1.], [.5]]))
    assert image[0, 0, 0] == 100 and image[-1, -1, 2] == 50 and (np.diff(image[:, 3, 0].astype(int)) <= 0).all()


def test_corners_are_darker():
    light = materials.corners(24, left=.3, bottom=.2)
    assert light.min() == light[-1, 0] and light[0, -1] > .97 and .6 < light[0, 0] < .8
