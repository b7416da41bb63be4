import numpy as np
import pytest

from ajahr_mm.synthesis.appearance.headwear import KINDS, Headwear


@pytest.mark.parametrize('kind', KINDS)
def test_headwear_leaves_the_face_free_and_covers_some_of_the_head(canvas, kind):
    points, figure = canvas.vertices, canvas.figure
    for seed in range(3):
        piece = Headwear(np.random.default_rng(seed), kind)
        weights, coverage, shadow = piece.paint(points, canvas.folds(0)[1], canvas)
        height = piece.height(points, canvas.folds(0)[1], canvas)
        face = ((points.position[:, 0] - figure.nose) ** 2).sum(-1) < .04 ** 2
        head = points.is_part('head')[:, 0] & ~face
        assert coverage[face].max() == 0 and (height[face] < .001).all()
        assert coverage[head].mean() > (.04 if kind == 'headband' else .2)
        assert 0 <= height.min() and height.max() < .09 and height[coverage[:, 0] > .9].mean() > .003
        assert shadow.min() >= 0 and shadow.max() <= 1 and np.isfinite(weights).all()


def test_a_headscarf_covers_hair_ears_and_neck(canvas):
    points, figure = canvas.vertices, canvas.figure
    _, coverage, _ = Headwear(np.random.default_rng(0), 'hijab').paint(points, canvas.folds(0)[1], canvas)
    behind = points.is_part('head', 'neck')[:, 0] & (points.z[:, 0] < figure.ear[2])
    assert coverage[behind].min() > .9


def test_a_cap_has_a_brim(canvas):
    points, figure = canvas.vertices, canvas.figure
    cap = next(cap for cap in (Headwear(np.random.default_rng(seed), 'cap') for seed in range(9)) if not cap.backwards)
    height = cap.height(points, canvas.folds(0)[1], canvas)
    front = points.z[:, 0] > figure.ear[2] + .06
    assert height[front].max() > .04 > .03 > height[~front & (points.z[:, 0] < figure.ear[2])].max()
