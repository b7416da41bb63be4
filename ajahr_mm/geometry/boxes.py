"""Boxes and crops, in numpy: pixel centres are integers plus one half in the renderer, plain pixels here."""
from typing import Tuple

import numpy as np


def square_box(xyxy, aspect: float = 4 / 3, padding: float = 1.0) -> Tuple[np.ndarray, float]:
    """Corners (4,) px -> centre (2,) and side of the square crop: max(height, width * aspect) * padding (HMR2)."""
    x0, y0, x1, y1 = np.asarray(xyxy, np.float64)
    size = max(y1 - y0, (x1 - x0) * aspect) * padding
    return np.array([(x0 + x1) / 2, (y0 + y1) / 2]), float(size)


def crop_affine(center, size: float, out_size: int, rotation: float = 0.0) -> np.ndarray:
    """Affine map (2,3) from full image to a square crop of ``out_size`` px.

    ``rotation`` in degrees turns the picture about the box centre, clockwise as seen on the screen (y down).
    """
    scale, angle = out_size / size, np.deg2rad(rotation)
    linear = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shift = out_size / 2 - linear @ np.asarray(center, np.float64)
    return np.concatenate([linear, shift[:, None]], 1)


def apply_affine(points: np.ndarray, affine: np.ndarray) -> np.ndarray:
    """Points (…,2) through an affine map (2,3)."""
    return points @ affine[:, :2].T + affine[:, 2]


def invert_affine(affine: np.ndarray) -> np.ndarray:
    """The map (2,3) that undoes ``affine`` (2,3)."""
    linear = np.linalg.inv(affine[:, :2])
    return np.concatenate([linear, -linear @ affine[:, 2:]], 1)


def keypoints_to_box(keypoints: np.ndarray, padding: float = 1.2) -> np.ndarray:
    """Corners (4,) px of the box around keypoints (K,3) with confidence > 0, widened by ``padding``.

    Raises:
        ValueError: no keypoint has confidence.
    """
    seen = keypoints[keypoints[:, 2] > 0, :2]
    if not len(seen):
        raise ValueError('no keypoint has a confidence above 0, so there is no box around them')
    low, high = seen.min(0), seen.max(0)
    middle, half = (low + high) / 2, (high - low) / 2 * padding
    return np.concatenate([middle - half, middle + half])
