import numpy as np
import pytest

from ajahr_mm.synthesis.composition.props import painting
from ajahr_mm.synthesis.records import Light


def light(direction, sun=.6, sky=.4, ground=.1):
    return Light(np.float32(direction), *(np.full(3, value, np.float32) for value in (sun, sky, ground)), .2)


def test_surfaces_towards_the_lamp_and_the_sky_are_brightest():
    lit = painting.lit_by(light([-.6, -.64, -.48]))                    # from the left, above and before the thing
    left, right, up, down, front = lit(np.array([[-1, 0, 0], [1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1.]]))[:, 0]
    assert left > right and up > front > right > down
    assert lit(np.random.default_rng(0).normal(size=(50, 3))).max() <= 1


def test_polygons_hold_colour_times_coverage():
    patch = painting.canvas(20, 30)
    painting.polygon(patch, [[5, 5], [20, 5], [20, 15], [5, 15]], np.array([200, 100, 40]))
    np.testing.assert_array_equal(patch[10, 10], [200, 100, 40, 255])
    assert not patch[2, 2].any()
    edge = patch[(patch[..., 3] > 0) & (patch[..., 3] < 255)].astype(int)
    assert (abs(edge[:, 0] * 255 - edge[:, 3] * 200) < 600).all()


def test_later_polygons_cover_earlier_ones():
    patch = painting.canvas(20, 20)
    square = np.array([[2, 2], [18, 2], [18, 18], [2, 18]])
    painting.polygons(patch, np.stack([square, square]), np.array([[255, 0, 0], [0, 0, 255]]))
    np.testing.assert_array_equal(patch[10, 10], [0, 0, 255, 255])


def test_lines_one_or_many():
    one, many = painting.canvas(20, 20), painting.canvas(20, 20)
    painting.line(one, [[2, 5], [18, 5]], np.full(3, 90.), 1)
    painting.line(many, [[[2, 5], [18, 5]], [[2, 12], [18, 12]]], np.full(3, 90.), 1)
    assert one[5, 10, 3] > 200 and not one[12, 10].any() and many[12, 10, 3] > 200


@pytest.mark.parametrize('kind', ['wood', 'rough', 'cloth'])
def test_grain_changes_colours_and_not_coverage(kind):
    patch = painting.canvas(60, 700)
    patch[10:, :] = (120, 120, 120, 255)
    grained = painting.grain(patch, np.random.default_rng(0), kind)
    np.testing.assert_array_equal(grained[..., 3], patch[..., 3])
    assert abs(grained[10:, :, :3].mean() - 120) < 6 and 2 < grained[10:, :, 0].std() < 20 and not grained[:10].any()
