"""The ViT of ViTPose, HMR2, TokenHMR and AJAHR -> ``ViTBackbone`` (mmpretrain's names)."""
import re
from typing import Dict, Tuple

from torch import Tensor

from ajahr_mm.io.errors import UserError

#: Their name -> ours, in order; applied to names without the ``backbone.`` prefix.
_RENAMES: Tuple[Tuple[str, str], ...] = (
    (r'^patch_embed\.proj\.', 'patch_embed.projection.'),
    (r'^blocks\.(\d+)\.norm([12])\.', r'layers.\1.ln\2.'),
    (r'^blocks\.(\d+)\.attn\.', r'layers.\1.attn.'),
    (r'^blocks\.(\d+)\.mlp\.fc1\.', r'layers.\1.ffn.layers.0.0.'),
    (r'^blocks\.(\d+)\.mlp\.fc2\.', r'layers.\1.ffn.layers.1.'),
    (r'^last_norm\.', 'ln1.'))


def convert_vitpose(state: Dict[str, Tensor]) -> Tuple[Dict[str, Tensor], Dict[str, str]]:
    """State dict of a whole estimator or of a bare backbone -> (entries of ``ViTBackbone``, dropped names with reason).

    These networks have no class token, yet add its position to every patch: it is folded into the patch positions
    (1,193,C) -> (1,192,C). Without the fold the weights load without complaint and the features are wrong.

    Raises:
        UserError: no ViT backbone in it, or an entry of the backbone that is not known.
    """
    prefix = 'backbone.' if any(name.startswith('backbone.') for name in state) else ''
    converted, dropped = {}, {}
    for name, value in state.items():
        if not name.startswith(prefix):
            dropped[name] = 'not part of the backbone'
            continue
        inner = name[len(prefix):]
        if inner == 'pos_embed':
            converted['vit.pos_embed'] = value[:, 1:] + value[:, :1]
            continue
        renamed = next((re.sub(old, new, inner) for old, new in _RENAMES if re.search(old, inner)), None)
        if renamed is None:
            raise UserError(f'{name} is not an entry of the ViT of ViTPose, HMR2, TokenHMR or AJAHR; give such a checkpoint.')
        converted[f'vit.{renamed}'] = value
    if 'vit.pos_embed' not in converted:
        raise UserError('there is no pos_embed among the weights, so this is no checkpoint with a ViT backbone; give one of '
                        'ViTPose, HMR2, TokenHMR or AJAHR.')
    return converted, dropped
