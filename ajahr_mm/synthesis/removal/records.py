"""What the stages of the removal hand to one another."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ajahr_mm.synthesis.removal.quality import ssim


@dataclass(frozen=True)
class Removal:
    """A picture from which people were removed: (H,W,3) uint8 RGB twice, mask (H,W) bool, boxes (n,4) px."""
    original: np.ndarray
    cleaned: np.ndarray
    mask: np.ndarray
    boxes: np.ndarray

    @cached_property
    def ssim(self) -> float:
        """Structural similarity of the two pictures."""
        return ssim(self.original, self.cleaned)
