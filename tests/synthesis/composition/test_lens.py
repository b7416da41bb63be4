import numpy as np
import pytest

from ajahr_mm.synthesis.composition import lens


def test_noise_has_no_mean_unit_variance_and_little_colour():
    piece = lens.noise_piece(np.random.default_rng(0), 256, 256)
    assert piece.shape == (256, 256, 3) and abs(piece.mean()) < .03 and abs(piece.std() - 1) < .05
    assert np.corrcoef(piece[..., 0].ravel(), piece[..., 2].ravel())[0, 1] > .5


def test_pieces_differ_and_larger_pictures_get_one_too():
    first, second, again = (lens.noise_piece(np.random.default_rng(seed), 64, 64) for seed in (0, 1, 0))
    np.testing.assert_array_equal(first, again)
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < .1
    assert lens.noise_piece(np.random.default_rng(0), 900, 40).shape == (900, 40, 3)


def test_vignette_darkens_corners_only():
    image = lens.vignette(np.full((64, 64, 3), 200, np.float32), .4)
    np.testing.assert_allclose(image[32, 32], 200, rtol=.01)
    np.testing.assert_allclose(image[0, 0], 120, rtol=.01)


def test_glow_spills_from_white_and_leaves_dark_pictures_alone():
    dark = np.full((64, 64, 3), 60, np.float32)
    np.testing.assert_array_equal(lens.glow(dark, .8), dark)
    dark[28:36, 28:36] = 255
    spilled = lens.glow(dark, .8)
    assert spilled[32, 25, 0] > 62 > spilled[4, 4, 0] - 1 and (spilled >= dark).all()


@pytest.mark.parametrize('angle, along', [(0., (0, 1)), (np.pi / 2, (1, 0)), (np.pi / 4, (1, 1))])
def test_motion_smears_along_its_angle_and_keeps_the_light(angle, along):
    dot = np.zeros((33, 33, 1), np.float32)
    dot[16, 16] = 100
    smeared = lens.motion_blur(np.repeat(dot, 3, 2), 5., angle)[..., 0]
    np.testing.assert_allclose(smeared.sum(), 100, rtol=1e-4)
    y, x = along
    assert smeared[16 + y, 16 + x] > 5 > smeared[16 + x, 16 - y] + (3 if angle == np.pi / 4 else 0)
