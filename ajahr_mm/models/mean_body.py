"""The baseline that looks at nothing: the mean body of the training set for every image."""
from typing import List, Optional, Union

import numpy as np
import torch
from mmengine.model import BaseModel
from mmengine.structures import BaseDataElement
from torch import Tensor

from ajahr_mm.geometry.rotations import axis_angle_to_matrix, mean_rotation
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.safe_load import load_npz
from ajahr_mm.models.heads.body_params_head import FACING_CAMERA
from ajahr_mm.registry import MODELS
from ajahr_mm.structures import BodySample

COLUMNS = ('global_orient', 'body_pose', 'betas', 'camera')


@MODELS.register_module()
class MeanBody(BaseModel):
    """Predicts the mean SMPL parameters of a training set: chordal mean rotations, mean shape and camera.

    What a network must beat to have learnt anything. It has no parameters to train; ``mode='loss'`` raises UserError.

    Args:
        annotations: ``annotations.npz`` of the training split; None keeps the rest pose facing the camera, to be filled
            from a checkpoint.

    Raises:
        UserError: a missing file or column.
    """

    def __init__(self, annotations: Optional[str] = None, data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor or dict(type='BodyPreprocessor'), init_cfg)
        mean = self._read(annotations) if annotations else dict(
            global_orient=FACING_CAMERA.clone(), body_pose=torch.eye(3).repeat(23, 1, 1), betas=torch.zeros(10),
            camera=torch.tensor([0.9, 0.0, 0.0]))
        for name in COLUMNS:
            self.register_buffer(name, mean[name])

    @staticmethod
    def _read(path: str) -> dict:
        table = load_npz(path)
        absent = [name for name in COLUMNS if name not in table]
        if absent:
            raise UserError(f'{path} lacks the columns {", ".join(absent)}; give the annotations.npz of a training '
                            'split.')
        columns = {name: torch.from_numpy(np.asarray(table[name], np.float32)) for name in COLUMNS}
        return dict(global_orient=mean_rotation(axis_angle_to_matrix(columns['global_orient'])),
                    body_pose=mean_rotation(axis_angle_to_matrix(columns['body_pose'].unflatten(1, (-1, 3)))),
                    betas=columns['betas'].mean(0), camera=columns['camera'].mean(0))

    def forward(self, inputs: Tensor, data_samples: Optional[List[BodySample]] = None,
                mode: str = 'tensor') -> Union[dict, List[BodySample]]:
        """Crops (B,3,H,W), only counted -> the same parameters for each."""
        mean = {name: getattr(self, name) for name in COLUMNS}
        if mode == 'tensor':
            return {name: value.expand(len(inputs), *value.shape) for name, value in mean.items()}
        if mode == 'predict':
            for sample in data_samples:
                sample.pred = BaseDataElement(**{name: value.clone() for name, value in mean.items()})
            return data_samples
        raise UserError('MeanBody has nothing to train; evaluate it with tools/test.py.')
