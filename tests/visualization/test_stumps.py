"""Ends of residual limbs, against lengths measured along the limb."""
import numpy as np
import pytest

from ajahr_mm.anatomy import limbs
from ajahr_mm.visualization.colors import BODY, STUMP
from ajahr_mm.visualization.stumps import body_colors, stump_sites

JOINTS = np.random.default_rng(0).normal(size=(24, 3))


def test_an_intact_person_has_none():
    assert stump_sites(JOINTS, [3, 3, 3, 3]) == []


@pytest.mark.parametrize('limb', range(4))
@pytest.mark.parametrize('limb_class', [1, 2, 3])
def test_each_class_ends_at_its_joint(limb, limb_class):
    extent = np.full(4, 3.0)
    extent[limb] = 3 - limb_class
    for amputation in ('collapse', 'stump'):
        (found, end), = stump_sites(JOINTS, extent, amputation)
        assert found == limb
        np.testing.assert_allclose(end, JOINTS[limbs.zeroed_joints(limb, limb_class)[0]])


def test_between_joints_a_stump_ends_where_it_ends_and_a_collapsed_limb_at_its_joint():
    hip, knee, ankle = JOINTS[[1, 4, 7]]
    (_, stump), = stump_sites(JOINTS, [3, 3, 1.4, 3], 'stump')
    np.testing.assert_allclose(stump, knee + .4 * (ankle - knee))
    (_, collapsed), = stump_sites(JOINTS, [3, 3, 1.4, 3], 'collapse')
    np.testing.assert_allclose(collapsed, knee)


def test_colours_mark_the_end_and_leave_the_rest():
    vertices = np.array([[0, 0, 0], [.01, 0, 0], [.3, 0, 0]], np.float32)
    colors = body_colors(vertices, [(2, np.zeros(3))])
    np.testing.assert_allclose(colors[0], STUMP, atol=1e-6)
    np.testing.assert_allclose(colors[2], BODY, atol=1e-6)
    np.testing.assert_allclose(body_colors(vertices, []), np.tile(BODY, (3, 1)), atol=1e-6)
