import numpy as np

from ajahr_mm.synthesis.appearance.prints import Print


def test_prints_are_on_the_chest_and_numbers_on_the_back_too(canvas):
    points = canvas.points.select(canvas.painted)
    front, back = points.normal[..., 2] > .5, points.normal[..., 2] < -.5
    for seed in range(6):
        logo = Print(np.random.default_rng(seed), (0, .25), .2)(points)
        number = Print(np.random.default_rng(seed), (0, .25), .2, 'number')(points)
        assert logo[front].max() > .8 and logo[back].max() == 0 and number[front].max() > .8 and number[back].max() > .8
        shown = logo > .1
        assert abs(points.x[shown]).max() < .11 and abs(points.y[shown] - .25).max() < .11


def test_prints_read_from_left_to_right_for_who_looks_at_them(canvas):
    """The person's left is on the right of the picture in front, on the left behind."""
    art = Print(np.random.default_rng(0), (0, .25), .2, 'number')
    art._picture[:] = 0
    art._picture[:, :30] = 1                                # the left edge of the print
    points = canvas.points.select(canvas.painted)
    shown = art(points) > .5
    front = points.normal[..., 2] > 0
    assert points.x[shown & front].max() < 0 < points.x[shown & ~front].min()
