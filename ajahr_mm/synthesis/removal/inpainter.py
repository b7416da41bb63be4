"""What all inpainters share: the hole is filled, everything else stays as it was, byte for byte."""
import numpy as np

from ajahr_mm.io.errors import UserError


class Inpainter:
    """Fills the masked part of a picture with what might be behind it."""

    def fill(self, image: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """The picture (H,W,3) uint8 with a guess under the mask; what it holds elsewhere does not matter."""
        raise NotImplementedError

    def __call__(self, image: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """Cleaned copy of ``image`` (H,W,3) uint8 RGB; ``mask`` (H,W) bool says what is to vanish.

        Raises:
            UserError: the mask covers the whole picture, so that nothing is left to fill it from.
        """
        if not mask.any():
            return image.copy()
        if mask.all():
            raise UserError('the mask covers the whole picture; nothing is left to fill it from')
        return np.where(mask[..., None], self.fill(image, mask), image)
