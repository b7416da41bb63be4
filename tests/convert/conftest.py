"""Public checkpoints: full-size lists of entries without memory, and small ones filled with noise."""
import json
from pathlib import Path

import pytest
import torch

LISTS = Path(__file__).parents[1] / 'data' / 'parity'
#: Sizes of the public networks -> sizes that are as fast as a test should be.
SMALL = {1280: 384, 3840: 1152, 5120: 96, 1024: 128, 1536: 192, 512: 64, 10240: 160, 160: 20, 64: 8, 256: 32, 2048: 64,
         6890: 240, 13776: 476, 20670: 720}


def entries(name):
    """[name, shape, type] of every entry of a public checkpoint."""
    return json.loads((LISTS / f'{name}.keys.json').read_text())


def meta_state(name):
    """The entries without memory behind them."""
    return {key: torch.empty(shape, dtype=getattr(torch, dtype), device='meta') for key, shape, dtype in entries(name)}


def small_state(name, seed=0):
    """The entries in small, filled with noise; convolution kernels and patches keep their size."""
    generator, state = torch.Generator().manual_seed(seed), {}
    for key, shape, dtype in entries(name):
        if key.startswith('backbone.blocks.') and not key.startswith('backbone.blocks.0.'):
            continue
        inner = 2 if len(shape) == 4 else len(shape)
        shape = [SMALL.get(n, n) for n in shape[:inner]] + shape[inner:]
        value = 0.2 * torch.randn(shape, generator=generator) if dtype == 'float32' else torch.zeros(shape)
        state[key] = value.to(getattr(torch, dtype))
    return state


def small_tokenizer(seed=0):
    """A tokenizer file of 20 tokens that fits the small TokenHMR; its encoder has fewer layers, so they are renumbered."""
    numbers, state = {'0': 0, '3': 3, '14': 5, '15': 6}, {}
    for key, value in small_state('tokenizer_t160', seed).items():
        if key.startswith('encoder.encoder.'):
            layer, rest = key.removeprefix('encoder.encoder.').split('.', 1)
            if layer not in numbers:
                continue
            key = f'encoder.encoder.{numbers[layer]}.{rest}'
        state[key] = value
    return state


@pytest.fixture(name='meta_state')
def meta_state_fixture():
    return meta_state


@pytest.fixture(name='small_state')
def small_state_fixture():
    return small_state


@pytest.fixture(name='small_tokenizer')
def small_tokenizer_fixture():
    return small_tokenizer
