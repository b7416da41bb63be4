"""The ViT of ViTPose, HMR2.0, TokenHMR and AJAHR -> ``ViTBackbone`` (mmpretrain's names)."""
from typing import Any, Dict, Tuple

from torch import Tensor

from ajahr_mm.convert.rules import State, change, count, keep, require, within
from ajahr_mm.io.errors import UserError

#: Attention heads by width: ViT-S, B, L, H as ViTPose builds them. The weights do not tell.
HEADS = {384: 12, 768: 12, 1024: 16, 1280: 16}
GRID = (16, 12)


def _fold(positions: Tensor) -> Tensor:
    """(1,1+N,C) -> (1,N,C). Without the fold the weights load without complaint and the features are wrong."""
    if positions.shape[1] != GRID[0] * GRID[1] + 1:
        raise ValueError(positions.shape)
    return positions[:, 1:] + positions[:, :1]


#: For names without ``backbone.``; these networks have no class token, yet add its position to every patch.
_RULES = (
    change(r'pos_embed', {'pos_embed': _fold}, 'position of the class token added to every patch'),
    keep(r'patch_embed\.proj\.(weight|bias)', r'patch_embed.projection.\1'),
    keep(r'blocks\.(\d+)\.norm([12])\.(weight|bias)', r'layers.\1.ln\2.\3'),
    keep(r'blocks\.(\d+)\.attn\.(qkv|proj)\.(weight|bias)', r'layers.\1.attn.\2.\3'),
    keep(r'blocks\.(\d+)\.mlp\.fc1\.(weight|bias)', r'layers.\1.ffn.layers.0.0.\2'),
    keep(r'blocks\.(\d+)\.mlp\.fc2\.(weight|bias)', r'layers.\1.ffn.layers.1.\2'),
    keep(r'last_norm\.(weight|bias)', r'ln1.\1'))


def vit_rules(theirs: str = 'backbone.', ours: str = 'backbone.') -> Tuple:
    """Rules for entries that begin with ``theirs``."""
    return within(theirs, ours + 'vit.', _RULES)


def vit_config(state: State, prefix: str, title: str) -> Dict[str, Any]:
    """The ``backbone`` these entries are of: width, depth and MLP from the shapes.

    Raises:
        UserError: no such ViT, or of a size that is none of ViTPose's.
    """
    names = ('pos_embed', 'patch_embed.proj.weight', 'blocks.0.mlp.fc1.weight')
    require(state, [prefix + name for name in names], title)
    rows, width = state[prefix + 'pos_embed'].shape[1:]
    if width not in HEADS or rows != GRID[0] * GRID[1] + 1:
        raise UserError(f'{prefix}pos_embed is {tuple(state[prefix + "pos_embed"].shape)}, where a ViT of ViTPose on '
                        f'256x192 has (1,193,C) with C one of {", ".join(map(str, HEADS))}; give one of those.')
    arch = dict(embed_dims=width, num_layers=count(state, rf'{prefix}blocks\.(\d+)\.'), num_heads=HEADS[width],
                feedforward_channels=len(state[prefix + 'blocks.0.mlp.fc1.weight']))
    return dict(type='ViTBackbone', arch=arch, img_size=(256, 192), patch_size=16, patch_padding=2)
