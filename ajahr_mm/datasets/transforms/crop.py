"""CropBody: the square picture of one person that the networks see."""
from typing import Tuple

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from ajahr_mm.anatomy.keypoints import OUTSIDE
from ajahr_mm.geometry.boxes import apply_affine, crop_affine
from ajahr_mm.registry import TRANSFORMS


LOW_PASS = ('area', 'gaussian', 'none')


def cut(image: np.ndarray, affine: np.ndarray, crop_size: int, low_pass: str = 'area') -> np.ndarray:
    """Warps ``image`` (H,W,3) through ``affine`` (2,3) into (crop_size, crop_size, 3); black outside the image.

    Boxes at least twice the crop are first halved by area averaging, and only where the crop looks: linear
    interpolation alone would skip pixels. ``low_pass='gaussian'`` blurs the whole image instead, as the demos of HMR2,
    TokenHMR and AJAHR do, and 'none' skips pixels, as their training and evaluation do.
    """
    if low_pass == 'gaussian':
        image = _blurred(image, 1 / np.hypot(affine[0, 0], affine[1, 0]) / 2)
    if low_pass != 'area':
        return cv2.warpAffine(image, affine, (crop_size, crop_size), flags=cv2.INTER_LINEAR)
    shrink = 2 ** int(np.log2(max(1.0, 1 / np.hypot(affine[0, 0], affine[1, 0]))))
    if shrink > 1:
        image, affine = _shrunk(image, affine, crop_size, shrink)
    return cv2.warpAffine(image, affine, (crop_size, crop_size), flags=cv2.INTER_LINEAR)


def _blurred(image: np.ndarray, factor: float) -> np.ndarray:
    """The demos' blur for boxes ``2 * factor`` times the crop: sigma (factor - 1) / 2, if the factor is above 1.1."""
    if factor <= 1.1:
        return image
    sigma = (factor - 1) / 2
    side = 2 * int(4 * sigma + 0.5) + 1
    return cv2.GaussianBlur(image, (side, side), sigma, borderType=cv2.BORDER_REPLICATE)


def _shrunk(image: np.ndarray, affine: np.ndarray, crop_size: int, shrink: int) -> Tuple[np.ndarray, np.ndarray]:
    inverse = cv2.invertAffineTransform(affine)
    corners = apply_affine(np.array([[0, 0], [crop_size, 0], [0, crop_size], [crop_size, crop_size]], float), inverse)
    height, width = image.shape[:2]
    low = np.clip(np.floor(corners.min(0)).astype(int) - shrink, 0, [width - 1, height - 1]) // shrink * shrink
    high = np.clip(np.ceil(corners.max(0)).astype(int) + shrink, low + 1, [width, height])
    part = image[low[1]:high[1], low[0]:high[0]]
    rest = -np.array(part.shape[:2]) % shrink
    if rest.any():  # whole blocks only, or the picture would be stretched by a fraction of a pixel
        part = cv2.copyMakeBorder(part, 0, int(rest[0]), 0, int(rest[1]), cv2.BORDER_REPLICATE)
    small = cv2.resize(part, (part.shape[1] // shrink, part.shape[0] // shrink), interpolation=cv2.INTER_AREA)
    # small pixel u lies at shrink * u + (shrink - 1) / 2 + low in the image
    linear = affine[:, :2] * shrink
    return small, np.column_stack([linear, affine[:, 2] + affine[:, :2] @ (low + (shrink - 1) / 2)])


@TRANSFORMS.register_module()
class CropBody(BaseTransform):
    """Cuts the box out, turned by its rotation, and brings the 2D keypoints into crop px.

    A keypoint outside the crop becomes (0,0,0), like an unseen one. That says nothing about the limb: only
    ``limb_extent`` says what is amputated, and cropping does not touch it.

    Args:
        size: side of the crop in px.
        low_pass: 'area' averaging of large boxes, or 'gaussian' or 'none' for the numbers of public checkpoints, see
            :func:`cut`.

    Required Keys: img, center, size, rotation, keypoints_2d, projected_2d, visibility.
    Modified Keys: img (S,S,3), keypoints_2d, projected_2d, visibility. Added Keys: affine (2,3), crop_size.
    """

    def __init__(self, size: int = 256, low_pass: str = 'area') -> None:
        if low_pass not in LOW_PASS:
            raise ValueError(f'CropBody low_pass {low_pass!r} is not one of {LOW_PASS}')
        self.size, self.low_pass = size, low_pass

    def transform(self, results: dict) -> dict:
        affine = crop_affine(results['center'], results['size'], self.size, results['rotation'])
        results['img'] = cut(results['img'], affine, self.size, self.low_pass)
        results['affine'] = affine
        results['crop_size'] = self.size

        left_out = {}
        for name in ('keypoints_2d', 'projected_2d'):
            points = results[name].copy()
            known = points[:, 2] > 0
            points[:, :2] = apply_affine(points[:, :2], affine)
            inside = ((points[:, :2] >= 0) & (points[:, :2] < self.size)).all(1)
            points[~(known & inside)] = 0
            results[name], left_out[name] = points, known & ~inside
        outside = left_out['keypoints_2d'] | left_out['projected_2d']
        results['visibility'] = np.where(outside, OUTSIDE, results['visibility']).astype(np.uint8)
        return results
