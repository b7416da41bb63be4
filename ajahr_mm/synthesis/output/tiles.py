"""Small pictures for contact sheets."""
from typing import Mapping

import numpy as np

from ajahr_mm.anatomy.keypoints import ABSENT, SKELETON_EDGES, VISIBLE
from ajahr_mm.synthesis.annotation import BACKGROUND, OTHER

_SKELETON, _SEEN, _HIDDEN = (255, 255, 255), (0, 158, 115), (230, 159, 0)
#: Colours of neighbouring parts that can be told apart, also by the colour-blind (Okabe and Ito).
_PARTS = np.array([(0, 114, 178), (230, 159, 0), (0, 158, 115), (204, 121, 167), (86, 180, 233), (240, 228, 66),
                   (213, 94, 0), (150, 150, 150)], np.uint8)
_LARGE = 2   # drawn at twice the size, for smooth lines


def fitted(jpeg: bytes, side: int) -> np.ndarray:
    """An encoded picture -> (side,side,3) uint8 RGB."""
    import cv2
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    way = cv2.INTER_AREA if side < image.shape[0] else cv2.INTER_CUBIC
    return np.ascontiguousarray(cv2.resize(image, (side, side), interpolation=way)[..., ::-1])


def annotated(files: Mapping[str, bytes], person: Mapping[str, np.ndarray], side: int) -> np.ndarray:
    """The same with the part mask, if there is one, and the joints that exist: green ones are seen, orange ones hidden.

    ``files``: of one picture by suffix; ``person``: its row, of which projected_2d (44,3) and visibility (44,) are used.
    """
    import cv2
    size = cv2.imdecode(np.frombuffer(files['jpg'], np.uint8), cv2.IMREAD_GRAYSCALE).shape[0]
    tile = fitted(files['jpg'], side * _LARGE)
    if 'mask.png' in files:
        tile = tinted(tile, cv2.imdecode(np.frombuffer(files['mask.png'], np.uint8), cv2.IMREAD_UNCHANGED))
    points = np.rint((person['projected_2d'][:, :2] + .5) * (side * _LARGE / size) - .5).astype(int).tolist()
    there = person['visibility'] != ABSENT
    for a, b in SKELETON_EDGES:
        if there[a] and there[b]:
            cv2.line(tile, points[a], points[b], _SKELETON, _LARGE, cv2.LINE_AA)
    for point in {point for edge in SKELETON_EDGES for point in edge}:
        if there[point]:
            color = _SEEN if person['visibility'][point] == VISIBLE else _HIDDEN
            cv2.circle(tile, points[point], 2 * _LARGE, color, -1, cv2.LINE_AA)
    return cv2.resize(tile, (side, side), interpolation=cv2.INTER_AREA)


def tinted(tile: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """(H,W,3) with every body part of ``mask`` (h,w) in a colour of its own; what hides the person is darkened."""
    import cv2
    mask = cv2.resize(mask, tile.shape[1::-1], interpolation=cv2.INTER_NEAREST)[..., None]
    body = tile // 2 + _PARTS[mask[..., 0] % len(_PARTS)] // 2
    return np.where(mask == OTHER, tile // 2, np.where(mask == BACKGROUND, tile, body)).astype(np.uint8)
