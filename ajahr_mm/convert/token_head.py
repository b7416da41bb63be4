"""The bridge to the codebook and its tokenizers, as TokenHMR and AJAHR name them."""
from typing import Any, Dict, Mapping, Tuple

from ajahr_mm.convert import tokenizer as tokenizers
from ajahr_mm.convert.rules import Conversion, Rule, State, count, keep, require, within

_WB = r'\.(weight|bias)'
_BLOCK = r'mixer_head\.(\d+)\.'

#: For names without ``smpl_head.decpose.``.
BRIDGE: Tuple[Rule, ...] = (
    keep(r'mixer_trans\.ff\.([01])' + _WB, r'expand.\1.\2'),
    keep(_BLOCK + r'layernorm([12])' + _WB, r'blocks.\1.norm\2.\3'),
    keep(_BLOCK + r'MLP_token\.ff\.0' + _WB, r'blocks.\1.token_mlp.0.\2'),
    keep(_BLOCK + r'MLP_token\.ff\.3' + _WB, r'blocks.\1.token_mlp.2.\2'),
    keep(_BLOCK + r'MLP_channel\.ff\.0' + _WB, r'blocks.\1.channel_mlp.0.\2'),
    keep(_BLOCK + r'MLP_channel\.ff\.3' + _WB, r'blocks.\1.channel_mlp.2.\2'),
    keep(r'mixer_norm_layer\.ff\.([01])' + _WB, r'dense.\1.\2'), keep(r'class_pred_layer' + _WB, r'classify.\1'))

#: Everything of the head but the tokenizers.
TOKEN_HEAD: Tuple[Rule, ...] = within('smpl_head.decpose.', 'pose_head.bridge.', BRIDGE) + within('smpl_head.', '', (
    keep(r'decpose_grot' + _WB, r'params_head.orient.\1'), keep(r'decpose_hands' + _WB, r'pose_head.hands.\1')))


def head_sizes(state: State, title: str) -> Dict[str, Any]:
    """Tokens, codes and widths of the bridge, from the shapes of its layers. Raises UserError when one is missing."""
    prefix = 'smpl_head.decpose.'
    block = prefix + 'mixer_head.0.'
    names = [prefix + 'class_pred_layer.weight', block + 'MLP_token.ff.0.weight', block + 'MLP_channel.ff.0.weight',
             prefix + 'mixer_trans.ff.0.weight']
    require(state, names, title)
    (codes, width), (token_width, tokens), (channel_width, _), (_, dim) = (tuple(state[name].shape) for name in names)
    return dict(dim=dim, num_tokens=tokens, num_codes=codes, width=width, token_width=token_width,
                channel_width=channel_width, num_blocks=count(state, r'smpl_head\.decpose\.mixer_head\.(\d+)\.'))


def head_config(sizes: Mapping[str, Any]) -> Dict[str, Any]:
    """The arguments of the pose head but for its codecs."""
    return {name: value for name, value in sizes.items() if name not in ('num_tokens', 'num_codes')}


def add_codec(done: Conversion, state: State, ours: str, sizes: Mapping[str, Any], which: str) -> Dict[str, Any]:
    """Decoder and codebook of a tokenizer file into ``ours`` of a mesh network; returns the codec's config.

    Raises:
        UserError: it is no tokenizer, or not of the size the head was trained for.
    """
    converted = tokenizers.convert(state)
    tokenizers.check_fits_head(converted.model, sizes['num_tokens'], sizes['num_codes'], which)
    for name, value in converted.state.items():
        if not name.startswith('encoder.'):
            if name in converted.derived:
                done.derive(ours + name, value, converted.derived[name])
            else:
                done.derive(ours + name, value, f'from {which}')
    return converted.model


def embedded_codec(state: State, theirs: str, sizes: Mapping[str, Any], which: str) -> Dict[str, Any]:
    """Config of a tokenizer inside the mesh network's file; it has no encoder, so the head tells the number of tokens."""
    require(state, [theirs + 'decoder.decoder.0.weight', theirs + 'quantizer.codebook'], 'AJAHR')
    config = tokenizers.codec_config(state, theirs, sizes['num_tokens'])
    tokenizers.check_fits_head(config, sizes['num_tokens'], sizes['num_codes'], which)
    return config


def embedded_rules(theirs: str, ours: str) -> Tuple[Rule, ...]:
    """Rules for such a tokenizer."""
    return within(theirs, ours, tokenizers.DECODER + tokenizers.CODEBOOK + tokenizers.BODY)
