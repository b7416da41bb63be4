"""The people detector that comes inside OpenCV: nothing to download, and not much of an eye."""
from typing import Optional

import numpy as np

from ajahr_mm.registry import DETECTORS

# A window of 64 x 128 px holds a person of about 40 x 100 px; what is found is shrunk to the person.
_SIDE, _TOP, _BOTTOM = .17, .09, .09


@DETECTORS.register_module()
class HOGDetector:
    """Histograms of oriented gradients and a linear classifier (Dalal and Triggs 2005, trained on INRIA Person).

    Finds people who stand upright, head to feet in the picture and at least 100 px high after scaling; it misses whoever
    sits, lies or is cut off by the frame, so it serves where no better detector is at hand.

    Args:
        score: distance from the classifier's boundary above which a window counts; lower finds more people and more else.
        longest: larger pictures are searched at this longer side, px.
        overlap: of two boxes that share more than this (intersection over union) the weaker one goes.
        max_people: at most so many boxes an image, None for all.
    Raises:
        ImportError: this OpenCV was built without it.
    """

    def __init__(self, score: float = .5, longest: int = 800, overlap: float = .4, max_people: Optional[int] = None) -> None:
        import cv2
        if not hasattr(cv2, 'HOGDescriptor'):
            raise ImportError('HOGDetector needs OpenCV 4: pip install opencv-python-headless==4.11.0.86')
        self._hog = cv2.HOGDescriptor()
        self._hog.setSVMDetector(cv2.HOGDescriptor.getDefaultPeopleDetector())
        self.score, self.longest, self.overlap, self.max_people = score, longest, overlap, max_people

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """Boxes of people (n,4), by falling score."""
        import cv2
        height, width = image.shape[:2]
        scale = min(1., self.longest / max(height, width))
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image
        low, wide = self._hog.winSize[1], self._hog.winSize[0]
        if small.shape[0] < low or small.shape[1] < wide:
            return np.zeros((0, 4))
        # Without grouping (finalThreshold 0) the answer is a set: its order depends on threads, its content does not.
        windows, scores = self._hog.detectMultiScale(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), hitThreshold=self.score,
                                                     winStride=(8, 8), padding=(16, 16), scale=1.05, groupThreshold=0)
        if not len(windows):
            return np.zeros((0, 4))
        scores = np.ravel(scores)
        order = np.lexsort((*windows.T, -scores))
        windows, scores = windows[order], scores[order]
        positive = (scores - self.score + 1).tolist()  # NMSBoxes wants them so
        keep = cv2.dnn.NMSBoxes(windows.tolist(), positive, 0, self.overlap)
        x, y, w, h = windows[np.ravel(keep)[:self.max_people]].T
        boxes = np.stack([x + _SIDE * w, y + _TOP * h, x + (1 - _SIDE) * w, y + (1 - _BOTTOM) * h], axis=1) / scale
        return boxes.clip(0, [width, height, width, height])
