"""RandomExtremeCrop: a close-up of a part of the person."""
from typing import Dict, Optional, Tuple

import numpy as np
from mmcv.transforms import BaseTransform

from ajahr_mm.anatomy.keypoints import HMR44
from ajahr_mm.datasets.transforms.scale_rotate import scale_rotate
from ajahr_mm.geometry.boxes import keypoints_to_box
from ajahr_mm.registry import TRANSFORMS

_PADDING = 1.2      # of the box around the keypoints of any part
_SMALLEST = 4.0     # px of the box before padding; below, the picture stays as it is


def _having(*words: str) -> np.ndarray:
    return np.array([any(word in name for word in words) for name in HMR44])


_HEAD = _having('nose', 'eye', 'ear', 'neck', 'head', 'jaw')
_SHOULDERS, _LEGS_ALONE = _having('shoulder', 'thorax'), _having('knee', 'ankle', 'toe', 'heel')
_HIPS, _LEFT, _RIGHT = _having('hip', 'pelvis'), _having('left'), _having('right')
_ARM = _having('shoulder', 'elbow', 'wrist')
_LEG = _LEGS_ALONE | _having('left_hip', 'right_hip')
#: What a close-up shows: keypoints (44,) bool, and how much wider than these the box is.
PARTS: Dict[str, Tuple[np.ndarray, float]] = dict(
    hips=(~_LEGS_ALONE, 1.1), shoulders=(_HEAD | _SHOULDERS, 1.2), head=(_HEAD, 1.3),
    torso=(_SHOULDERS | _HIPS | _having('neck', 'spine'), 1.1),
    right_arm=(_ARM & _RIGHT, 1.1), left_arm=(_ARM & _LEFT, 1.1), legs=(_LEG, 1.1),
    right_leg=(_LEG & _RIGHT, 1.1), left_leg=(_LEG & _LEFT, 1.1))
#: Shares of the parts, by level: of people whose legs are seen, and of those seen from the hips upwards.
LEVELS: Dict[str, Tuple[Dict[str, float], Dict[str, float]]] = dict(
    mild=(dict(hips=0.7, shoulders=0.2, head=0.1), dict(shoulders=0.9, head=0.1)),
    aggressive=(dict(hips=0.2, shoulders=0.1, head=0.1, torso=0.1, right_arm=0.1, left_arm=0.1, legs=0.1, right_leg=0.1,
                     left_leg=0.1),
                dict(shoulders=0.2, head=0.2, torso=0.2, right_arm=0.2, left_arm=0.2)))


def close_up(results: dict, part: str) -> dict:
    """Moves the box to the keypoints of a part that are seen, in place; if these span less than 4 px it stays."""
    chosen, wider = PARTS[part]
    seen = results['keypoints_2d'][chosen & (results['keypoints_2d'][:, 2] > 0)]
    if not len(seen) or np.ptp(seen[:, :2], axis=0).max() < _SMALLEST:
        return results
    low, high = keypoints_to_box(seen, _PADDING * wider).reshape(2, 2).astype(np.float64)
    return scale_rotate(results, scale=(high - low).max() / results['size'], rotation=0.0,
                        shift=((low + high) / 2 - results['center']) / results['size'])


@TRANSFORMS.register_module()
class RandomExtremeCrop(BaseTransform):
    """With probability ``prob`` the box shrinks to a part of the person: upper body, head, a single limb (HMR2).

    What lies outside is not amputated: ``limb_extent`` stays, and :class:`CropBody` marks the keypoints as outside. A
    camera that comes this close sees another perspective: 2D and 3D keypoints, SMPL and the camera of the whole image stay
    exact, the crop camera ``camera`` is off by a few px at the ends of what it shows.

    Args:
        prob: share of people.
        level: 'mild' (from the hips, the shoulders, the head) or 'aggressive' (also torso and single limbs).

    Required and Modified Keys: those of RandomScaleRotate, before which it stands.

    Raises:
        ValueError: another level.
    """

    def __init__(self, prob: float = 0.1, level: str = 'aggressive') -> None:
        if level not in LEVELS:
            raise ValueError(f'RandomExtremeCrop level {level!r} is not one of {", ".join(LEVELS)}')
        self.prob, self.level = prob, level

    def transform(self, results: dict) -> dict:
        wanted, luck = np.random.random(2)  # always the same number of draws
        part = self.choose(results['keypoints_2d'][:, 2] > 0, luck)
        return close_up(results, part) if wanted < self.prob and part else results

    def choose(self, seen: np.ndarray, luck: float) -> Optional[str]:
        """A part for the keypoints (44,) that are seen and a number of 0 to 1; None where neither level applies."""
        above = (seen & (_HEAD | _SHOULDERS)).any()
        if not above:
            return None
        whole, upper = LEVELS[self.level]
        shares = whole if (seen & _LEGS_ALONE).any() else upper
        return list(shares)[int(np.searchsorted(np.cumsum(list(shares.values()))[:-1], luck, side='right'))]
