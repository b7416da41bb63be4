"""Keypoints, boxes, rings and words on RGB images, with OpenCV alone. Nothing is changed in place."""
from typing import Optional, Sequence, Tuple

import cv2
import numpy as np

from ajahr_mm.anatomy.keypoints import COCO17, HMR44, LIMB12, SKELETON_EDGES
from ajahr_mm.visualization.colors import BLACK, INK, RGB, VERMILION, WHITE, side_of

FONT = cv2.FONT_HERSHEY_SIMPLEX
_SHIFT = 4  # OpenCV draws at 1/16 px

_COCO_BONES = (('left_shoulder', 'right_shoulder'), ('left_hip', 'right_hip'), ('left_shoulder', 'left_hip'),
               ('right_shoulder', 'right_hip'), ('left_shoulder', 'left_elbow'), ('left_elbow', 'left_wrist'),
               ('right_shoulder', 'right_elbow'), ('right_elbow', 'right_wrist'), ('left_hip', 'left_knee'),
               ('left_knee', 'left_ankle'), ('right_hip', 'right_knee'), ('right_knee', 'right_ankle'),
               ('nose', 'left_eye'), ('nose', 'right_eye'), ('left_eye', 'left_ear'), ('right_eye', 'right_ear'))


def _edges(names: Sequence[str]) -> Tuple[Tuple[int, int], ...]:
    return tuple((names.index(a), names.index(b)) for a, b in _COCO_BONES if a in names and b in names)


#: Names and bones of each keypoint set, by its number of keypoints.
SETS = {44: (HMR44, SKELETON_EDGES), 17: (COCO17, _edges(COCO17)), 12: (LIMB12, _edges(LIMB12))}


def _subpixel(point: np.ndarray) -> Tuple[int, int]:
    # Far outside the picture OpenCV's fixed point would overflow; the line's end is cut there anyway.
    return tuple(int(v) for v in np.round(np.clip(point, -8000, 8000) * 2 ** _SHIFT))


def draw_keypoints(image: np.ndarray, keypoints: np.ndarray, thickness: Optional[int] = None) -> np.ndarray:
    """Skeleton of keypoints (K,3) x, y px, confidence on image (H,W,3) uint8 -> a new image.

    K is 44 (HMR), 17 (COCO) or 12 (limb joints). Keypoints without confidence are not drawn. The person's left side is
    sky blue with round joints, the right side orange with square ones.
    Raises ValueError for another K.
    """
    if len(keypoints) not in SETS:
        raise ValueError(f'no skeleton is known for {len(keypoints)} keypoints, only for {sorted(SETS)}')
    names, edges = SETS[len(keypoints)]
    image = np.ascontiguousarray(image).copy()
    thickness = thickness or max(1, round(max(image.shape[:2]) / 200))
    points, seen = np.asarray(keypoints)[:, :2], np.asarray(keypoints)[:, 2] > 0
    for widen, outline in ((2, True), (0, False)):  # a dark rim first keeps light bones visible on light clothes
        for a, b in edges:
            if seen[a] and seen[b]:
                color = BLACK if outline else side_of(names[b] if side_of(names[b]) != WHITE else names[a])
                cv2.line(image, _subpixel(points[a]), _subpixel(points[b]), color, thickness + widen, cv2.LINE_AA, _SHIFT)
    for i in np.flatnonzero(seen):
        draw_joint(image, points[i], thickness + 1, side_of(names[i]), square='right' in names[i])
    return image


def draw_joint(image: np.ndarray, point: np.ndarray, radius: float, color: RGB, square: bool) -> None:
    """One joint, drawn *into* ``image``: a dot with a dark rim, or a square."""
    for grow, paint in ((1, BLACK), (0, color)):
        if square:
            low, high = _subpixel(point - radius - grow), _subpixel(point + radius + grow)
            cv2.rectangle(image, low, high, paint, -1, cv2.LINE_AA, _SHIFT)
        else:
            cv2.circle(image, _subpixel(point), round((radius + grow) * 2 ** _SHIFT), paint, -1, cv2.LINE_AA, _SHIFT)


def draw_box(image: np.ndarray, box: Sequence[float], color: RGB = WHITE, thickness: int = 2) -> np.ndarray:
    """Box x1, y1, x2, y2 px on image (H,W,3) uint8 -> a new image."""
    image = np.ascontiguousarray(image).copy()
    corners = _subpixel(np.asarray(box[:2], float)), _subpixel(np.asarray(box[2:], float))
    for width, paint in ((thickness + 2, BLACK), (thickness, color)):
        cv2.rectangle(image, *corners, paint, width, cv2.LINE_AA, _SHIFT)
    return image


def draw_ring(image: np.ndarray, point: Sequence[float], radius: float, color: RGB = VERMILION) -> np.ndarray:
    """A ring with a light rim around a place of interest, such as the end of a residual limb -> a new image."""
    image = np.ascontiguousarray(image).copy()
    centre, size = _subpixel(np.asarray(point, float)), round(radius * 2 ** _SHIFT)
    width = max(2, round(radius / 5))
    for thickness, paint in ((width + 2, WHITE), (width, color)):
        cv2.circle(image, centre, size, paint, thickness, cv2.LINE_AA, _SHIFT)
    return image


def put_text(image: np.ndarray, text: str, origin: Tuple[int, int], color: RGB = INK, height: int = 11,
             bold: bool = False) -> int:
    """Text with its baseline's left end at ``origin``, capitals ``height`` px high, drawn *into* ``image``.

    Returns its width in px. OpenCV's letters are ASCII: anything else is drawn as '?'.
    """
    text = text.encode('ascii', 'replace').decode()
    thickness = 2 if bold else 1
    scale = cv2.getFontScaleFromHeight(FONT, height, thickness)
    cv2.putText(image, text, origin, FONT, scale, color, thickness, cv2.LINE_AA)
    return cv2.getTextSize(text, FONT, scale, thickness)[0][0]


def text_width(text: str, height: int = 11, bold: bool = False) -> int:
    """Width in px :func:`put_text` needs."""
    thickness = 2 if bold else 1
    return cv2.getTextSize(text, FONT, cv2.getFontScaleFromHeight(FONT, height, thickness), thickness)[0][0]


def label(image: np.ndarray, text: str) -> np.ndarray:
    """A word on a dark tag in the upper left corner -> a new image."""
    image = np.ascontiguousarray(image).copy()
    cv2.rectangle(image, (0, 0), (text_width(text, 10) + 14, 22), INK, -1)
    put_text(image, text, (7, 16), WHITE, 10)
    return image
