"""RandomOcclusion: something in front of the person; what is behind it is hidden, not lost."""
from typing import Sequence

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.keypoints import HMR44, HMR44_ON_LIMB, OCCLUDED, VISIBLE
from ajahr_mm.registry import TRANSFORMS

_TRIES = 6
_MARGIN = 0.02  # crop sides around the end of a residual limb that stay in sight
# Where limbs without any keypoint of their own leave the trunk.
_TRUNK = tuple(HMR44.index('neck' if 'arm' in limb else 'mid_hip') for limb in limbs.LIMBS)


def ends_of_lost_limbs(points: np.ndarray, extent: np.ndarray) -> np.ndarray:
    """(L,2): the outermost keypoint that is there, for each limb that is not whole; ``points`` (44,3), ``extent`` (4,)."""
    ends = []
    for limb in np.flatnonzero(extent < limbs.INTACT_EXTENT):
        on_limb = np.where(points[:, 2] > 0, HMR44_ON_LIMB[:, limb], -1)
        end = points[on_limb.argmax() if on_limb.max() >= 0 else _TRUNK[limb]]
        if end[2] > 0:
            ends.append(end[:2])
    return np.array(ends).reshape(-1, 2)


def hide_behind(results: dict, mask: np.ndarray) -> None:
    """Visible keypoints under ``mask`` (S,S) bool become occluded, in place; ``projected_2d`` remembers where they are."""
    points = results['keypoints_2d'].copy()
    x, y = np.clip(np.round(points[:, :2]).astype(int), 0, len(mask) - 1).T
    hidden = (points[:, 2] > 0) & mask[y, x]
    remembered = results['projected_2d'].copy()
    fresh = hidden & (remembered[:, 2] <= 0)
    remembered[fresh] = points[fresh]
    points[hidden] = 0
    visibility = results['visibility'].copy()
    visibility[hidden & (visibility == VISIBLE)] = OCCLUDED
    results.update(keypoints_2d=points, projected_2d=remembered, visibility=visibility)


@TRANSFORMS.register_module()
class RandomOcclusion(BaseTransform):
    """Lays a box or an ellipse over a visible keypoint: a plain colour, noise, or another piece of the picture.

    Keypoints behind it become (0,0,0) and OCCLUDED; limbs stay what they are. So networks meet limbs that cannot be seen
    and are there. Ends of residual limbs are left in sight: behind something, nobody could tell an amputee.

    Args:
        prob: share of pictures.
        size: range of width and height, in crop sides.
        keep_ends: leave the ends of residual limbs in sight.

    Required Keys: img (S,S,3), keypoints_2d, projected_2d, visibility in crop px, limb_extent: it stands behind CropBody.
    Modified Keys: all but limb_extent.
    """

    def __init__(self, prob: float = 0.2, size: Sequence[float] = (0.1, 0.4), keep_ends: bool = True) -> None:
        self.prob, self.size, self.keep_ends = prob, tuple(size), keep_ends

    def transform(self, results: dict) -> dict:
        seen = np.flatnonzero(results['keypoints_2d'][:, 2] > 0)
        if np.random.random() >= self.prob or not len(seen):
            return results
        for _ in range(_TRIES):
            target = results['keypoints_2d'][seen[np.random.randint(len(seen))], :2]
            mask = self._mask(target, len(results['img']))
            if not (self.keep_ends and self._covers_end(results, mask)):
                results['img'] = np.where(mask[..., None], self._surface(results['img']), results['img'])
                hide_behind(results, mask)
                break
        return results

    def _mask(self, target: np.ndarray, side: int) -> np.ndarray:
        """(S,S) bool: a turned box or ellipse around a place near ``target`` px."""
        center = target + np.random.standard_normal(2) * 0.03 * side
        size = np.random.uniform(*self.size, 2) * side
        place = (tuple(center.tolist()), tuple(size.tolist()), float(np.random.uniform(0, 180)))
        mask = np.zeros((side, side), np.uint8)
        if np.random.random() < 0.5:
            cv2.ellipse(mask, place, 1, -1)
        else:
            cv2.fillPoly(mask, [np.round(cv2.boxPoints(place)).astype(np.int32)], 1)
        return mask.astype(bool)

    @staticmethod
    def _covers_end(results: dict, mask: np.ndarray) -> bool:
        side = len(mask)
        for x, y in ends_of_lost_limbs(results['projected_2d'], results['limb_extent']):
            low, high = np.floor(np.array([y, x]) - _MARGIN * side), np.ceil(np.array([y, x]) + _MARGIN * side) + 1
            (top, left), (bottom, right) = np.clip([low, high], 0, side).astype(int)
            if mask[top:bottom, left:right].any():
                return True
        return False

    @staticmethod
    def _surface(image: np.ndarray) -> np.ndarray:
        """(S,S,3) uint8 what the thing looks like."""
        kind = np.random.randint(3)
        if kind == 0:
            return np.roll(image[:, ::-1], np.random.randint(len(image), size=2), (0, 1))
        color = np.random.randint(0, 256, 3)
        if kind == 1:
            return np.broadcast_to(color.astype(np.uint8), image.shape)
        coarse = np.random.normal(color, 40, (len(image) // 8 + 1, len(image) // 8 + 1, 3)).clip(0, 255).astype(np.uint8)
        return cv2.resize(coarse, image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
