"""The quality checker (paper supp. A): which cleaned pictures may become backgrounds."""
from typing import Optional

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DETECTORS, SYNTHESIS
from ajahr_mm.synthesis.removal.records import Removal


@SYNTHESIS.register_module()
class SSIMCheck:
    """Drops a picture that has become too unlike the original: blurred, or mostly made up.

    Args:
        minimum: SSIM below which a picture is dropped (0.5 in the paper).
    """

    def __init__(self, minimum: float = .5) -> None:
        self.minimum = minimum

    def __call__(self, removal: Removal) -> Optional[str]:
        """Why the picture is dropped; None if it may stay."""
        return f'SSIM {removal.ssim:.3f} is below {self.minimum:g}' if removal.ssim < self.minimum else None


@SYNTHESIS.register_module()
class NoPersonCheck:
    """Drops a picture in which a person can still be found.

    Args:
        detector: config of DETECTORS that finds boxes; whoever it finds anywhere in the cleaned picture remains.
        keypoints: config of DETECTORS that finds keypoints, such as TransformersViTPose or ViTPoseDetector. It looks into
            the boxes of those who were removed, and at the whole picture where nobody was found to begin with.
        confidence: keypoints of at least this confidence are seen.
        tolerated: so many seen keypoints in a box are taken for a mistake; the paper tolerates none.
    Raises:
        UserError: neither detector nor keypoints are given.
    """

    def __init__(self, detector: Optional[dict] = None, keypoints: Optional[dict] = None, confidence: float = .5,
                 tolerated: int = 0) -> None:
        if detector is None and keypoints is None:
            raise UserError('NoPersonCheck has nothing to look with: give it a detector, keypoints, or both')
        self.detector = DETECTORS.build(detector) if isinstance(detector, dict) else detector
        self.keypoints = DETECTORS.build(keypoints) if isinstance(keypoints, dict) else keypoints
        self.confidence, self.tolerated = confidence, tolerated

    def __call__(self, removal: Removal) -> Optional[str]:
        """Why the picture is dropped; None if it may stay."""
        if self.detector is not None:
            found = len(self.detector(removal.cleaned))
            if found:
                return f'{type(self.detector).__name__} still finds {found} {"person" if found == 1 else "people"}'
        if self.keypoints is not None:
            seen = self._seen(removal)
            if seen > self.tolerated:
                return f'{type(self.keypoints).__name__} still sees {seen} keypoints of a person'
        return None

    def _seen(self, removal: Removal) -> int:
        """The largest number of keypoints seen inside one of the boxes."""
        height, width = removal.cleaned.shape[:2]
        boxes = removal.boxes if len(removal.boxes) else np.array([[0., 0., width, height]])
        found = self.keypoints(removal.cleaned, boxes)
        low, high = boxes[:, None, :2], boxes[:, None, 2:]
        inside = ((found[..., :2] >= low) & (found[..., :2] <= high)).all(axis=-1)
        return int((inside & (found[..., 2] >= self.confidence)).sum(axis=1).max())
