"""RandomJPEG: what a small file leaves of a picture."""
from typing import Sequence

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from ajahr_mm.registry import TRANSFORMS


@TRANSFORMS.register_module()
class RandomJPEG(BaseTransform):
    """With probability ``prob`` the crop goes through a JPEG of a quality from the range ``quality`` (1 to 100).

    Required Keys: img uint8 RGB; put it after :class:`CropBody`, last of all that touch the picture. Modified Keys: img.

    Raises:
        ValueError: the range does not lie in 1 to 100.
    """

    def __init__(self, prob: float = 0.1, quality: Sequence[int] = (20, 90)) -> None:
        self.prob, self.quality = prob, tuple(quality)
        if not 1 <= self.quality[0] <= self.quality[1] <= 100:
            raise ValueError(f'RandomJPEG quality {self.quality} is not a range in 1 to 100')

    def transform(self, results: dict) -> dict:
        wanted, quality = np.random.random(), np.random.randint(self.quality[0], self.quality[1] + 1)
        if wanted < self.prob:
            _, data = cv2.imencode('.jpg', results['img'][..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
            results['img'] = cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        return results
