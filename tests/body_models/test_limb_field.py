"""The limb coordinate: joints sit at their numbers, it grows outwards, and both sides agree."""
from dataclasses import replace

import numpy as np
import pytest

from ajahr_mm.anatomy import limbs
from ajahr_mm.body_models.assets import OPEN_BODY, load_body
from ajahr_mm.body_models.limb_field import STATIONS, limb_field, placement


@pytest.fixture(scope='module')
def body():
    return load_body('open')


@pytest.fixture(scope='module')
def field(body):
    return limb_field(body)


def test_axis_passes_through_the_joints(body, field):
    joints = body.J_regressor @ body.v_template
    points = field.stations @ joints
    for limb, chain in enumerate(limbs.CHAINS):
        for joint, position in zip(chain, limbs.JOINT_POSITION):
            np.testing.assert_allclose(points[limb][STATIONS == position][0], joints[joint], atol=1e-12)


def test_coordinate_separates_the_segments(body, field):
    labels = body.weights.argmax(1)
    for chain in limbs.CHAINS:
        upper, lower, _, last = (np.median(field.coordinate[labels == j]) for j in chain)
        assert 0 < upper < 1 < lower < 2 < last < 3
    assert (field.coordinate[np.isin(labels, (0, 3, 6, 9, 12, 15))] < 0.3).all()  # trunk and head
    assert field.coordinate.max() <= 3


def test_extreme_vertices_are_the_tips(body, field):
    x, z = body.v_template[:, 0], body.v_template[:, 2]
    assert field.coordinate[x.argmax()] > 2.98 and field.limb[x.argmax()] == 0
    foot = np.where(field.limb == 3, z, -9).argmax()
    assert field.coordinate[foot] > 2.98


def test_left_and_right_agree(field):
    mirror = np.load(OPEN_BODY)['mirror']
    on_limb = field.coordinate > -1
    assert (np.array(limbs.FLIP)[field.limb[mirror]] == field.limb)[on_limb].all()
    np.testing.assert_allclose(field.coordinate[mirror], field.coordinate, atol=1e-5)
    np.testing.assert_allclose(field.radius[list(limbs.FLIP)], field.radius, atol=1e-6)
    assert (0.01 < field.radius).all() and (field.radius < 0.15).all()


def test_placement_interpolates_between_stations():
    coordinate = np.array([0., 0.25, 2.3, 3., -1.])
    values = STATIONS ** 2
    np.testing.assert_allclose(placement(coordinate) @ values, np.interp(coordinate, STATIONS, values))


def test_radius_follows_the_shape(body):
    """Against the field of the changed body itself, where only the limb's own coordinates move a little."""
    step = 0.05
    field = limb_field(body)
    for axis in range(3):
        changed = replace(body, v_template=body.v_template + step * body.shapedirs[..., axis])
        other = limb_field(changed)
        difference = (other.radius - field.radius) / step
        assert np.abs(difference).max() > 1e-4
        assert np.median(np.abs(difference - field.radius_shape[..., axis])) < 0.15 * np.abs(difference).max()
