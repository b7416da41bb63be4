"""What all segmenters share: boxes in, one mask of everybody out, somewhat wider than the people."""
from typing import Iterator

import numpy as np

from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.removal.prompts import inside


def grow(mask: np.ndarray, radius: float) -> np.ndarray:
    """The mask (H,W) bool and everything within ``radius`` px of it."""
    import cv2
    radius = int(round(radius))
    if radius < 1 or not mask.any():
        return mask
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    window = np.s_[max(rows[0] - radius, 0):rows[-1] + radius + 1, max(columns[0] - radius, 0):columns[-1] + radius + 1]
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2)
    wider = mask.copy()
    wider[window] = cv2.dilate(mask[window].astype(np.uint8), disc).astype(bool)
    return wider


class Segmenter:
    """Finds the pixels of the people in boxes.

    Args:
        dilate: how much wider than the person the mask becomes, as a share of the longer side of the box: a rim of hair,
            cloth or shadow that stays behind is what an inpainter would spread over the hole.
    """

    def __init__(self, dilate: float = .03) -> None:
        self.dilate = dilate

    def masks(self, image: np.ndarray, boxes: np.ndarray) -> Iterator[np.ndarray]:
        """A mask (H,W) bool for each box; boxes (n,4) lie inside the picture and are at least 2 px wide and high."""
        raise NotImplementedError

    def __call__(self, image: np.ndarray, boxes: np.ndarray) -> np.ndarray:
        """Mask (H,W) bool of everybody, dilated. ``image`` (H,W,3) uint8 RGB; ``boxes`` (n,4) x1, y1, x2, y2 px."""
        boxes, everybody = inside(boxes, image.shape[:2]), np.zeros(image.shape[:2], bool)
        if len(boxes):
            for box, mask in zip(boxes, self.masks(image, boxes)):
                everybody |= grow(mask, self.dilate * (box[2:] - box[:2]).max())
        return everybody


@SYNTHESIS.register_module()
class BoxSegmenter(Segmenter):
    """Takes the whole box for the person: where nothing better is at hand, and for boxes drawn by hand."""

    def masks(self, image: np.ndarray, boxes: np.ndarray) -> Iterator[np.ndarray]:
        for x1, y1, x2, y2 in boxes:
            mask = np.zeros(image.shape[:2], bool)
            mask[int(y1):int(np.ceil(y2)), int(x1):int(np.ceil(x2))] = True
            yield mask
