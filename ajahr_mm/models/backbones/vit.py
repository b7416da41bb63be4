"""The plain ViT of ViTPose, HMR2, TokenHMR and AJAHR."""
from typing import Sequence, Union

from mmengine.model import BaseModule
from torch import Tensor

from ajahr_mm.registry import MODELS


@MODELS.register_module()
class ViTBackbone(BaseModule):
    """``mmpretrain.VisionTransformer`` without class token: (B,3,256,192) -> (B,C,16,12).

    The public checkpoints carry a class-token position that is added to every patch: fold it into ``pos_embed`` when
    converting them (193 -> 192 rows).

    Args:
        arch: 'huge' (ViT-H, 1280 wide, 32 blocks) or another name or dict of ``mmpretrain.VisionTransformer``.
        img_size: (height, width) of the input.
        patch_size: side of a patch in px.
        patch_padding: zero border before the patches; ViTPose uses 2.
        drop_path_rate: stochastic depth of the last block; earlier blocks linearly less.

    Raises:
        ImportError: mmpretrain is not installed.
    """

    def __init__(self, arch: Union[str, dict] = 'huge', img_size: Sequence[int] = (256, 192), patch_size: int = 16,
                 patch_padding: int = 2, drop_path_rate: float = 0.55, init_cfg: dict = None) -> None:
        super().__init__(init_cfg)
        try:
            from mmpretrain.models import VisionTransformer
        except ImportError as error:
            raise ImportError('ViTBackbone needs mmpretrain: pip install mmpretrain==1.2.0 mmcv-lite==2.1.0') from error
        self.vit = VisionTransformer(
            arch=arch, img_size=tuple(img_size), patch_size=patch_size, with_cls_token=False, out_type='featmap',
            drop_path_rate=drop_path_rate, norm_cfg=dict(type='LN', eps=1e-6), patch_cfg=dict(padding=patch_padding))
        self.out_channels: int = self.vit.embed_dims

    def forward(self, image: Tensor) -> Tensor:
        return self.vit(image)[-1]
