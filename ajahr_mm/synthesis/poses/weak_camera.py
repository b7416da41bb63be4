"""The weak camera of a box from the keypoints a fit was made of, for fits that come without one."""
from typing import Tuple

import numpy as np

from ajahr_mm.geometry.cameras import CROP_SIZE, FOCAL

_PASSES = 4


def solve_weak_camera(points: np.ndarray, pixels: np.ndarray, confidence: np.ndarray, center: np.ndarray,
                      size: float) -> Tuple[np.ndarray, float]:
    """The camera (3,) s, tx, ty under which the body meets its keypoints best (least squares), and how far off it stays.

    The crop camera of HMR2 is nearly orthographic: u = s (x + tx) d / (z + d) with the distance d = 2 f / (S s). So s and
    s t are linear once d is known; d is taken from the pass before.

    Args:
        points: (K,3) m about the body's origin, turned into camera axes.
        pixels: (K,2) of the photograph; confidence: (K,), 0 for keypoints that are not known.
        center, size: of the square box, px.

    Returns:
        The camera, and the root of the mean squared distance in sides of the box.

    Raises:
        ValueError: less than three keypoints are known, or they say nothing about the size of the person.
    """
    known = confidence > 0
    if known.sum() < 3:
        raise ValueError(f'{int(known.sum())} keypoints are known, 3 are needed')
    points, weight = np.asarray(points, np.float64)[known], np.sqrt(np.asarray(confidence, np.float64)[known])
    wanted = (np.asarray(pixels, np.float64)[known] - center) / (size / 2)
    if np.ptp(points[:, :2], axis=0).max() < 1e-3 or np.ptp(wanted, axis=0).max() < 1e-3:
        raise ValueError('its keypoints fall together')
    nearness = np.ones(len(points))
    for _ in range(_PASSES):
        x, y = points[:, 0] * nearness * weight, points[:, 1] * nearness * weight
        zero, one = np.zeros_like(x), nearness * weight
        matrix = np.concatenate([np.stack([x, one, zero], 1), np.stack([y, zero, one], 1)])
        value = np.concatenate([wanted[:, 0] * weight, wanted[:, 1] * weight])
        (scale, *moved), *_ = np.linalg.lstsq(matrix, value, rcond=None)
        if scale <= 0:
            raise ValueError('its keypoints are those of a mirrored or upside-down person')
        distance = 2 * FOCAL / (CROP_SIZE * scale)
        nearness = distance / np.maximum(points[:, 2] + distance, 1e-3)
    missed = matrix @ [scale, *moved] - value
    camera = np.array([scale, moved[0] / scale, moved[1] / scale], np.float32)
    return camera, float(np.sqrt((missed ** 2).sum() / (weight ** 2).sum()) / 2)


def weak_camera_of(transl: np.ndarray, focal: float, center: np.ndarray, size: float, shape: Tuple[int, int]) -> np.ndarray:
    """The weak camera (3,) of a box in a photograph (H,W) from the place (3,) m of the body before its camera.

    ``focal`` is in px of the photograph, whose middle is the principal point (``geometry.box_camera``); 0 means that
    nobody knows it, and gives the one that HMR2's and AJAHR's releases assume (``geometry.cameras.crop_to_full``).
    """
    height, width = shape
    focal = focal if focal > 0 else FOCAL / CROP_SIZE * max(height, width)
    side = 2 * focal / transl[2]
    offset = np.asarray(center, np.float64) - [width / 2, height / 2]
    return np.array([side / size, *(transl[:2] - 2 * offset / side)], np.float32)
