import numpy as np
import pytest

from ajahr_mm.synthesis import textures


@pytest.mark.parametrize('make', [textures.planks, textures.tiles, textures.stripes, textures.mottled])
def test_surfaces_have_the_asked_size_are_finite_and_not_flat(make):
    image = make(np.random.default_rng(0), 60, 90)
    assert image.shape == (60, 90, 3) and np.isfinite(image).all() and image.std() > 1
    np.testing.assert_array_equal(image, make(np.random.default_rng(0), 60, 90))


def test_noise_spans_zero_to_one_and_more_octaves_are_rougher():
    smooth, rough = (textures.noise(np.random.default_rng(0), 64, 64, 3, octaves) for octaves in (1, 5))
    for field in (smooth, rough):
        assert field.min() == 0 and field.max() == 1
    assert abs(np.diff(rough)).mean() > 1.5 * abs(np.diff(smooth)).mean()


def test_color_stays_in_its_ranges():
    greys = np.stack([textures.color(np.random.default_rng(i), (0, 0), (.5, .5)) for i in range(5)])
    np.testing.assert_allclose(greys, 127.5)


def test_rounding_and_clipping():
    np.testing.assert_array_equal(textures.to_uint8(np.array([-5., 3.6, 300.])), [0, 4, 255])
