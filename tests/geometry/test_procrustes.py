import numpy as np
import torch
from scipy.linalg import orthogonal_procrustes

from ajahr_mm.geometry.procrustes import align

RNG = np.random.default_rng(0)


def scipy_align(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    x, y = source - source.mean(0), target - target.mean(0)
    rotation, scale = orthogonal_procrustes(x, y)
    assert np.linalg.det(rotation) > 0  # near-identical shapes: no reflection to rule out
    return x @ rotation * scale / (x ** 2).sum() + target.mean(0)


def test_matches_scipy_on_similar_shapes():
    target = RNG.normal(size=(6, 24, 3))
    source = target * 0.7 + RNG.normal(size=target.shape) * 0.1 + 3
    expected = np.stack([scipy_align(s, t) for s, t in zip(source, target)])
    np.testing.assert_allclose(align(torch.from_numpy(source), torch.from_numpy(target)), expected, atol=1e-9)


def test_never_reflects():
    target = torch.from_numpy(RNG.normal(size=(5, 14, 3)))
    mirrored = target * torch.tensor([-1.0, 1, 1], dtype=torch.float64)
    assert (align(mirrored, target) - target).norm(dim=-1).mean() > 0.1


def test_collapsed_source_goes_to_the_centroid():
    target = torch.from_numpy(RNG.normal(size=(1, 10, 3)))
    torch.testing.assert_close(align(torch.ones(1, 10, 3, dtype=torch.float64), target),
                               target.mean(1, keepdim=True).expand(1, 10, 3))
