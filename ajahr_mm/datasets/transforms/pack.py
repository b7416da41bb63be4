"""PackBodyInputs: the last step, from a dictionary of arrays to what a model takes."""
from typing import Dict, Sequence

import numpy as np
import torch
from mmcv.transforms import BaseTransform
from mmengine.structures import BaseDataElement

from ajahr_mm.anatomy import limbs
from ajahr_mm.geometry.rotations import axis_angle_to_matrix
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
    ordered = sorted(arrays.items(), key=lambda item: -item[1].itemsize)  # 8-byte values first: all stay aligned
    buffer = torch.from_numpy(np.frombuffer(bytearray(b''.join(a.tobytes() for _, a in ordered)), np.uint8))
    views, start = {}, 0
    for name, array in ordered:
        dtype = torch.from_numpy(np.empty(0, array.dtype)).dtype
        views[name] = buffer[start:start + array.nbytes].view(dtype).view(array.shape)
        start += array.nbytes
    return views


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
        rotations = axis_angle_to_matrix(torch.from_numpy(pose)).numpy()
        fields = {key: np.asarray(results[key], np.float32) for key in _FLOATS}
        fields.update(global_orient=rotations[0], body_pose=rotations[1:],
                      limb_classes=limbs.extent_to_classes(results['limb_extent']))
        gt = BaseDataElement(**_in_one_storage(fields))
        sample = BodySample(metainfo={key: results[key] for key in self.meta_keys if key in results}, gt=gt)
        image = torch.from_numpy(np.ascontiguousarray(results['img'].transpose(2, 0, 1)))
        return dict(inputs=image, data_samples=sample)
