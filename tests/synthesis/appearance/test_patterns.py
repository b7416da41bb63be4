import numpy as np
import pytest

from ajahr_mm.synthesis.appearance.patterns import KINDS, Pattern


@pytest.mark.parametrize('kind', sorted(KINDS))
def test_shares_of_two_colours_leave_room_for_the_first(canvas, kind):
    points = canvas.points.select(canvas.painted)
    second, third = Pattern(np.random.default_rng(0), kind)(points)
    assert second.shape == third.shape == points.shape
    assert min(second.min(), third.min()) >= 0 and (second + third).max() <= 1.001
    assert .02 < (second + third).mean() < .98 and second.std() > .05


def test_plain_is_plain(canvas):
    second, third = Pattern(np.random.default_rng(0), 'plain')(canvas.vertices)
    assert not second.any() and not third.any()


def test_rings_run_round_trunk_and_arms(canvas):
    """On the trunk they depend on height alone, on the arms on the way from the shoulder alone."""
    pattern, points = Pattern(np.random.default_rng(1), 'rings'), canvas.vertices
    second, _ = pattern(points)
    for part, along in ((points.field('region') == 0, points.y), (points.field('region') == 1, abs(points.x))):
        order = np.argsort(along[part])
        step = np.diff(along[part][order])
        jumps = abs(np.diff(second[part][order]))
        assert (jumps[step < 1e-4] < .05).all()


def test_every_kind_is_drawn():
    drawn = {Pattern(np.random.default_rng(seed)).kind for seed in range(200)}
    assert drawn == set(KINDS)
