import numpy as np
import pytest

from ajahr_mm.synthesis.appearance.footwear import KINDS, Shoes, Socks


@pytest.mark.parametrize('kind', sorted(KINDS))
def test_shoes_cover_toes_and_sole_and_end_below_the_knee(canvas, kind):
    points, figure = canvas.vertices, canvas.figure
    shoes = Shoes(np.random.default_rng(0), kind)
    weights, coverage, _ = shoes.paint(points, canvas.folds(0)[1], canvas)
    sole = (points.leg > 2) & (points.y < figure.sole + .008)
    assert coverage[sole].mean() > .9 and weights[sole][:, 1].mean() > .4          # mostly the colour of the sole
    assert coverage[points.y > figure.ankle[1] + .2].max() == 0
    toes = points.leg > 2.75
    assert coverage[toes].mean() > (.3 if kind == 'sandals' else .95)
    height = shoes.height(points, canvas.folds(0)[1], canvas)
    assert height.max() < .045 and height[points.leg[:, 0] < 1.4].max() == 0


def test_soles_stick_out(canvas):
    points = canvas.vertices
    height = Shoes(np.random.default_rng(0), 'sneakers').height(points, canvas.folds(0)[1], canvas)
    heel = (points.leg[:, 0] > 1.95) & (points.z[:, 0] < canvas.figure.ankle[2])
    low = points.y[:, 0] < canvas.figure.sole + .02
    assert height[heel & low].mean() > height[heel & ~low & (points.y[:, 0] < canvas.figure.ankle[1] - .02)].mean() + .003


def test_socks_end_where_they_end(canvas):
    socks, leg = Socks(np.random.default_rng(0)), canvas.vertices.leg
    _, coverage, _ = socks.paint(canvas.vertices, canvas.folds(0)[1], canvas)
    assert coverage[leg > socks.end + .05].min() > .95 and coverage[leg < socks.end - .05].max() == 0
