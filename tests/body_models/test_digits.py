"""Fingers and toes: found where they are, the same on both sides, and nowhere else."""
from dataclasses import replace

import numpy as np
import pytest

from ajahr_mm.anatomy import limbs
from ajahr_mm.body_models.assets import OPEN_BODY, load_body
from ajahr_mm.body_models.digits import find_digits
from ajahr_mm.body_models.limb_field import limb_field


@pytest.fixture(scope='module')
def body():
    return load_body('open')


@pytest.fixture(scope='module')
def field(body):
    return limb_field(body)


@pytest.fixture(scope='module')
def digits(body, field):
    return find_digits(body, field)


def test_five_on_every_limb(body, field, digits):
    assert np.bincount(digits.limb).tolist() == [5, 5, 5, 5]
    lengths = np.linalg.norm(digits.axis[:, 1:].sum(1), axis=1)
    assert ((0.03 < lengths) & (lengths < 0.11))[digits.limb < 2].all()  # fingers from the web
    assert ((0.015 < lengths) & (lengths < 0.06))[digits.limb > 1].all()
    assert ((0.004 < digits.radius) & (digits.radius < 0.015)).all()
    for d in range(len(digits.limb)):
        mine = digits.digit == d
        assert (field.limb[mine] == digits.limb[d]).all() and (field.coordinate[mine] > 2.2).all()
        assert digits.along[mine].max() == 1 and digits.along[mine].min() > 0


def test_axis_runs_through_the_digit(body, digits):
    """Its points at the base and at the tip lie among the vertices there."""
    for d in range(len(digits.limb)):
        mine = np.flatnonzero(digits.digit == d)
        for u in (0.3, 0.7):
            near = mine[np.abs(digits.along[mine] - u) < 0.2]
            point = np.array([1, u, u * u]) @ digits.axis[d]
            assert np.linalg.norm(body.v_template[near].mean(0) - point) < 0.7 * digits.radius[d]


def test_axis_follows_the_shape(body, field, digits):
    changed = find_digits(replace(body, v_template=body.v_template + 0.01 * body.shapedirs[..., 0]), field)
    np.testing.assert_array_equal(changed.limb, digits.limb)
    expected = digits.axis + 0.01 * digits.axis_shape[..., 0]
    at_middle = np.array([1, 0.5, 0.25])
    np.testing.assert_allclose(at_middle @ changed.axis, at_middle @ expected, atol=2e-4)
    assert np.abs(digits.axis_shape[..., 0]).max() > 1e-3


def test_left_and_right_agree(digits):
    mirror = np.load(OPEN_BODY)['mirror']
    np.testing.assert_array_equal((digits.digit >= 0)[mirror], digits.digit >= 0)
    np.testing.assert_allclose(digits.along[mirror], digits.along, atol=1e-5)
    for name in ('begin', 'webs', 'palm_end'):
        np.testing.assert_allclose(getattr(digits, name)[list(limbs.FLIP)], getattr(digits, name), atol=1e-6)
    assert (2 < digits.begin).all() and (digits.begin < digits.palm_end).all() and (digits.webs < digits.palm_end).all()
    assert (digits.palm_end < 3).all()


def test_fists_have_none(body, field):
    """A hand or foot whose digits are one point is cut as a whole."""
    vertices = body.v_template.copy()
    for limb in range(4):
        beyond = (field.limb == limb) & (field.coordinate > 2.25)
        vertices[beyond] = vertices[beyond].mean(0)
    digits = find_digits(replace(body, v_template=vertices), field)
    assert len(digits.limb) == 0 and (digits.digit == -1).all()
    for name in ('begin', 'webs', 'palm_end'):
        assert (getattr(digits, name) == 3).all()
