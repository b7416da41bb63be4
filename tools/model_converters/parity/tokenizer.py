"""The pose tokenizer: latents, nearest codes, hard and soft decoding."""
from typing import Any, Dict

import numpy as np
import torch
from numpy.random import RandomState
from parity import comparison
from parity.common import build, converted, mean_and_std, numpy
from parity.folder import Fixture
from parity.recipe import mixture
from torch import Tensor

from ajahr_mm.geometry.rotations import matrix_to_sixd, sixd_to_matrix

LIMITS = comparison.COMMON
INPUTS = ('rotmat_in',)


def applies(fixture: Fixture) -> bool:
    return fixture.has('encoder.encoder.0.weight', 'quantizer.codebook')


def run(fixture: Fixture) -> Dict[str, Any]:
    """Every stored array, computed by a converted ``VQPoseCodec``."""
    state = fixture.state()
    done = converted('tokenizer', state)
    codec = build(done.model, done.state)
    stored = fixture.arrays
    batch, tokens, codes = len(stored['rotmat_in']), done.facts['num_tokens'], done.facts['num_codes']
    rotations = torch.from_numpy(stored['rotmat_in'])

    latents = codec.encode(rotations)
    _, index, statistics = codec.quantize(latents)
    from_index = codec.decode_indices(index)
    seeded = torch.from_numpy(RandomState(fixture.seed('latents')).randn(64, done.facts['code_dim']).astype(np.float32))
    chosen = torch.from_numpy(RandomState(fixture.seed('indices')).randint(0, codes, (batch, tokens)))
    probs = torch.from_numpy(mixture(fixture.seed('mixture'), batch, tokens, codes))
    soft = codec.decode_soft(probs)
    margin, seeded_margin = (_margin(each, codec.quantizer.codebook) for each in (latents, seeded))
    clear, seeded_clear = stored['code_margin'] > 1e-2, stored['seeded_latent_margin'] > 1e-2
    return dict(
        weight_mean_std=mean_and_std(fixture, state), rot6d_in=matrix_to_sixd(rotations, 'row'),
        latents_sub=latents.transpose(1, 2)[:, ::8, ::2], latents_mean=latents.mean((1, 2)),
        latents_std=latents.std((1, 2), correction=0), code_index=comparison.Ours(index, clear), code_margin=margin,
        decoded6d_from_index=from_index, decoded_rotmat_from_index=_rotations(from_index),
        forward6d=codec(rotations)[0], commit_loss=statistics['commitment'][None], perplexity=statistics['perplexity'][None],
        seeded_latent_index=comparison.Ours(codec.quantizer.nearest(seeded), seeded_clear),
        seeded_latent_margin=seeded_margin,
        seeded_index_first8=chosen[:, :8], decoded6d_from_seeded_index=codec.decode_indices(chosen),
        soft_code_sub=codec.quantizer.mix(probs)[:, ::8, ::8], decoded6d_from_mixture=soft,
        decoded_rotmat_from_mixture=_rotations(soft))


def _rotations(sixd: Tensor) -> comparison.Ours:
    return comparison.Ours(sixd_to_matrix(sixd, 'row'), comparison.steep(sixd))


def _margin(latents: Tensor, codebook: Tensor) -> np.ndarray:
    """By how much the second-best code is further away, in squared distance."""
    best = torch.cdist(latents.double(), codebook.double()).square().topk(2, largest=False).values
    return numpy(best[..., 1] - best[..., 0])
