"""What a promptable segmenter is told: a box, and a point at each of its four edges (paper supp. A)."""
from typing import Tuple

import numpy as np


def inside(boxes: np.ndarray, shape: Tuple[int, int]) -> np.ndarray:
    """Boxes (n,4) cut to the picture of ``shape`` (H, W); those of less than 2 px a side are left out."""
    height, width = shape
    boxes = np.asarray(boxes, np.float64).reshape(-1, 4).clip(0, [width, height, width, height])
    return boxes[((boxes[:, 2:] - boxes[:, :2]) >= 2).all(axis=1)]


def edge_points(boxes: np.ndarray, inset: float = .08) -> np.ndarray:
    """Points (n,4,2) x, y at the middle of the top, bottom, left and right edge of each box.

    Args:
        inset: how far inside the edge they lie, as a share of the box's side: a box touches the person in a few points
            only, and a point on the edge itself lies on the background more often than not.
    """
    boxes = np.asarray(boxes, np.float64).reshape(-1, 4)
    x1, y1, x2, y2 = boxes.T
    x, y, dx, dy = (x1 + x2) / 2, (y1 + y2) / 2, (x2 - x1) * inset, (y2 - y1) * inset
    points = [(x, y1 + dy), (x, y2 - dy), (x1 + dx, y), (x2 - dx, y)]
    return np.stack([np.stack(point, axis=1) for point in points], axis=1)
