"""Similarity alignment of point sets (Umeyama 1991), for PA-MPJPE."""
import torch
from torch import Tensor


def align(source: Tensor, target: Tensor) -> Tensor:
    """Scales, turns and moves every source (B,N,3) onto its target (B,N,3) in the least-squares sense -> (B,N,3).

    No reflections. A source whose points all coincide is moved to the target's centroid. Works in float64.
    """
    dtype = source.dtype
    source, target = source.double(), target.double()
    source_mean, target_mean = source.mean(1, keepdim=True), target.mean(1, keepdim=True)
    x, y = source - source_mean, target - target_mean
    u, s, vh = torch.linalg.svd(y.transpose(1, 2) @ x)
    sign = torch.ones_like(s)
    sign[:, -1] = torch.linalg.det(u @ vh)
    rotation = u @ (sign[..., None] * vh)
    variance = (x ** 2).sum((1, 2))
    scale = torch.where(variance > 0, (s * sign).sum(-1) / variance.clamp_min(1e-300), torch.zeros_like(variance))
    return (scale[:, None, None] * x @ rotation.transpose(1, 2) + target_mean).to(dtype)
