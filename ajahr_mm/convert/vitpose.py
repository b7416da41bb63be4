"""``--family vitpose``: the backbone alone, of ViTPose itself or of any network that contains it."""
from typing import Tuple

from ajahr_mm.convert.rules import Conversion, State, apply_rules, drop
from ajahr_mm.convert.vit import vit_config, vit_rules

TITLE = 'ViTPose'


def recognise(state: State) -> bool:
    """A ViT under ``backbone.`` or bare."""
    return 'backbone.pos_embed' in state or 'pos_embed' in state


def convert(state: State) -> Conversion:
    """-> entries of ``ViTBackbone``, for ``backbone=dict(init_cfg=dict(type='Pretrained', checkpoint=...))``."""
    prefix = 'backbone.' if 'backbone.pos_embed' in state else ''
    config = vit_config(state, prefix, TITLE)
    rest: Tuple = (drop(r'(?!backbone\.).*', 'not part of the backbone'),) if prefix else ()
    done = apply_rules(state, vit_rules(prefix, '') + rest, TITLE)
    done.model = config
    done.facts = dict(width=config['arch']['embed_dims'], depth=config['arch']['num_layers'])
    return done
