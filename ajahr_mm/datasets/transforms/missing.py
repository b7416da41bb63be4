"""Which 2D keypoints may supervise: not those of lost limbs, nor hidden ones (paper Sec. 3.2)."""
import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.keypoints import ABSENT, OCCLUDED, missing_keypoints

_INTACT = np.full(limbs.NUM_LIMBS, limbs.INTACT_EXTENT, np.float32)


def hide_missing(results: dict) -> None:
    """Sets 2D keypoints that are absent or occluded to (0,0) with confidence 0, in place.

    Absent is what ``limb_extent`` takes away: the lost joint and all beyond it, whatever the annotation says, because the
    fits that many corpora carry have all their limbs. Occluded is what ``visibility`` says; where such a joint would be
    seen stays known in ``projected_2d``. 3D keypoints and SMPL parameters stay supervised. Without ``limb_extent`` nobody
    lacks anything.
    """
    lost = missing_keypoints(results.get('limb_extent', _INTACT))
    occluded = results['visibility'] == OCCLUDED
    results['keypoints_2d'] = np.where((lost | occluded)[:, None], 0, results['keypoints_2d'])
    results['projected_2d'] = np.where(lost[:, None], 0, results['projected_2d'])
    results['visibility'] = np.where(lost, ABSENT, results['visibility']).astype(np.uint8)
