"""What a promptable segmenter is told."""
import numpy as np

from ajahr_mm.synthesis.removal.prompts import edge_points, inside


def test_the_four_points_lie_at_the_middle_of_the_edges():
    points = edge_points(np.array([[10., 20, 50, 100], [0, 0, 8, 8]]), inset=0)
    np.testing.assert_array_equal(points[0], [[30, 20], [30, 100], [10, 60], [50, 60]])  # top, bottom, left, right
    assert points.shape == (2, 4, 2)


def test_an_inset_moves_each_point_straight_into_the_box():
    np.testing.assert_allclose(edge_points([[10., 20, 50, 100]], inset=.1)[0], [[30, 28], [30, 92], [14, 60], [46, 60]])


def test_boxes_are_cut_to_the_picture_and_slivers_are_left_out():
    boxes = inside([[-5, 3, 20, 400], [90, 10, 130, 30], [99, 10, 150, 30], [200, 200, 300, 300]], (50, 100))
    np.testing.assert_array_equal(boxes, [[0, 3, 20, 50], [90, 10, 100, 30]])
    assert inside([], (50, 100)).shape == (0, 4)
