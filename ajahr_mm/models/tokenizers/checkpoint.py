"""Weights of a trained tokenizer into a codec, strictly."""
from pathlib import Path
from typing import Dict

from mmengine.runner.checkpoint import CheckpointLoader
from torch import Tensor, nn

from ajahr_mm.engine.checkpoint import state_dict_of
from ajahr_mm.io.errors import UserError

PREFIX = 'codec.'


def read_codec_state(path: str) -> Dict[str, Tensor]:
    """Entries of the codec in a checkpoint of ``PoseAutoencoder`` (or of a bare codec), without their prefix.

    Raises UserError when the file is missing or unreadable, or holds no tokenizer.
    """
    if '://' not in str(path) and not Path(path).is_file():
        raise UserError(f'tokenizer checkpoint {path} is missing; train one with tools/train.py and a config of '
                        'configs/tokenizer, or point the `checkpoint` of the pose head to one you have.')
    state = state_dict_of(CheckpointLoader.load_checkpoint(str(path), map_location='cpu'))
    prefix = PREFIX if any(key.startswith(PREFIX) for key in state) else ''
    state = {key[len(prefix):]: value for key, value in state.items() if key.startswith(prefix)}
    if 'quantizer.codebook' not in state:
        raise UserError(f'{path} holds no pose tokenizer (no quantizer.codebook in it); give a checkpoint of a config '
                        'of configs/tokenizer.')
    return state


def load_codec(codec: nn.Module, path: str) -> None:
    """Fills every parameter and buffer of ``codec`` from ``path``.

    A codec without encoder skips the encoder's entries; anything else that is missing, left over or of another shape
    raises UserError, so that no part ever keeps random numbers in silence.
    """
    state, own = read_codec_state(path), codec.state_dict()
    check_num_tokens(codec, state, path)
    if codec.encoder is None:
        state = {key: value for key, value in state.items() if not key.startswith('encoder.')}
    wrong = sorted(set(state) ^ set(own)) or [key for key in own if own[key].shape != state[key].shape]
    if wrong:
        key = wrong[0]
        shapes = [str(tuple(entries[key].shape)) if key in entries else 'absent' for entries in (state, own)]
        raise UserError(f'{path} is a tokenizer of another size than the config asks for: {key} is {shapes[0]} in the '
                        f'file and {shapes[1]} in the model ({len(wrong)} such entries); use the same num_tokens, '
                        'code_dim, num_codes and width in both.')
    codec.load_state_dict(state)


def check_num_tokens(codec: nn.Module, state: Dict[str, Tensor], path: str) -> None:
    """The decoder's weights fit any number of tokens; only the encoder's number of convolutions tells it.

    Raises UserError when the file has an encoder and it is one for another number of tokens.
    """
    convolutions = sum(key.startswith('encoder.stretch.') and key.endswith('.weight') for key in state)
    trained = 20 * 2 ** (convolutions - 1)
    if convolutions and trained != codec.num_tokens:
        raise UserError(f'{path} is a tokenizer of {trained} tokens and the config asks for {codec.num_tokens}; '
                        'use the same num_tokens in both.')
