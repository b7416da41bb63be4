"""A small encoder that learns from scratch: convolutions see edges, a few transformer blocks see the body."""
from typing import Sequence

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from ajahr_mm.registry import MODELS


@MODELS.register_module()
class HybridBackbone(BaseModule):
    """Convolutional trunk and transformer blocks: (B,3,H,W) -> (B,dim,h,w).

    A ViT needs pre-training; a trunk of convolutions does not. Three stages have the stride of
    :class:`ViTBackbone`, 16; with the same ``dim`` the two are interchangeable.

    Args:
        trunk: config of a convolutional encoder such as ``CBAMResNet``.
        dim: width of the tokens.
        depth: transformer blocks after the trunk.
        heads: attention heads of a block.
        grid: (h, w) of the trunk's feature map, for the learnt positions.
        shrink: factor by which the image is averaged down first; 2 makes the trunk four times cheaper.
    """

    def __init__(self, trunk: dict, dim: int = 128, depth: int = 2, heads: int = 4, grid: Sequence[int] = (16, 12),
                 shrink: int = 1, init_cfg: dict = None) -> None:
        super().__init__(init_cfg)
        self.trunk = MODELS.build(trunk)
        self.project = nn.Conv2d(self.trunk.out_channels, dim, 1)
        self.pos_embed = nn.Parameter(torch.zeros(1, dim, *grid))
        self.blocks = nn.ModuleList(
            nn.TransformerEncoderLayer(dim, heads, 4 * dim, dropout=0.0, activation='gelu', batch_first=True,
                                       norm_first=True) for _ in range(depth))
        self.norm = nn.LayerNorm(dim)
        self.shrink, self.out_channels = shrink, dim
        nn.init.trunc_normal_(self.pos_embed, std=0.02)

    def forward(self, image: Tensor) -> Tensor:
        small = avg_pool2d(image, self.shrink) if self.shrink > 1 else image
        features = self.project(self.trunk(small)) + self.pos_embed
        tokens = features.flatten(2).transpose(1, 2)
        for block in self.blocks:
            tokens = block(tokens)
        return self.norm(tokens).transpose(1, 2).unflatten(2, features.shape[2:])
