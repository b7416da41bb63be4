"""The segmenter without a download: GrabCut of OpenCV, prompted by the box and its edge points."""
from typing import Iterator

import numpy as np

from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.removal.prompts import edge_points
from ajahr_mm.synthesis.removal.segmenter import Segmenter

_MARGIN = .25          # of the box's longer side: what is around the box teaches GrabCut the background
_CORE = .28            # half the width of the part of the box that shows the person for sure, as a share of its width
_SPECK = .03           # parts smaller than this share of the largest one are noise


@SYNTHESIS.register_module()
class GrabCutSegmenter(Segmenter):
    """Separates person and background by colour (Rother et al. 2004), in and around each box.

    Outside the box is background; the middle of the box and the four edge points are likely the person, its corners
    likely not. A result that cannot be a person, hardly more than the middle or all of the box, becomes the upright ellipse
    in the box.

    Args:
        iterations: rounds of GrabCut.
        longest: boxes larger than this are worked on at reduced size, px of the longer side.
        inset: see :func:`edge_points`.
        dilate: see :class:`Segmenter`; wider than SAM's, because the outline is less sure.
    """

    def __init__(self, iterations: int = 3, longest: int = 256, inset: float = .08, dilate: float = .045) -> None:
        super().__init__(dilate)
        self.iterations, self.longest, self.inset = iterations, longest, inset

    def masks(self, image: np.ndarray, boxes: np.ndarray) -> Iterator[np.ndarray]:
        import cv2
        height, width = image.shape[:2]
        for box in boxes:
            margin = _MARGIN * (box[2:] - box[:2]).max()
            x1, y1 = np.floor((box[:2] - margin).clip(0)).astype(int)
            x2, y2 = np.ceil((box[2:] + margin).clip(0, [width, height])).astype(int)
            piece = image[y1:y2, x1:x2]
            scale = min(1., self.longest / (box[2:] - box[:2]).max())
            size = tuple(max(int(round(side * scale)), 2) for side in (x2 - x1, y2 - y1))
            small = cv2.resize(piece, size, interpolation=cv2.INTER_AREA)
            stretch = np.array(size) / [x2 - x1, y2 - y1]
            local = (box.reshape(2, 2) - [x1, y1]) * stretch
            found = self._cut(small, local.reshape(4))
            mask = np.zeros((height, width), bool)
            found = cv2.resize(found.astype(np.float32), (x2 - x1, y2 - y1), interpolation=cv2.INTER_LINEAR)
            mask[y1:y2, x1:x2] = found > .5
            yield mask

    def _cut(self, image: np.ndarray, box: np.ndarray) -> np.ndarray:
        import cv2
        ellipse = _ellipse(image.shape[:2], box, 1.)
        labels = np.full(image.shape[:2], cv2.GC_BGD, np.uint8)
        x1, y1, x2, y2 = np.round(box).astype(int)
        labels[y1:y2, x1:x2] = cv2.GC_PR_BGD
        labels[ellipse] = cv2.GC_PR_FGD
        core = _ellipse(image.shape[:2], box, _CORE)
        labels[core] = cv2.GC_FGD
        radius = max(int(.03 * (box[2:] - box[:2]).max()), 1)
        for x, y in edge_points(box, self.inset)[0]:
            cv2.circle(labels, (int(x), int(y)), radius, int(cv2.GC_PR_FGD), -1)
        if (labels == cv2.GC_BGD).sum() + (labels == cv2.GC_PR_BGD).sum() < 10:
            return ellipse
        cv2.setRNGSeed(0)  # GrabCut starts its colour clusters at random
        try:
            cv2.grabCut(np.ascontiguousarray(image[..., ::-1]), labels, None, np.zeros((1, 65)), np.zeros((1, 65)),
                        self.iterations, cv2.GC_INIT_WITH_MASK)
        except cv2.error:  # too few colours to tell two sides apart
            return ellipse
        found = _without_specks((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD))
        area = max((x2 - x1) * (y2 - y1), 1)
        return found if (found & ~core).sum() > .06 * area and found.sum() < .95 * area else ellipse


def _ellipse(shape, box: np.ndarray, width: float) -> np.ndarray:
    """The upright ellipse in a box, ``width`` of the box wide and as much less high as a torso is than a person."""
    y, x = np.mgrid[:shape[0], :shape[1]]
    center, half = (box[:2] + box[2:]) / 2, (box[2:] - box[:2]) / 2
    return ((x + .5 - center[0]) / half[0] / width) ** 2 + ((y + .5 - center[1]) / half[1] / min(width * 2, 1)) ** 2 <= 1


def _without_specks(mask: np.ndarray) -> np.ndarray:
    """The mask with its holes filled and without the parts that are too small to belong to a person."""
    import cv2
    outlines, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    areas = [cv2.contourArea(outline) for outline in outlines]
    kept = [outline for outline, area in zip(outlines, areas) if area >= _SPECK * max(areas)]
    return cv2.drawContours(np.zeros(mask.shape, np.uint8), kept, -1, 1, -1).astype(bool)
