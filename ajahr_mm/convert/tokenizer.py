"""``--family tokenizer``: the pose tokenizer of TokenHMR and AJAHR -> ``VQPoseCodec``, alone or in a mesh network."""
import math
from typing import Any, Dict, Mapping, Optional, Tuple

import torch

from ajahr_mm.convert.rules import Conversion, Rule, State, apply_rules, count, drop, keep, require, within
from ajahr_mm.io.errors import UserError

TITLE = 'pose tokenizer'
_WB = r'\.(weight|bias)'
_START = 40  # length to which the encoder first stretches the 21 joints

#: The decoder has four resizings whatever the number of tokens, so its numbering never changes.
DECODER: Tuple[Rule, ...] = within('decoder.decoder.', 'decoder.', (
    keep(r'0' + _WB, r'stem.\1'),
    keep(r'3' + _WB, r'shrink.0.\1'), keep(r'6' + _WB, r'shrink.1.\1'),
    keep(r'9' + _WB, r'shrink.2.\1'), keep(r'12' + _WB, r'shrink.3.\1'),
    keep(r'14\.0\.model\.([01])\.(conv[12])' + _WB, r'residual.\1.\2.\3'),
    keep(r'14\.1' + _WB, r'mix.\1'), keep(r'15' + _WB, r'out.\1')))
CODEBOOK = (keep(r'quantizer\.codebook', 'quantizer.codebook'),)
BODY = (drop(r'(?:.*\.)?body_model\..*', 'buffers of a body model: licensed arrays, built from your own file'),)


def encoder_rules(doublings: int) -> Tuple[Rule, ...]:
    """One convolution after each stretching; what follows is numbered on from there."""
    last = 3 * doublings
    stretch = tuple(keep(rf'{3 * i}' + _WB, rf'stretch.{i - 1}.\1') for i in range(1, doublings + 1))
    return within('encoder.encoder.', 'encoder.', (
        keep(r'0' + _WB, r'stem.\1'), *stretch, keep(rf'{last + 2}\.0' + _WB, r'halve.\1'),
        keep(rf'{last + 2}\.1\.model\.([01])\.(conv[12])' + _WB, r'residual.\1.\2.\3'),
        keep(rf'{last + 3}' + _WB, r'out.\1')))


def recognise(state: State) -> bool:
    """Codebook and decoder at the root, with or without the encoder."""
    return 'quantizer.codebook' in state and 'decoder.decoder.0.weight' in state


def convert(state: State, extras: Optional[Mapping[str, Any]] = None) -> Conversion:
    """-> entries of a ``VQPoseCodec`` with encoder. Raises UserError for a tokenizer of another make."""
    tokens = num_tokens(state)
    _check_options(extras or {}, tokens)
    done = apply_rules(state, encoder_rules(_doublings(tokens)) + DECODER + CODEBOOK + BODY, TITLE)
    fill_statistics(done, 'quantizer.')
    done.model = codec_config(state, '', tokens)
    done.facts = {name: value for name, value in done.model.items() if name != 'type'}
    return done


def num_tokens(state: State) -> int:
    """Tokens of a tokenizer file, from the number of convolutions in its encoder; the decoder does not tell.

    Raises:
        UserError: there is no encoder, or one of an unknown make.
    """
    require(state, ['quantizer.codebook', 'decoder.decoder.0.weight', 'encoder.encoder.0.weight'], TITLE)
    # stem, one for each doubling, the strided block, out
    doublings = count(state, r'encoder\.encoder\.(\d+)\.') - 3
    if doublings < 1 or f'encoder.encoder.{3 * doublings + 3}.weight' not in state:
        raise UserError('the encoder of this pose tokenizer is numbered in an unknown way, so its number of tokens cannot '
                        'be told; give an unchanged tokenizer.pth of TokenHMR or AJAHR.')
    return _START * 2 ** (doublings - 1) // 2


def codec_config(state: State, prefix: str, tokens: int) -> Dict[str, Any]:
    """The ``VQPoseCodec`` that a decoder and codebook under ``prefix`` are of."""
    stem, codebook = (state[f'{prefix}{name}'] for name in ('decoder.decoder.0.weight', 'quantizer.codebook'))
    return dict(type='VQPoseCodec', num_tokens=tokens, code_dim=codebook.shape[1], num_codes=codebook.shape[0],
                width=stem.shape[0])


def check_fits_head(codec: Mapping[str, Any], tokens: int, codes: int, which: str) -> None:
    """Raises UserError when a tokenizer is not of the size the classifier of a mesh network was trained for."""
    for what, has, wants in (('tokens', codec['num_tokens'], tokens), ('codes', codec['num_codes'], codes)):
        if has != wants:
            raise UserError(f'{which} has {has} {what} and the head of this checkpoint {wants}; give the tokenizer the '
                            'network was trained with.')


def fill_statistics(done: Conversion, prefix: str) -> None:
    """Running sums and counts as at the first step of training: public files do not keep them."""
    codebook = done.state[prefix + 'codebook']
    how = 'moving averages are not in public files: each code counts as used once'
    done.derive(prefix + 'code_sum', codebook.clone(), how)
    done.derive(prefix + 'code_count', codebook.new_ones(codebook.shape[0]), how)
    done.derive(prefix + 'initialised', torch.ones((), dtype=torch.bool, device=codebook.device), how)


def _doublings(tokens: int) -> int:
    return int(math.log2(2 * tokens / _START)) + 1


def _check_options(extras: Mapping[str, Any], tokens: int) -> None:
    """What the file says about itself must agree with its weights. Old files say TOKEN_SIZE_* or nothing."""
    options = extras.get('hparams')
    arch = options.get('ARCH', {}) if isinstance(options, dict) else {}
    known = dict(ROT_TYPE='rot6d', DOWN_T=1, DEPTH=2, DILATION_RATE=3, TOKEN_SIZE_DIV=4, TOKEN_SIZE_MUL=_doublings(tokens))
    for name, value in known.items():
        if isinstance(arch, dict) and name in arch and arch[name] != value:
            raise UserError(f'this pose tokenizer says {name}={arch[name]!r} where its weights or our decoder mean '
                            f'{value!r}; such tokenizers are not supported.')
