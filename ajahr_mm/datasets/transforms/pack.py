"""PackBodyInputs: the last step, from a dictionary of arrays to what a model takes."""
from typing import Dict, Sequence

import cv2
import numpy as np
import torch
from mmcv.transforms import BaseTransform
from mmengine.structures import BaseDataElement

from ajahr_mm.anatomy import limbs
from ajahr_mm.registry import TRANSFORMS
from ajahr_mm.structures import BodySample

META_KEYS = ('img_path', 'sample_id', 'sample_idx', 'dataset_name', 'img_shape', 'center', 'size', 'rotation', 'flip',
             'crop_size', 'affine', 'focal', 'gender')
_FLOATS = ('betas', 'camera', 'keypoints_2d', 'keypoints_3d', 'limb_extent', 'input_keypoints', 'has_pose', 'has_betas',
           'has_limbs')


def _in_one_storage(arrays: Dict[str, np.ndarray]) -> Dict[str, torch.Tensor]:
    """Tensors of the same values that are views of one buffer.

    A loader worker hands every tensor storage over as a file descriptor. Sixteen small ones cost five times as much as
    decoding and warping the picture; one costs next to nothing.
    """
    groups: Dict[np.dtype, Dict[str, np.ndarray]] = {}
    for name, array in arrays.items():
        groups.setdefault(array.dtype, {})[name] = array
    ordered = sorted(groups.items(), key=lambda group: -group[0].itemsize)  # 8-byte values first: all stay aligned
    buffer = torch.from_numpy(np.frombuffer(
        bytearray(b''.join(array.tobytes() for _, group in ordered for array in group.values())), np.uint8))
    views, start = {}, 0
    for dtype, group in ordered:
        stop = start + sum(array.nbytes for array in group.values())
        flat = buffer[start:stop].view(torch.from_numpy(np.empty(0, dtype)).dtype)
        pieces = flat.split([array.size for array in group.values()])
        views.update({name: piece.view(array.shape) for piece, (name, array) in zip(pieces, group.items())})
        start = stop
    return views


def _matrices(axis_angle: np.ndarray) -> np.ndarray:
    """Axis-angle (N,3) float32 -> (N,3,3), by Rodrigues' formula.

    In numpy: for so few numbers torch takes three times as long.
    """
    squared = np.einsum('ni,ni->n', axis_angle, axis_angle)
    safe = np.maximum(squared, 1e-12)
    angle = np.sqrt(safe)
    x, y, z = axis_angle.T
    skew = np.zeros((len(axis_angle), 3, 3), np.float32)
    skew[:, 0, 1], skew[:, 0, 2], skew[:, 1, 2] = -z, y, -x
    skew -= skew.transpose(0, 2, 1)
    matrices = (np.sin(angle) / angle)[:, None, None] * skew + ((1 - np.cos(angle)) / safe)[:, None, None] * (skew @ skew)
    return matrices + np.eye(3, dtype=np.float32)


def _planes(image: np.ndarray) -> torch.Tensor:
    """(S,S,3) uint8 -> (3,S,S)."""
    planes = np.empty((3, *image.shape[:2]), np.uint8)
    cv2.split(image, list(planes))
    return torch.from_numpy(planes)


@TRANSFORMS.register_module()
class PackBodyInputs(BaseTransform):
    """-> ``dict(inputs=uint8 tensor (3,S,S) RGB, data_samples=BodySample)``; fields as in :class:`BodySample`.

    Poses become rotation matrices and stay as they were before amputation: the body model zeroes what ``limb_extent``
    takes away. Beyond the fields of BodySample ``gt`` has ``camera`` (3,) s,tx,ty of the crop, zeros if unknown.

    Required Keys: img, those of BodyDataset and CropBody; input_keypoints (absent: zeros, nothing detected).
    """

    def __init__(self, meta_keys: Sequence[str] = META_KEYS) -> None:
        self.meta_keys = tuple(meta_keys)

    def transform(self, results: dict) -> dict:
        results.setdefault('input_keypoints', np.zeros((12, 3), np.float32))
        pose = np.concatenate([results['global_orient'][None], results['body_pose']]).astype(np.float32, copy=False)
        rotations = _matrices(pose)
        fields = {key: np.asarray(results[key], np.float32) for key in _FLOATS}
        fields.update(global_orient=rotations[0], body_pose=rotations[1:],
                      limb_classes=limbs.extent_to_classes(results['limb_extent']))
        gt = BaseDataElement(**_in_one_storage(fields))
        sample = BodySample(metainfo={key: results[key] for key in self.meta_keys if key in results}, gt=gt)
        return dict(inputs=_planes(results['img']), data_samples=sample)
