"""The limb badge: a small figure that shows at a glance which limbs are there, and a line of words for each."""
from typing import Optional, Sequence, Tuple

import cv2
import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.visualization.captions import limb_caption
from ajahr_mm.visualization.colors import ABSENT, GREY, INK, PAPER, PRESENT
from ajahr_mm.visualization.drawing import put_text, text_width

#: Trunk outwards, in units of the figure's height; seen from the front, so the person's left is on the right.
_ARM = ((0.13, 0.27), (0.20, 0.41), (0.25, 0.55), (0.27, 0.61))
_LEG = ((0.07, 0.56), (0.09, 0.76), (0.10, 0.95), (0.14, 0.98))
#: Of a badge, px.
HEIGHT = 112
_MIRROR = np.array([-1.0, 1.0])


def _chain(limb: int) -> np.ndarray:
    points = np.array(_LEG if limbs.LIMBS[limb].endswith('leg') else _ARM)
    return points if limbs.LIMBS[limb].startswith('left') else points * _MIRROR


def figure(height: int, extent: Sequence[float]) -> np.ndarray:
    """Front view of a person with limb extents (4,) -> image (height, 0.7 height, 3) uint8.

    What is there is a solid line; what is not is a row of dots behind a cross-bar at the limb's end.
    """
    width, zoom = round(0.7 * height), 4  # drawn large and shrunk: OpenCV's dots are coarse
    canvas = np.full((height * zoom, width * zoom, 3), PAPER, np.uint8)
    scale, stroke = 0.96 * height * zoom, max(1, round(0.045 * height * zoom))

    def px(point: np.ndarray) -> Tuple[int, int]:
        return round(width * zoom / 2 + point[0] * scale), round(point[1] * scale + 0.02 * height * zoom)

    cv2.circle(canvas, px((0, 0.10)), round(0.085 * scale), INK, -1, cv2.LINE_AA)
    trunk = np.array([px((-0.11, 0.25)), px((0.11, 0.25)), px((0.07, 0.55)), px((-0.07, 0.55))], np.int32)
    cv2.fillConvexPoly(canvas, trunk, INK, cv2.LINE_AA)
    for limb in range(limbs.NUM_LIMBS):
        chain = _chain(limb)
        along = np.array(limbs.JOINT_POSITION[:3] + (limbs.INTACT_EXTENT,))

        def place(t: float) -> np.ndarray:
            return np.array([np.interp(t, along, chain[:, 0]), np.interp(t, along, chain[:, 1])])

        end = float(extent[limb])
        kept = [place(t) for t in np.linspace(0, end, 25)] if end > 0 else []
        for a, b in zip(kept, kept[1:]):
            cv2.line(canvas, px(a), px(b), PRESENT, stroke, cv2.LINE_AA)
        if end < limbs.INTACT_EXTENT:
            for t in np.arange(end + 0.25, limbs.INTACT_EXTENT + 0.01, 0.25):
                cv2.circle(canvas, px(place(t)), stroke // 4, GREY, -1, cv2.LINE_AA)
            along_limb = place(min(end + 0.1, 3.0)) - place(max(end - 0.1, 0.0))
            across = np.array([-along_limb[1], along_limb[0]]) / np.linalg.norm(along_limb) * 0.055
            cv2.line(canvas, px(place(end) - across), px(place(end) + across), ABSENT, stroke, cv2.LINE_AA)
    return cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA)


def limb_badge(width: int, extent: Sequence[float], classes: Optional[Sequence[int]] = None,
               probabilities: Optional[Sequence[float]] = None, title: str = '') -> np.ndarray:
    """Figure and four lines of words -> image (HEIGHT, width, 3) uint8.

    extent (4,) is what the body shows, classes (4,) the verdict with its probabilities (4,); without a verdict
    (``classes`` None) the extents speak.
    """
    strip = np.full((HEIGHT, width, 3), PAPER, np.uint8)
    strip[4:4 + 104, 8:8 + 73] = figure(104, extent)
    wide = width >= 900  # room for two columns of larger words
    size, step, left, top = (15, 30, 110, 30) if wide else (10, 19, 96, 24)
    if title:
        put_text(strip, title, (left, top), INK, size)
        top += step + 2
    shown = limbs.extent_to_classes(np.asarray(extent, np.float32)) if classes is None else classes
    lines = [('x ' if int(c) else '') + limb_caption(i, int(c), None if probabilities is None else float(probabilities[i]))
             for i, c in enumerate(shown)]
    room = (width - left) // 2 if wide else width - left
    while size > 6 and max(text_width(line, size) for line in lines) > room - 4:
        size -= 1
    for limb, line in enumerate(lines):
        column, row = divmod(limb, 2) if wide else (0, limb)
        put_text(strip, line, (left + column * room, top + step * row), ABSENT if int(shown[limb]) else INK, size)
    return strip
