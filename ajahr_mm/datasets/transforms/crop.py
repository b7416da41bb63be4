"""CropBody: the square picture of one person that the networks see."""
from typing import Sequence, Tuple

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from ajahr_mm.anatomy.keypoints import OUTSIDE
from ajahr_mm.datasets.transforms.missing import hide_missing
from ajahr_mm.geometry.boxes import apply_affine, crop_affine
from ajahr_mm.io.encoded_image import REDUCTIONS, EncodedImage
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
    shrink = _halvings(affine) if low_pass == 'area' else 1
    if shrink > 1:
        image, affine = _shrunk(image, affine, crop_size, shrink)
    return cv2.warpAffine(image, affine, (crop_size, crop_size), flags=cv2.INTER_LINEAR)


def cut_encoded(image: EncodedImage, affine: np.ndarray, crop_size: int, low_pass: str = 'area') -> np.ndarray:
    """The same from a picture that has not been decoded yet: a JPEG decoder halves while it decodes, and stops at a line.

    Raises:
        UserError: the JPEG is damaged.
    """
    if low_pass == 'gaussian':
        return cut(image.decode()[0], affine, crop_size, low_pass)
    shrink = _halvings(affine) if low_pass == 'area' else 1
    bottom = _corners(affine, crop_size)[:, 1].max() + 2 * shrink + 1
    pixels, reduction = image.decode(min(shrink, REDUCTIONS[-1]), rows=int(np.clip(bottom, 1, image.shape[0])))
    return cut(pixels, _of_reduced(affine, reduction), crop_size, low_pass)


def _halvings(affine: np.ndarray) -> int:
    """Largest power of two by which the image may shrink without falling below the resolution of the crop."""
    return 2 ** int(np.log2(max(1.0, 1 / np.hypot(affine[0, 0], affine[1, 0]))))


def _corners(affine: np.ndarray, crop_size: int) -> np.ndarray:
    """(4,2) image px of the corners of the crop."""
    inverse = cv2.invertAffineTransform(affine)
    return apply_affine(np.array([[0, 0], [crop_size, 0], [0, crop_size], [crop_size, crop_size]], float), inverse)


def _of_reduced(affine: np.ndarray, reduction: int, origin: Sequence[float] = (0, 0)) -> np.ndarray:
    """The map from an image reduced from ``origin`` on: its pixel u lies at n u + (n - 1) / 2 + origin."""
    linear = affine[:, :2]
    return np.column_stack([linear * reduction, affine[:, 2] + linear @ (np.asarray(origin) + (reduction - 1) / 2)])


def _blurred(image: np.ndarray, factor: float) -> np.ndarray:
    """The demos' blur for boxes ``2 * factor`` times the crop: sigma (factor - 1) / 2, if the factor is above 1.1."""
    if factor <= 1.1:
        return image
    sigma = (factor - 1) / 2
    side = 2 * int(4 * sigma + 0.5) + 1
    return cv2.GaussianBlur(image, (side, side), sigma, borderType=cv2.BORDER_REPLICATE)


def _shrunk(image: np.ndarray, affine: np.ndarray, crop_size: int, shrink: int) -> Tuple[np.ndarray, np.ndarray]:
    corners = _corners(affine, crop_size)
    height, width = image.shape[:2]
    low = np.clip(np.floor(corners.min(0)).astype(int) - shrink, 0, [width - 1, height - 1]) // shrink * shrink
    high = np.clip(np.ceil(corners.max(0)).astype(int) + shrink, low + 1, [width, height])
    part = image[low[1]:high[1], low[0]:high[0]]
    rest = -np.array(part.shape[:2]) % shrink
    if rest.any():  # whole blocks only, or the picture would be stretched by a fraction of a pixel
        part = cv2.copyMakeBorder(part, 0, int(rest[0]), 0, int(rest[1]), cv2.BORDER_REPLICATE)
    small = cv2.resize(part, (part.shape[1] // shrink, part.shape[0] // shrink), interpolation=cv2.INTER_AREA)
    return small, _of_reduced(affine, shrink, low)


@TRANSFORMS.register_module()
class CropBody(BaseTransform):
    """Cuts the box out, turned by its rotation, and brings the 2D keypoints into crop px.

    A keypoint outside the crop becomes (0,0,0), like an unseen one. That says nothing about the limb: only
    ``limb_extent`` says what is amputated, and cropping does not touch it. See also :func:`hide_missing`.

    Args:
        size: side of the crop in px.
        low_pass: 'area' averaging of large boxes, or 'gaussian' or 'none' for the numbers of public checkpoints, see
            :func:`cut`.

    Required Keys: img, or encoded_img and flip; center, size, rotation, keypoints_2d, projected_2d, visibility; limb_extent
    if known.
    Modified Keys: img (S,S,3), keypoints_2d, projected_2d, visibility. Added Keys: affine (2,3), crop_size.

    Raises:
        UserError: an image whose decoding was put off is damaged.
    """

    def __init__(self, size: int = 256, low_pass: str = 'area') -> None:
        if low_pass not in LOW_PASS:
            raise ValueError(f'CropBody low_pass {low_pass!r} is not one of {LOW_PASS}')
        self.size, self.low_pass = size, low_pass

    def transform(self, results: dict) -> dict:
        affine = crop_affine(results['center'], results['size'], self.size, results['rotation'])
        encoded = results.pop('encoded_img', None)
        if encoded is None:
            results['img'] = cut(results['img'], affine, self.size, self.low_pass)
        else:  # the boxes may have been mirrored, the file has not
            from_file = affine @ _mirror(encoded.shape[1]) if results['flip'] else affine
            results['img'] = cut_encoded(encoded, from_file, self.size, self.low_pass)
        results['affine'] = affine
        results['crop_size'] = self.size

        hide_missing(results)
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


def _mirror(width: int) -> np.ndarray:
    """(3,3): pixel x of an image to width - 1 - x."""
    return np.array([[-1, 0, width - 1], [0, 1, 0], [0, 0, 1]], float)
