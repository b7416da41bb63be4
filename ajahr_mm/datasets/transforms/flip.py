"""RandomFlipBody: the person in the mirror, with the other limb missing."""
import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.keypoints import HMR44_FLIP
from ajahr_mm.anatomy.skeleton import FLIP as JOINT_FLIP
from ajahr_mm.registry import TRANSFORMS

_BODY_FLIP = np.array(JOINT_FLIP[1:]) - 1   # joints 1..23
_KEYPOINT_FLIP = np.array(HMR44_FLIP)
_LIMB_FLIP = np.array(limbs.FLIP)
_MIRROR_ROTATION = np.array([1, -1, -1], np.float32)  # axis-angle seen in a mirror across x = 0
_MIRROR_POINT = np.array([-1, 1, 1], np.float32)


def flip_body(results: dict) -> dict:
    """Mirrors everything in ``results`` about the vertical middle line of the image, in place."""
    width = results['img_shape'][1]
    if 'img' in results:
        results['img'] = cv2.flip(results['img'], 1)
    results['flip'] = not results['flip']
    results['rotation'] = -results['rotation']
    results['center'] = np.array([width - 1 - results['center'][0], results['center'][1]], np.float32)

    for name in ('keypoints_2d', 'projected_2d'):
        points = results[name][_KEYPOINT_FLIP]
        points[:, 0] = np.where(points[:, 2] > 0, width - 1 - points[:, 0], 0)
        results[name] = points
    results['visibility'] = results['visibility'][_KEYPOINT_FLIP]
    points = results['keypoints_3d'][_KEYPOINT_FLIP]
    points[:, :3] *= _MIRROR_POINT
    results['keypoints_3d'] = points

    results['global_orient'] = results['global_orient'] * _MIRROR_ROTATION
    results['body_pose'] = results['body_pose'][_BODY_FLIP] * _MIRROR_ROTATION
    # The mirror moves the pelvis (origin + root offset); shape, and so the root offset, stays what it is.
    sideways = results['root_offset'][0]
    results['transl'] = results['transl'] * _MIRROR_POINT - np.array([2 * sideways, 0, 0], np.float32)
    scale, tx, ty = results['camera']
    results['camera'] = np.array([scale, -tx - 2 * sideways, ty], np.float32)
    results['limb_extent'] = results['limb_extent'][_LIMB_FLIP]
    return results


@TRANSFORMS.register_module()
class RandomFlipBody(BaseTransform):
    """Mirrors image, box, keypoints, SMPL pose, camera and limbs with probability ``prob``.

    Left and right change places everywhere, so a missing left hand becomes a missing right hand. A mirrored SMPL body
    is exact for left-right symmetric shapes.

    Required Keys: those of BodyDataset, img_shape; img if loaded. Modified Keys: all of them but betas and has_*.
    """

    def __init__(self, prob: float = 0.5) -> None:
        self.prob = prob

    def transform(self, results: dict) -> dict:
        return flip_body(results) if np.random.random() < self.prob else results
