"""RandomBlur: a camera out of focus, or in motion."""
from typing import Sequence

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from ajahr_mm.registry import TRANSFORMS


@TRANSFORMS.register_module()
class RandomBlur(BaseTransform):
    """With probability ``prob`` the picture is smeared, by a Gaussian or along a line.

    Args:
        prob: share of pictures.
        sigma: range of the Gaussian's standard deviation, px of a 256 px crop.
        length: range of the length of the line, px of a 256 px crop.
        motion: share of lines among the blurred pictures.

    Required Keys: img uint8; put it after :class:`CropBody`. Modified Keys: img.
    """

    def __init__(self, prob: float = 0.1, sigma: Sequence[float] = (0.4, 2.0), length: Sequence[float] = (3, 15),
                 motion: float = 0.5) -> None:
        self.prob, self.sigma, self.length, self.motion = prob, tuple(sigma), tuple(length), motion

    def transform(self, results: dict) -> dict:
        wanted, kind, strength, angle = np.random.random(4)
        if wanted >= self.prob:
            return results
        scale = len(results['img']) / 256
        if kind < self.motion:
            kernel = line(np.interp(strength, (0, 1), self.length) * scale, angle * np.pi)
            results['img'] = cv2.filter2D(results['img'], -1, kernel, borderType=cv2.BORDER_REPLICATE)
        else:
            results['img'] = cv2.GaussianBlur(results['img'], (0, 0), np.interp(strength, (0, 1), self.sigma) * scale)
        return results


def line(length: float, angle: float) -> np.ndarray:
    """A filter kernel (N,N) of sum 1, N odd: a line through its middle, ``angle`` in radians from the x axis."""
    half = int(np.ceil(length / 2))
    y, x = np.mgrid[-half:half + 1, -half:half + 1]
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    kernel = np.clip(1 - np.abs(across), 0, 1) * np.clip(length / 2 + 0.5 - np.abs(along), 0, 1)
    return kernel / kernel.sum()
