import cv2
import numpy as np
import pytest

from ajahr_mm.geometry import boxes


def test_square_box_covers_tall_and_wide_people():
    center, size = boxes.square_box((10, 20, 50, 220))
    assert center.tolist() == [30, 120] and size == 200
    assert boxes.square_box((0, 0, 300, 100))[1] == pytest.approx(400)


def test_crop_affine_maps_the_box_onto_the_crop():
    affine = boxes.crop_affine((100, 80), 50, 256)
    corners = np.array([[75.0, 55], [125, 105], [100, 80]])
    np.testing.assert_allclose(boxes.apply_affine(corners, affine), [[0, 0], [256, 256], [128, 128]], atol=1e-9)


def test_rotation_agrees_with_opencv():
    ours = boxes.crop_affine((128, 128), 256, 256, rotation=30)
    np.testing.assert_allclose(ours, cv2.getRotationMatrix2D((128, 128), -30, 1.0), atol=1e-9)


def test_inverse_undoes():
    affine = boxes.crop_affine((31, 57), 91, 128, rotation=17)
    points = np.random.default_rng(0).uniform(0, 200, (10, 2))
    np.testing.assert_allclose(boxes.apply_affine(boxes.apply_affine(points, affine), boxes.invert_affine(affine)),
                               points)


def test_keypoints_to_box_ignores_unseen_points():
    points = np.array([[10, 10, 1], [30, 50, 0.5], [900, 900, 0]], float)
    np.testing.assert_allclose(boxes.keypoints_to_box(points, padding=1.0), [10, 10, 30, 50])
    with pytest.raises(ValueError, match='confidence'):
        boxes.keypoints_to_box(np.zeros((3, 3)))
