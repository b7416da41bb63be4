import numpy as np
import pytest

from ajahr_mm.synthesis.appearance.facial_hair import STYLES, FacialHair


@pytest.mark.parametrize('style', STYLES)
def test_beards_are_around_the_mouth_and_leave_lips_and_eyes_free(canvas, style):
    points, figure = canvas.points, canvas.figure
    beard = FacialHair(np.random.default_rng(0), style)
    _, coverage, _ = beard.paint(points, canvas.folds(0)[0], canvas)
    shown = (coverage > .2) & canvas.painted
    assert shown.sum() > 20
    assert points.y[shown].max() < figure.eye[1] - .01 and points.y[shown].min() > figure.neck[1] - .03
    lips = (points.field('lips') > .9) & (abs(points.y - figure.mouth) < .004)
    assert coverage[lips & canvas.painted].mean() < .15
    height = beard.height(canvas.vertices, canvas.folds(0)[1], canvas)
    assert 0 <= height.min() and height.max() < .03


def test_full_beards_stand_off_and_stubble_does_not(canvas):
    full, stubble = (FacialHair(np.random.default_rng(0), style).height(canvas.vertices, canvas.folds(0)[1], canvas).max()
                     for style in ('full_beard', 'stubble'))
    assert full > .008 and stubble == 0
