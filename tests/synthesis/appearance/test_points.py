import numpy as np
import pytest

from ajahr_mm.synthesis.appearance.points import vertex_normals, vertex_points


@pytest.fixture(scope='module')
def points(surface):
    return vertex_points(surface, np.ones(len(surface.rest), np.float32))


def test_normals_of_a_pyramid_look_out_of_it():
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    faces = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])
    normals = vertex_normals(vertices, faces)
    np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-6)
    assert ((normals * (vertices - vertices.mean(0))).sum(1) > 0).all()


def test_places_on_the_limbs_agree_with_the_surface_and_go_on_into_the_trunk(surface, points):
    arms, legs = np.isin(surface.limb, (0, 1)), np.isin(surface.limb, (2, 3))
    inner = (surface.along > .02) & (surface.along < 2.5)    # below, the surface stops counting; beyond, it counts otherwise
    assert abs(points.arm[arms & inner, 0] - surface.along[arms & inner]).max() < .02
    assert abs(points.leg[legs & inner, 0] - surface.along[legs & inner]).max() < .02
    trunk = surface.limb < 0
    assert points.arm.max() == points.leg.max() == 3
    assert points.arm[trunk].max() < .35 and points.leg[trunk].max() < .45
    assert (points.arm[legs] < 0).all() and (points.leg[arms] < 0).all()


def test_place_is_smooth_from_vertex_to_vertex(surface, points):
    """No jump along an edge is larger than the edge is long, counted in segments of at least 10 cm."""
    edges = surface.faces[:, :2]
    length = np.linalg.norm(surface.rest[edges[:, 0]] - surface.rest[edges[:, 1]], axis=1)
    for place in (points.arm, points.leg):
        jump = abs(place[edges[:, 0], 0] - place[edges[:, 1], 0])
        assert (jump < .1 + length * 10).all()


def test_select_takes_windows_and_masks(points):
    points.fields['x'] = points.x.copy()
    window = points.select((slice(10, 20), slice(0, 1)))
    assert window.shape == (10, 1) and np.array_equal(window.field('x'), points.x[10:20])
    head = points.select(points.is_part('head'))
    assert head.shape == (int(points.is_part('head').sum()), 1) and head.is_part('head').all()
    assert (points.field('no such field') == 0).all()
