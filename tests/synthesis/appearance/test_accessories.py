import numpy as np

from ajahr_mm.synthesis.appearance.accessories import Glasses, Lipstick


def test_glasses_are_round_the_eyes_and_reach_to_the_ears(canvas):
    points, figure = canvas.points, canvas.figure
    for seed in range(4):
        clear, dark = (Glasses(np.random.default_rng(seed), is_dark).paint(points, canvas.folds(0)[0], canvas)
                       for is_dark in (False, True))
        for weights, coverage, _ in (clear, dark):
            shown = (coverage > .3) & canvas.painted
            assert abs(points.y[shown] - figure.eye[1]).max() < .035 and points.z[shown].min() > figure.ear[2] - .02
            assert (weights.sum(-1) < 1.01).all()
        eye = (np.hypot(abs(points.x) - figure.eye[0], points.y - figure.eye[1]) < .006) & canvas.painted
        eye &= points.z > figure.ear[2] + .05
        assert clear[1][eye].mean() < .3 < .8 < dark[1][eye].mean()


def test_lipstick_is_on_the_lips(canvas):
    _, coverage, _ = Lipstick().paint(canvas.points, canvas.folds(0)[0], canvas)
    lips = canvas.points.field('lips')
    assert coverage[lips > .9].min() > .5 and coverage[lips == 0].max() == 0
