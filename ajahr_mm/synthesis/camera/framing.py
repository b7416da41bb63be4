"""Where a person has to stand so that the picture shows as much of them as asked, exactly, by any pinhole camera."""
from typing import Tuple

import numpy as np

from ajahr_mm.synthesis.records import View

#: px that the end of a lost limb stays away from the border
MARGIN = 6.
#: fills, in the order in which they are tried, of a frame that has to be widened for that
_WIDER = (.88, .75, .55)
#: metres from the camera to the nearest vertex, at least
NEAREST = .25


def frame_person(view: View, vertices: np.ndarray, keep: np.ndarray, size: int) -> np.ndarray:
    """Translation (3,) float32 metres that puts the person into the frame as ``view`` asks.

    ``vertices`` (V,3) and ``keep`` (L,3) are relative to the body's origin, in camera axes; a frame that would cut off or
    almost cut off a point of ``keep`` is widened, so that labels can be seen.
    """
    points = np.ascontiguousarray(vertices.T, np.float64)
    transl = place(points, view.fill, view.shift, view.focal, size)
    for fill in _WIDER:
        if in_sight(keep + transl, view.focal, size):
            break
        transl = place(points, fill, np.zeros(2), view.focal, size)
    return transl.astype(np.float32)


def in_sight(points: np.ndarray, focal: float, size: int) -> bool:
    """Whether points (L,3) in camera axes are in front of the camera and at least ``MARGIN`` px inside the frame."""
    if (points[:, 2] <= 0).any():
        return False
    pixels = points[:, :2] / points[:, 2:] * focal + size / 2
    return bool(((pixels > MARGIN) & (pixels < size - MARGIN)).all())


def place(points: np.ndarray, fill: float, shift: np.ndarray, focal: float, size: int) -> np.ndarray:
    """Translation (3,) for which the projected box of ``points`` (3,V) fills the frame.

    Its longer side becomes ``fill`` x ``size`` px and its middle lies at ``shift`` x ``size`` px from the frame's. Who would
    come nearer than ``NEAREST`` stays there and fills less.
    """
    span, middle = fill * size / focal, np.asarray(shift, np.float64) * size / focal
    low, high = points.min(1), points.max(1)
    extent = max(float((high - low)[:2].max()), 1e-3)
    closest = NEAREST - low[2]
    depth = max(extent / span, closest)
    move = middle * depth - (low + high)[:2] / 2
    rough, last = points.astype(np.float32), None
    for _ in range(20):
        rays = (rough[:2] + move.astype(np.float32)[:, None]) / (rough[2] + np.float32(depth))
        first, second = rays.argmin(1), rays.argmax(1)
        if last is not None and (first == last[0]).all() and (second == last[1]).all():
            break
        last = first, second
        # the four vertices that touch the box, if they stay the same, tell the distance exactly
        depth = max(closest, *(_distance(points[axis, [a, b]], points[2, [a, b]], middle[axis], span)
                               for axis, (a, b) in enumerate(zip(first, second))))
        near, far = points[2, first] + depth, points[2, second] + depth
        move = (2 * middle - points[[0, 1], first] / near - points[[0, 1], second] / far) / (1 / near + 1 / far)
    return np.array([*move, depth])


def _distance(at: np.ndarray, depths: np.ndarray, middle: float, span: float) -> float:
    """The depth to add at which two points (2,), (2,) lie half of ``span`` on either side of ``middle``."""
    rays: Tuple[float, float] = (middle - span / 2, middle + span / 2)
    return float((at[1] - at[0] - rays[1] * depths[1] + rays[0] * depths[0]) / span)
