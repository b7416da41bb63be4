"""From collated samples to a batch on the device."""
from typing import Sequence

import torch
from mmengine.model import BaseDataPreprocessor

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import MODELS

IMAGENET_MEAN = (123.675, 116.28, 103.53)
IMAGENET_STD = (58.395, 57.12, 57.375)


@MODELS.register_module()
class BodyPreprocessor(BaseDataPreprocessor):
    """Stacks uint8 RGB crops and normalises them on the device.

    ``inputs``: list of (3,H,W) or a tensor (B,3,H,W), values 0..255 -> float32 (B,3,H,W). Raises UserError when the
    crops of one batch differ in size or are not three-channel images.
    """

    def __init__(self, mean: Sequence[float] = IMAGENET_MEAN, std: Sequence[float] = IMAGENET_STD,
                 non_blocking: bool = False) -> None:
        super().__init__(non_blocking)
        self.register_buffer('mean', torch.tensor(mean).view(-1, 1, 1), persistent=False)
        self.register_buffer('std', torch.tensor(std).view(-1, 1, 1), persistent=False)

    def forward(self, data: dict, training: bool = False) -> dict:
        data = self.cast_data(data)
        images = data['inputs']
        if not isinstance(images, torch.Tensor):
            shapes = {tuple(image.shape) for image in images}
            if len(shapes) != 1:
                raise UserError(f'the crops of one batch differ in shape: {sorted(shapes)}; crop them to one '
                                'size first.')
            images = torch.stack(list(images))
        if images.ndim != 4 or images.shape[1] != 3:
            raise UserError(f'images must be (B,3,H,W) RGB, but are {tuple(images.shape)}; check the pipeline.')
        return dict(inputs=(images.float() - self.mean) / self.std, data_samples=data.get('data_samples'))


@MODELS.register_module()
class PosePreprocessor(BaseDataPreprocessor):
    """Stacks the pose records of a ``PoseDataset``: ``inputs`` becomes a dict of (B,…) tensors."""

    def forward(self, data: dict, training: bool = False) -> dict:
        data = self.cast_data(data)
        inputs = data['inputs']
        if not isinstance(inputs, dict):  # a list of records instead of a record of lists
            inputs = {name: [record[name] for record in inputs] for name in inputs[0]}
        stacked = {name: value if isinstance(value, torch.Tensor) else torch.stack(list(value))
                   for name, value in inputs.items()}
        return dict(inputs=stacked, data_samples=data.get('data_samples'))
