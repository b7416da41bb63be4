"""RandomScaleRotate: another box around the same person, and the body turned with it."""
import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from ajahr_mm.registry import TRANSFORMS


def _turn_axis_angle(axis_angle: np.ndarray, turn: np.ndarray) -> np.ndarray:
    matrix = turn @ cv2.Rodrigues(axis_angle.astype(np.float64))[0]
    return cv2.Rodrigues(matrix)[0].reshape(3).astype(np.float32)


def scale_rotate(results: dict, scale: float, rotation: float, shift: np.ndarray) -> dict:
    """Widens the box ``scale`` times, moves it by ``shift`` (2,) box sides and turns the picture, in place.

    ``rotation`` in degrees is clockwise on the screen, as in ``crop_affine``. SMPL orientation, 3D keypoints and the
    crop camera turn about the optical axis by the same angle, so that projecting the new body gives the new 2D
    keypoints. The released AJAHR code forgets this. ``camera`` is exact in weak perspective; read as HMR2's pinhole of
    5000 px, which comes nearer as the box shrinks, it is off by 0.3 px (mean) to 1.8 px (largest of 100 people of A3D-mini)
    at the keypoint that fits worst, in HMR2's ranges. The camera of the photograph (``focal``, ``affine``, ``transl``) stays
    exact.
    """
    angle = np.deg2rad(rotation)
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    moved = np.asarray(shift, np.float64) * results['size']
    size = results['size'] * scale
    results['center'] = (results['center'] + moved).astype(np.float32)
    results['size'] = float(size)
    results['rotation'] = results['rotation'] + float(rotation)

    offset = results['root_offset']
    camera = results['camera'].astype(np.float64)
    if camera[0] > 0:
        camera[0] /= scale
        camera[1:] = turn[:2, :2] @ (camera[1:] + offset[:2]) - offset[:2]
        on_screen = np.deg2rad(results['rotation'])
        cos, sin = np.cos(on_screen), np.sin(on_screen)
        camera[1:] -= np.array([[cos, -sin], [sin, cos]]) @ moved * 2 / (size * camera[0])
        results['camera'] = camera.astype(np.float32)
    if rotation:
        results['global_orient'] = _turn_axis_angle(results['global_orient'], turn)
        results['transl'] = (turn @ (results['transl'] + offset) - offset).astype(np.float32)
        points = results['keypoints_3d'].copy()
        points[:, :3] = points[:, :3] @ turn.T
        results['keypoints_3d'] = points
    return results


@TRANSFORMS.register_module()
class RandomScaleRotate(BaseTransform):
    """Draws box scale, rotation and translation as HMR2 does, before :class:`CropBody` cuts the box out.

    Args:
        scale: the box side is multiplied by 1 + scale * clip(N(0,1), -1, 1).
        rotation: degrees * clip(N(0,1), -2, 2), with probability ``rotation_prob``.
        translation: box sides * clip(N(0,1), -1, 1) on each axis.

    Required Keys: those of BodyDataset.
    Modified Keys: center, size, rotation, global_orient, keypoints_3d, transl, camera.
    """

    def __init__(self, scale: float = 0.3, rotation: float = 30.0, rotation_prob: float = 0.6,
                 translation: float = 0.02) -> None:
        self.scale, self.rotation, self.rotation_prob, self.translation = scale, rotation, rotation_prob, translation

    def transform(self, results: dict) -> dict:
        # Always the same number of draws, so that one parameter does not change the luck of the others.
        size, turn, x, y = np.random.standard_normal(4)
        turned = np.random.random() < self.rotation_prob
        return scale_rotate(results,
                            scale=1 + self.scale * np.clip(size, -1, 1),
                            rotation=self.rotation * np.clip(turn, -2, 2) if turned else 0.0,
                            shift=self.translation * np.clip([x, y], -1, 1))
