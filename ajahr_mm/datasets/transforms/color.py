"""RandomColor: channel gains, by table look-up."""
import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from ajahr_mm.registry import TRANSFORMS

_LEVELS = np.arange(256, dtype=np.float32)


@TRANSFORMS.register_module()
class RandomColor(BaseTransform):
    """Multiplies each channel by its own factor from U(1 - gain, 1 + gain) and clips to 0..255 (HMR2).

    Works on uint8 through a table; put it after :class:`CropBody`, where there are fewer pixels.

    Required Keys: img uint8. Modified Keys: img.
    """

    def __init__(self, gain: float = 0.2) -> None:
        self.gain = gain

    def transform(self, results: dict) -> dict:
        factors = np.random.uniform(1 - self.gain, 1 + self.gain, 3).astype(np.float32)
        table = np.clip(_LEVELS[:, None] * factors + 0.5, 0, 255).astype(np.uint8)
        results['img'] = cv2.LUT(results['img'], table[None])
        return results
