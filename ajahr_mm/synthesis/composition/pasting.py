"""From painted patches (h,w,4) uint8, RGB times coverage and coverage, to layers of the whole picture."""
from typing import Tuple

import numpy as np

#: Coverage of the soft shade that a standing thing throws around its base: too little to hide anything.
_SHADE = .28


def paste(patch: np.ndarray, middle: float, bottom: float, size: int, shade: bool = False) -> Tuple[np.ndarray, np.ndarray]:
    """Coverage (size,size) float32 0..1 and colour (size,size,3) uint8 of a patch, black where nothing is.

    The middle of its base comes to ``middle``, ``bottom`` px. ``shade`` adds a soft dark spot around the base.
    """
    import cv2
    height, width = patch.shape[:2]
    left, top = round(middle - width / 2), round(bottom) - height
    coverage, color = np.zeros((size, size), np.float32), np.zeros((size, size, 3), np.uint8)
    if shade:
        reach = max(width // 10, 2)
        spot = np.zeros((6 * reach, width + 6 * reach), np.float32)
        cv2.ellipse(spot, (spot.shape[1] // 2, 3 * reach), (width // 2, reach), 0, 0, 360, _SHADE, -1)
        spot = cv2.blur(cv2.blur(spot, (2 * reach + 1,) * 2), (2 * reach + 1,) * 2)
        rows, columns, inside = _overlap(spot.shape, top + height - 4 * reach, left - 3 * reach, size)
        coverage[rows, columns] = spot[inside]
    rows, columns, inside = _overlap(patch.shape, top, left, size)
    piece = patch[inside]
    if piece.size:
        *paint, alpha = cv2.split(piece)
        color[rows, columns] = cv2.merge([cv2.divide(channel, alpha, scale=255) for channel in paint])
        coverage[rows, columns] = np.maximum(coverage[rows, columns], alpha * np.float32(1 / 255))
    return coverage, color


def _overlap(shape: Tuple[int, ...], top: int, left: int, size: int) -> Tuple[slice, slice, Tuple[slice, slice]]:
    """Rows and columns of a square picture that a part of this shape covers, and which ones of the part they are."""
    spans = [slice(min(max(start, 0), size), max(min(start + length, size), 0)) for start, length in zip((top, left), shape)]
    inside = tuple(slice(span.start - start, max(span.stop - start, 0)) for span, start in zip(spans, (top, left)))
    return (*spans, inside)


def unfocused(patch: np.ndarray, rim: int) -> np.ndarray:
    """A patch out of focus, and larger by twice the ``rim`` in px on every side."""
    import cv2
    patch = cv2.copyMakeBorder(patch, 2 * rim, 2 * rim, 2 * rim, 2 * rim, cv2.BORDER_CONSTANT)
    return cv2.blur(cv2.blur(patch, (2 * rim + 1,) * 2), (2 * rim + 1,) * 2)
