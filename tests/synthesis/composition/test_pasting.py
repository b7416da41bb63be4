import numpy as np
import pytest

from ajahr_mm.synthesis.composition.pasting import paste, unfocused


def patch(height=20, width=10, alpha=255):
    return np.stack([np.full((height, width), value * alpha // 255, np.uint8) for value in (200, 100, 50, 255)], -1)


def test_the_base_comes_to_its_place():
    coverage, color = paste(patch(), 30., 60., 100)
    assert coverage[40:60, 25:35].all() and coverage.sum() == 200
    np.testing.assert_array_equal(color[50, 30], [200, 100, 50])
    assert not color[:40].any() and coverage.dtype == np.float32 and color.dtype == np.uint8


@pytest.mark.parametrize('middle, bottom, area',
                         [(0, 10, 5 * 10), (98, 105, 7 * 15), (50, 400, 0), (-40, 50, 0), (50, -5, 0)])
def test_what_does_not_fit_is_cut_off(middle, bottom, area):
    coverage, _ = paste(patch(), middle, bottom, 100)
    assert coverage.sum() == area


def test_colour_does_not_depend_on_coverage():
    """Patches hold colour times coverage, layers hold colour."""
    coverage, color = paste(patch(alpha=128), 30., 60., 100)
    np.testing.assert_allclose(color[50, 30], [200, 100, 50], atol=2)
    np.testing.assert_allclose(coverage[50, 30], .5, atol=.01)


def test_shade_is_faint_and_around_the_base():
    coverage, color = paste(patch(40, 40), 50., 60., 100, shade=True)
    assert 0 < coverage[62, 50] < .3 and not color[62, 50].any() and coverage[20:55, 31:69].min() == 1
    assert coverage[80:].max() == 0


def test_out_of_focus_keeps_the_light_and_grows():
    soft = unfocused(patch(), 3)
    assert soft.shape == (32, 22, 4)
    np.testing.assert_allclose(soft.sum((0, 1)), patch().sum((0, 1)).astype(float), rtol=.06)
