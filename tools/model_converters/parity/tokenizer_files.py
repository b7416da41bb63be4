"""The tokenizer file that belongs to a TokenHMR fixture."""
from typing import Dict

from parity.folder import Fixture, draw_state
from torch import Tensor

from ajahr_mm.io import UserError


def tokenizer_keys(tokens: int, width: int = 512, code_dim: int = 256, num_codes: int = 2048) -> list:
    """The entries of a public tokenizer file: name, shape, type, in the order of its layers."""
    doublings = (tokens // 20).bit_length()
    last = 3 * doublings
    residual = [(f'model.{i}.conv{j}', (width, width, kernel)) for i in (0, 1) for j, kernel in ((1, 3), (2, 1))]
    encoder = [('0', (width, 6, 3)), *((f'{3 * i}', (width, width, 3)) for i in range(1, doublings + 1)),
               (f'{last + 2}.0', (width, width, 4)), *((f'{last + 2}.1.{name}', shape) for name, shape in residual),
               (f'{last + 3}', (code_dim, width, 3))]
    decoder = [('0', (width, code_dim, 3)), *((f'{3 * i}', (width, width, 3)) for i in range(1, 5)),
               *((f'14.0.{name}', shape) for name, shape in residual), ('14.1', (width, width, 3)), ('15', (6, width, 3))]
    keys = []
    for part, layers in (('encoder.encoder', encoder), ('decoder.decoder', decoder)):
        for name, shape in layers:
            keys += [(f'{part}.{name}.weight', list(shape), 'float32'), (f'{part}.{name}.bias', [shape[0]], 'float32')]
    return keys + [('quantizer.codebook', [num_codes, code_dim], 'float32')]


def head_size(fixture: Fixture) -> tuple:
    """(tokens, codes) of a mesh network's head."""
    shapes = {key: shape for key, shape, _ in fixture.keys}
    return (shapes['smpl_head.decpose.mixer_head.0.MLP_token.ff.0.weight'][1],
            shapes['smpl_head.decpose.class_pred_layer.weight'][0])


def tokenizer_state(fixture: Fixture) -> Dict[str, Tensor]:
    """Drawn with the fixture's ``tokenizer_salt``. Raises UserError when the recipe does not tell it."""
    tokens, codes = head_size(fixture)
    if 'tokenizer_salt' not in fixture.recipe:
        raise UserError(f'the recipe of {fixture.name} has no second salt, that of its tokenizer file; add it.')
    return draw_state(tokenizer_keys(tokens, num_codes=codes), fixture.recipe['tokenizer_salt'], fixture.given)
