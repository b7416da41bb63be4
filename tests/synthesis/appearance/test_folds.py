import numpy as np

from ajahr_mm.synthesis.appearance.folds import Drape


def test_folds_shade_a_little_and_gather_at_the_joints(canvas):
    folds, at_vertices = canvas.folds(0)
    shade = folds.shade[canvas.painted]
    assert .9 < shade.mean() < 1.1 and .02 < shade.std() < .15 and shade.min() > .5 and shade.max() < 1.6
    height, points = at_vertices.height, canvas.vertices
    elbow, forearm = abs(points.arm - 1) < .2, abs(points.arm - 1.5) < .2
    ankle, shank = abs(points.leg - 1.93) < .05, abs(points.leg - 1.5) < .15
    mean = [np.mean([canvas.folds(k)[1].height[part].mean() for k in range(5)]) for part in (elbow, forearm, ankle, shank)]
    assert mean[0] > 1.2 * mean[1] and mean[2] > 1.2 * mean[3]
    assert height.min() >= 0 and height.max() < 3


def test_same_seed_same_folds(canvas):
    landmarks = canvas.figure.crotch, canvas.figure.armpit
    first, again, other = (Drape(np.random.default_rng(seed)).folds(canvas.vertices, *landmarks) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.height, again.height)
    assert abs(first.height - other.height).mean() > .02
