import numpy as np
import pytest

from ajahr_mm.synthesis.appearance.top_cuts import KINDS, OVER
from ajahr_mm.synthesis.appearance.tops import Top


def covered(canvas, kind: str, seed: int = 0, points=None):
    points = canvas.vertices if points is None else points
    top = Top(np.random.default_rng(seed), kind)
    weights, coverage, shadow = top.paint(points, canvas.folds(0)[points is canvas.vertices], canvas)
    assert np.isfinite(weights).all() and weights.min() >= 0 and weights.max() < 2.6
    assert coverage.min() >= 0 and coverage.max() <= 1 and shadow.min() >= 0 and shadow.max() <= 1
    return top, coverage


@pytest.mark.parametrize('kind', sorted(KINDS))
def test_tops_cover_the_trunk_and_neither_head_nor_hands_nor_shanks(canvas, kind):
    points = canvas.vertices
    for seed in range(3):
        top, coverage = covered(canvas, kind, seed)
        sides = points.is_part('spine1', 'spine2', 'spine3') & (points.y < canvas.figure.armpit - .05)
        sides &= (points.y > canvas.figure.waist) & ((abs(points.x) > .1) | (points.normal[..., 2] < 0))
        assert coverage[sides].mean() > .93
        assert coverage[points.is_part('head') | (points.leg > 1.2)].max() == 0
        assert coverage[points.arm > 2.05].max() == 0
        height, inside = top.height(points, canvas.folds(0)[1], canvas)
        assert height.max() < .1 and (height[inside] >= 0).all() and height[inside].mean() > .002


@pytest.mark.parametrize('kind,bare,clothed', [('tank', .1, -.5), ('tee', .9, .2), ('shirt', 2.1, 1.7)])
def test_sleeves_end_where_they_should(canvas, kind, bare, clothed):
    arm = canvas.vertices.arm
    _, coverage = covered(canvas, kind)
    assert coverage[(arm > bare) & (arm < bare + .2)].max() < .05
    if clothed > 0:
        assert coverage[(arm > clothed - .1) & (arm < clothed)].min() > .95


def test_open_jackets_show_what_is_under_them_in_front(canvas):
    points = canvas.vertices
    middle = (abs(points.x) < .01) & (points.normal[..., 2] > .3) & (points.y < .2) & (points.y > .1)
    for kind in OVER:
        assert covered(canvas, kind)[1][middle].max() < .3
    assert covered(canvas, 'tee')[1][middle].min() > .9


def test_loose_tops_stand_off_more_than_fitted_ones(canvas):
    flank = canvas.vertices.is_part('spine1', 'spine2')[:, 0]
    heights = {}
    for kind in ('fitted', 'tee', 'puffer'):
        tops = [Top(np.random.default_rng(seed), kind) for seed in range(5)]
        heights[kind] = np.mean([top.height(canvas.vertices, canvas.folds(0)[1], canvas)[0][flank].mean() for top in tops])
    assert heights['fitted'] < .6 * heights['tee'] < .4 * heights['puffer']
