import numpy as np
import pytest

from ajahr_mm.anatomy import limbs
from ajahr_mm.synthesis.appearance import stumps


@pytest.mark.parametrize('limb', range(4))
def test_limbs_are_found_on_their_side_and_in_order(canvas, surface, limb):
    found = stumps.find_limb(canvas, limb)
    assert (np.diff(found.reach) >= 0).all() and found.reach.max() > 2.9
    position = canvas.points.position.reshape(-1, 3)[found.index]
    beyond = found.reach > .2
    assert (np.sign(position[beyond, 0]) == (1 if limbs.LIMBS[limb].startswith('left') else -1)).all()
    own = surface.limb == limb
    sure = own & (surface.along > .1) & (surface.along < 2.4)
    assert abs(found.on_vertices[sure] - surface.along[sure]).max() < .05
    assert found.on_vertices[~own].max() < .5 and found.between(1., 2.).start > 0


def test_everything_beyond_the_cut_gets_the_colour_of_the_end(canvas):
    """A green hand is gone; the end is a tinted mean of the red forearm before it, the upper arm untouched."""
    limb = stumps.find_limb(canvas, 0)
    for is_cloth in (False, True):
        texture = np.full((*canvas.points.shape, 3), (200, 60, 60), np.uint8)
        flat = texture.reshape(-1, 3)
        flat[limb.index[limb.between(1.4)]] = (0, 255, 0)
        before = texture.copy()
        stumps.close(texture, limb, 1.4, is_cloth, np.random.default_rng(0))
        end = flat[limb.index[limb.between(1.4)]].astype(int)
        assert (end[:, 0] > 2 * end[:, 1]).all() and end[:, 0].max() <= 200
        untouched = np.ones(len(flat), bool)
        untouched[limb.index[limb.between(1.24)]] = False
        np.testing.assert_array_equal(flat[untouched], before.reshape(-1, 3)[untouched])


def test_a_garment_is_taken_off_beyond_its_end(canvas):
    limb = stumps.find_limb(canvas, 2)
    texture = np.full((*canvas.points.shape, 3), 180, np.uint8)
    place = stumps.Uncovered(texture, limb, .8, .9)
    texture[:] = 40
    place.take_off(texture)
    flat = texture.reshape(-1, 3)
    assert (flat[limb.index[limb.between(.95, 1.1)]] == 180).all() and flat[limb.index[limb.between(.1, .7)]].max() == 40
    assert flat[limb.index[limb.between(.765, .785)]].max() < 40                       # the hem is darker
    shadow = flat[limb.index[limb.between(.79, .82)]]
    assert (shadow < 175).all() and (shadow > 100).all()


def test_liners_cover_the_end(canvas):
    limb = stumps.find_limb(canvas, 3)
    texture = np.full((*canvas.points.shape, 3), (255, 0, 0), np.uint8)
    stumps.pull_on_liner(texture, limb, 1.1, np.random.default_rng(0))
    flat = texture.reshape(-1, 3)
    inside = flat[limb.index[limb.between(1.2)]].astype(int)
    assert np.ptp(inside, axis=1).max() < 70 and (flat[limb.index[limb.between(.2, 1.05)]] == (255, 0, 0)).all()


def test_heights_come_down_to_the_end(canvas):
    limb = stumps.find_limb(canvas, 1)
    offset = np.full(len(canvas.vertices.part), .03, np.float32)
    thin, cut = stumps.thin_out(offset, limb, 1.4), stumps.cut_off(offset, limb, 1.4)
    beyond, before = limb.on_vertices > 1.45, limb.on_vertices < 1.1
    assert beyond.any() and thin[beyond].max() <= .0041 and cut[beyond].max() == 0
    assert (thin[before] == offset[before]).all() and (cut[before] == offset[before]).all()
