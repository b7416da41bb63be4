"""Where the weights and inputs of the fixtures come from: seeded noise, the same on every machine.

No published weight is stored or needed. Every entry of a checkpoint is drawn from a generator that is seeded by its name,
so that a network of 700 million numbers is described by its list of names. `numpy.random.RandomState` is the generator
whose stream numpy promises to keep; draws are float64, rounded to float32 once at the end. The order of the draws is
part of the format: changing it changes every stored number.
"""
import zlib
from typing import Mapping, Optional, Sequence

import numpy as np
from numpy.random import RandomState

from ajahr_mm.anatomy.skeleton import PARENTS

#: Gains of weights that would otherwise give numbers no comparison can use (one class everywhere, a camera behind the body).
_ENDINGS = {'class_pred_layer.weight': 4.0, 'deccam.weight': 0.03}


def seed_of(text: str) -> int:
    """A seed from a name: CRC-32 without its highest bit."""
    return zlib.crc32(text.encode()) & 0x7fffffff


def weight(key: str, shape: Sequence[int], salt: str, floating: bool = True,
           given: Mapping[str, Sequence[float]] = {}) -> Optional[np.ndarray]:
    """The float32 value of checkpoint entry ``key``; None for those that are not drawn (counters, grids, body models)."""
    if key in given:
        return np.array(given[key], np.float32)
    if not floating or key.endswith(('x_grid', 'y_grid')) or key.startswith(('smpl.', 'model.smpl.')):
        return None
    draw, kind = RandomState(seed_of(salt + key)), key.split('.')[-1]
    if kind == 'running_var':
        value = 0.5 + draw.rand(*shape)
    elif kind == 'running_mean':
        value = 0.1 * draw.randn(*shape)
    elif len(shape) == 1:
        value = 1 + 0.1 * draw.randn(*shape) if kind == 'weight' else 0.02 * draw.randn(*shape)
    elif kind == 'codebook':
        value = draw.randn(*shape)
    elif kind == 'init_cam':
        value = np.array([[0.9, 0.0, 0.0]]) + 0.05 * draw.randn(*shape)
    elif kind in ('init_body_pose', 'init_betas', 'init_pose', 'init_shape'):
        value = 0.3 * draw.randn(*shape)
    elif kind in ('pos_embed', 'pos_embedding'):
        value = 0.03 * draw.randn(*shape)
    else:
        value = _gain(key, len(shape)) * draw.randn(*shape) / np.sqrt(np.prod(shape[1:]))
    return value.astype(np.float32)


def _gain(key: str, dims: int) -> float:
    gain = 2 ** 0.5 if dims == 3 else 1.0  # convolutions along the joints of a tokenizer
    gain *= next((factor for ending, factor in _ENDINGS.items() if key.endswith(ending)), 1.0)
    if key.startswith('classifier.head'):
        gain *= 8.0
    if dims == 4 and key.startswith('model.backbone.'):  # HRNet adds up many branches: small steps inside them
        gain *= 0.5 if '.branches.' in key or '.layer1.' in key else 0.7 if '.fuse_layers.' in key else 2 ** 0.5
    return gain


def images(seed: int, batch: int, size: int = 256) -> np.ndarray:
    """(batch,3,size,size) normalised images: 8x8 colour blocks of random contrast, a tint, pixel noise."""
    draw, pictures = RandomState(seed), []
    for _ in range(batch):
        contrast, tint = 0.4 + 1.6 * draw.rand(), 0.5 * draw.randn(3, 1, 1)
        blocks = np.kron(draw.randn(3, 8, 8), np.ones((1, size // 8, size // 8)))
        pictures.append(contrast * blocks + tint + 0.25 * draw.randn(3, size, size))
    return np.stack(pictures).astype(np.float32)


def photo(seed: int, height: int, width: int) -> np.ndarray:
    """(H,W,3) uint8 BGR: 32 px colour blocks and noise."""
    draw = RandomState(seed)
    blocks = draw.randint(0, 256, (-(-height // 32), -(-width // 32), 3))
    blocks = np.kron(blocks, np.ones((32, 32, 1)))[:height, :width]
    return np.clip(blocks + draw.randint(-20, 21, (height, width, 3)), 0, 255).astype(np.uint8)


def rotations(seed: int, *lead: int, std: float = 0.6) -> np.ndarray:
    """(*lead,3,3) rotations of axis-angle vectors ``std`` * N(0,1), by Rodrigues' formula in float64."""
    vector = std * RandomState(seed).randn(*lead, 3)
    angle = np.linalg.norm(vector, axis=-1)[..., None, None]
    axis = vector / angle[..., 0]
    x, y, z = np.moveaxis(axis, -1, 0)
    zero = np.zeros_like(x)
    skew = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).reshape(*lead, 3, 3)
    return (np.eye(3) + np.sin(angle) * skew + (1 - np.cos(angle)) * skew @ skew).astype(np.float32)


def mixture(seed: int, batch: int, tokens: int, codes: int = 2048) -> np.ndarray:
    """(batch,tokens,codes) probabilities: softmax of 4 * N(0,1)."""
    logits = 4 * RandomState(seed).randn(batch, tokens, codes)
    odds = np.exp(logits - logits.max(-1, keepdims=True))
    return (odds / odds.sum(-1, keepdims=True)).astype(np.float32)


def keypoints(seed: int, batch: int) -> np.ndarray:
    """(batch,17,3) COCO keypoints in px of a 256 px crop, with score; one missing, one marked so by a demo, one outside."""
    draw = RandomState(seed)
    points = np.concatenate([16 + 224 * draw.rand(batch, 17, 2), draw.rand(batch, 17, 1)], -1)
    points[0, 7] = 0, 0, 0
    points[1 % batch, 16] = 0, 0, -1
    points[-1, 10] = 300, -20, 0.9
    return points.astype(np.float32)


def synthetic_smpl(vertices: int, faces: int) -> dict:
    """An artificial 24-joint body in the layout of SMPL files, with a regressor of 19 extra joints."""
    draw = RandomState(seed_of('synth_smpl'))
    offsets, own = 0.12 * draw.randn(24, 3), np.arange(vertices) % 24
    joints = offsets.copy()
    for joint in range(1, 24):
        joints[joint] += joints[PARENTS[joint]]
    body = dict(v_template=joints[own] + 0.05 * draw.randn(vertices, 3), shapedirs=0.01 * draw.randn(vertices, 3, 10),
                posedirs=0.002 * draw.randn(vertices, 3, 207))
    shared = np.flatnonzero((np.arange(vertices) // 24 % 3 == 0) & (own > 0))
    weights = np.zeros((vertices, 24))
    weights[np.arange(vertices), own] = 1
    weights[shared, own[shared]], weights[shared, np.array(PARENTS)[own[shared]]] = 0.6, 0.4
    regressor = draw.rand(24, vertices) * (own[None] == np.arange(24)[:, None])
    extra = draw.rand(19, vertices)
    return dict(body, weights=weights, J_regressor=regressor / regressor.sum(1, keepdims=True),
                extra_regressor=extra / extra.sum(1, keepdims=True), kintree_table=np.array([PARENTS, range(24)], np.int64),
                f=(np.arange(faces)[:, None] + np.arange(3)) % vertices)
