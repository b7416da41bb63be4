import numpy as np
import pytest

from ajahr_mm.synthesis.lighting.sightlines import basis, blocked, directions


@pytest.mark.parametrize('direction', [(0, 0, 1), (0, 0, -1), (0, 1, 0), (.6, 0, -.8), (-.36, .48, .8)])
def test_basis_is_orthonormal_and_ends_with_its_direction(direction):
    axes = basis(np.array(direction))
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-6)
    np.testing.assert_allclose(axes[2], direction, atol=1e-6)


def test_directions_are_spread_evenly():
    rays = directions(40)
    np.testing.assert_allclose(np.linalg.norm(rays, axis=1), 1, atol=1e-6)
    assert np.linalg.norm(rays.mean(0)) < .03 and rays[0, 1] > .9 and rays[-1, 1] < -.9
    nearest = np.sort(rays @ rays.T, axis=1)[:, -2]
    assert nearest.max() < np.cos(np.deg2rad(20))


def test_a_plate_hides_what_is_behind_it_and_not_what_is_beside_or_before_it():
    x, y = np.meshgrid(np.linspace(-.3, .3, 40), np.linspace(-.3, .3, 40))
    plate = np.stack([x.ravel(), y.ravel(), np.full(x.size, .5)]).astype(np.float32)
    points = np.float32([[0, 0, 0], [.2, .2, -.5], [.6, 0, 0], [0, 0, .9], [0, 0, .45]]).T
    hidden = blocked(plate, points, basis(np.array([0, 0, 1.]))[None], .03, 60, .06, .2)[0]
    np.testing.assert_allclose(hidden, [1, 1, 0, 0, 0], atol=1e-6)
    np.testing.assert_allclose(blocked(plate, plate, basis(np.array([0, 0, 1.]))[None], .03, 60, .06, .2), 0)


def test_every_lamp_has_a_map_of_its_own():
    points = np.float32([[0, 0, 0], [0, 0, 1]]).T
    axes = np.stack([basis(np.array(d)) for d in ([0, 0, 1.], [0, 0, -1.], [1., 0, 0])])
    np.testing.assert_array_equal(blocked(points, points, axes, .1, 30, .1, .2), [[1, 0], [0, 1], [0, 0]])
