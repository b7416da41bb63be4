"""Keypoint heat-maps, the second input of BPAC-Net (paper Sec. 3.3.1)."""
import torch
from torch import Tensor


def gaussian_heatmaps(keypoints: Tensor, size: int, sigma: float = 2.0, in_size: float = 256) -> Tensor:
    """Keypoints (B,K,3) in px of a crop of ``in_size`` px -> heat-maps (B,K,size,size).

    Unnormalised Gaussians with peak 1 and ``sigma`` in heat-map px. A keypoint without confidence gives an all-zero
    map, not a blob in the corner.
    """
    grid = torch.arange(size, dtype=keypoints.dtype, device=keypoints.device)
    x, y = (keypoints[..., :2] * (size / in_size)).unsqueeze(-1).unbind(-2)
    across = torch.exp(-(grid - x) ** 2 / (2 * sigma ** 2))
    down = torch.exp(-(grid - y) ** 2 / (2 * sigma ** 2))
    seen = (keypoints[..., 2] > 0).to(keypoints.dtype)[..., None]
    # The Gaussian is separable: two short vectors a keypoint instead of an exponential a pixel.
    return (down * seen)[..., :, None] * across[..., None, :]
