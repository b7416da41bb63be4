import numpy as np
import pytest

from ajahr_mm.synthesis.appearance.hair import Hair
from ajahr_mm.synthesis.appearance.hair_styles import STYLES


def painted(canvas, style: str, receding: float = 0.):
    """Weights, coverage and height at the vertices."""
    hair, at = Hair(np.random.default_rng(0), style, receding), (canvas.vertices, canvas.folds(0)[1], canvas)
    return (*hair.paint(*at)[:2], hair.height(*at))


@pytest.mark.parametrize('style', sorted(STYLES))
def test_hair_leaves_face_and_hands_free_and_stands_off_no_further_than_it_should(canvas, style):
    points, figure = canvas.vertices, canvas.figure
    weights, coverage, height = painted(canvas, style)
    coverage = coverage[:, 0]
    face = ((points.position[:, 0] - figure.nose) ** 2).sum(-1) < .045 ** 2
    assert coverage[face].max() == 0 and height[face].max() < .002
    assert coverage[points.arm[:, 0] > .5].max() == 0 and height[points.arm[:, 0] > .5].max() == 0
    back = points.is_part('head')[:, 0] & (points.z[:, 0] < figure.ear[2] - .05) & (points.y[:, 0] > figure.eye[1])
    assert coverage[back].mean() > (.4 if style == 'balding' else .6)
    assert 0 <= height.min() and height.max() < .1 and np.isfinite(weights).all()


def test_afro_is_bigger_than_buzz_and_long_hair_longer_than_a_bob(canvas):
    points = canvas.vertices
    lowest = {style: points.y[painted(canvas, style)[1] > .5].min() for style in ('short', 'bob', 'long')}
    assert lowest['long'] < lowest['bob'] - .05 < lowest['short'] - .05
    crown = points.y[:, 0] > canvas.figure.crown - .02
    assert painted(canvas, 'afro')[2][crown].mean() > 5 * painted(canvas, 'buzz')[2][crown].mean()


def test_bald_tops_are_bald_and_receding_hairlines_recede(canvas):
    points = canvas.vertices
    crown = points.y[:, 0] > canvas.figure.crown - .03
    assert painted(canvas, 'balding')[1][crown].max() < .1 and painted(canvas, 'short')[1][crown].min() > .9
    front = points.is_part('head')[:, 0] & (points.z[:, 0] > canvas.figure.ear[2] + .05)
    assert painted(canvas, 'short', 1.)[1][front].sum() < .97 * painted(canvas, 'short')[1][front].sum()
