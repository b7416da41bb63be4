"""Drawings are where they should be, and leave their input alone."""
import numpy as np
import pytest

from ajahr_mm.visualization.colors import SIDES
from ajahr_mm.visualization.drawing import SETS, draw_box, draw_keypoints, draw_ring, label, put_text, text_width

GREY = np.full((100, 120, 3), 90, np.uint8)


def changed(image):
    ys, xs = np.nonzero((image != GREY).any(-1))
    return xs, ys


@pytest.mark.parametrize('count', SETS)
def test_one_keypoint_is_a_dot_at_its_place(count):
    points = np.zeros((count, 3))
    points[-1] = [40.3, 70.2, .8]  # COCO and limb joints end with the right ankle, HMR44 with the head
    xs, ys = changed(draw_keypoints(GREY, points))
    assert abs(xs.mean() - 40.3) < .6 and abs(ys.mean() - 70.2) < .6 and np.ptp(xs) < 12


def test_sides_have_their_colours():
    points = np.zeros((17, 3))
    points[5], points[6] = [90, 50, 1], [30, 50, 1]  # shoulders
    image = draw_keypoints(GREY, points)
    assert tuple(image[50, 90]) == SIDES['left'] and tuple(image[50, 30]) == SIDES['right']
    assert (image[50, 60] != 90).any(), 'the bone between two seen joints is drawn'


def test_unseen_keypoints_and_their_bones_are_not_drawn():
    points = np.zeros((17, 3))
    points[5] = [90, 50, 1]
    xs, _ = changed(draw_keypoints(GREY, points))
    assert xs.min() > 80
    assert not changed(draw_keypoints(GREY, np.zeros((17, 3))))[0].size


def test_far_away_points_do_not_fail():
    points = np.full((12, 3), 1e7)
    draw_keypoints(GREY, points)
    draw_box(GREY, [-1e7, -1e7, 1e7, 1e7])


def test_box_and_ring():
    xs, ys = changed(draw_box(GREY, [20, 30, 60, 80], thickness=1))
    assert abs(xs.min() - 20) <= 3 and abs(xs.max() - 60) <= 3 and abs(ys.min() - 30) <= 3 and abs(ys.max() - 80) <= 3
    ring = draw_ring(GREY, [60, 50], 12)
    xs, ys = changed(ring)
    assert (ring[50, 60] == 90).all() and abs(np.hypot(xs - 60, ys - 50) - 12).max() < 4


def test_an_unknown_set_is_refused():
    with pytest.raises(ValueError, match='13 keypoints'):
        draw_keypoints(GREY, np.zeros((13, 3)))


def test_the_input_is_left_alone():
    before = GREY.copy()
    draw_keypoints(GREY, np.full((12, 3), 50.))
    draw_box(GREY, [1, 1, 50, 50]), draw_ring(GREY, [9, 9], 4), label(GREY, 'word')
    np.testing.assert_array_equal(GREY, before)


def test_text_takes_the_width_it_says():
    image = GREY.copy()
    assert put_text(image, 'left arm', (5, 50)) == text_width('left arm')
    xs, _ = changed(image)
    assert 3 <= xs.min() and xs.max() <= 5 + text_width('left arm') + 2
    put_text(image, 'Füße', (5, 90))  # not ASCII, and no exception
