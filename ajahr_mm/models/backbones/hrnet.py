"""HRNet with the trunk that CLIFF reads: four resolutions strided down to the lowest and joined."""
from typing import Optional, Sequence

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from ajahr_mm.registry import MODELS


def _extra(width: int, modules: Sequence[int], blocks: int) -> dict:
    """mmpose's description of an HRNet: a bottleneck stage, then stages of 2, 3 and 4 resolutions."""
    extra = dict(stage1=dict(num_modules=1, num_branches=1, block='BOTTLENECK', num_blocks=(blocks,), num_channels=(64,)))
    for stage, count in enumerate(modules, start=2):
        extra[f'stage{stage}'] = dict(num_modules=count, num_branches=stage, block='BASIC', num_blocks=(blocks,) * stage,
                                      num_channels=tuple(width * 2 ** i for i in range(stage)))
    extra['stage4']['multiscale_output'] = True
    return extra


@MODELS.register_module()
class HRNetBackbone(BaseModule):
    """``mmpose.HRNet`` and a strided trunk (BEDLAM-CLIFF's 'conv' variant): (B,3,H,W) -> (B,15*width,H/32,W/32).

    The maps of the three higher resolutions go through 3, 2 and 1 strided 3x3 convolutions of their own width and are
    joined with the lowest: 48+96+192+384 = 720 channels for HRNet-W48.

    Args:
        width: channels of the highest resolution, doubled by each lower one; 48 is HRNet-W48, 32 is W32.
        modules: of the stages with 2, 3 and 4 resolutions.
        blocks: residual blocks of a branch.
        hrnet_init: how mmpose's network starts, such as ``dict(type='Pretrained', checkpoint=FILE, prefix='backbone',
            strict=False)`` for one of its pose checkpoints, which join fewer resolutions at the end.

    Raises:
        ImportError: mmpose is not installed.
    """

    def __init__(self, width: int = 48, modules: Sequence[int] = (1, 4, 3), blocks: int = 4,
                 hrnet_init: Optional[dict] = None, init_cfg: dict = None) -> None:
        super().__init__(init_cfg)
        try:
            from mmpose.models.backbones import HRNet
        except ImportError as error:
            raise ImportError('HRNetBackbone needs mmpose: pip install --no-deps mmpose==1.1.0') from error
        self.hrnet = HRNet(_extra(width, modules, blocks), **(dict(init_cfg=hrnet_init) if hrnet_init else {}))
        self.descend = nn.ModuleList(self._strided(width * 2 ** i, 3 - i) for i in range(3))
        self.out_channels: int = 15 * width

    @staticmethod
    def _strided(channels: int, steps: int) -> nn.Sequential:
        layers = []
        for _ in range(steps):
            layers += [nn.Conv2d(channels, channels, 3, 2, 1, bias=False), nn.BatchNorm2d(channels), nn.ReLU()]
        return nn.Sequential(*layers)

    def forward(self, image: Tensor) -> Tensor:
        *high, lowest = self.hrnet(image)
        return torch.cat([*(down(features) for down, features in zip(self.descend, high)), lowest], 1)
