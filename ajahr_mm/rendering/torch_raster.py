"""The z-buffer in plain PyTorch: every face against every pixel of its bounding box, all at once."""
from typing import Tuple

import torch
from torch import Tensor

from ajahr_mm.rendering.scene import Scene

#: Face-pixel pairs tested at once; bounds the memory (about 100 bytes a pair).
CHUNK = 1 << 20
#: Face ids are stored as LAST - face, so that of two faces at one depth the lower id wins.
LAST = 0x7fffffff


def surface_points(corners: Tensor, x: Tensor, y: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    """Where rays through (x, y) meet their faces.

    Args: corners (N,3,3) = u, v, 1/z of three corners; x, y (N,) px.
    Returns: screen weights (N,3) that sum to 1, 1/z (N,), and whether the ray meets the face (N,) bool.
    """
    dx, dy = corners[..., 0] - x[:, None], corners[..., 1] - y[:, None]
    edges = torch.stack([dx[:, 1] * dy[:, 2] - dy[:, 1] * dx[:, 2],
                         dx[:, 2] * dy[:, 0] - dy[:, 2] * dx[:, 0],
                         dx[:, 0] * dy[:, 1] - dy[:, 0] * dx[:, 1]], -1)
    area = edges[:, 0] + edges[:, 1] + edges[:, 2]
    # Both windings; borders count as inside, so that neighbours leave no gap. No area, no surface.
    inside = ((edges >= 0).all(-1) | (edges <= 0).all(-1)) & (area != 0)
    area = torch.where(area == 0, torch.ones_like(area), area)
    inverse = (edges[:, 0] * corners[:, 0, 2] + edges[:, 1] * corners[:, 1, 2] + edges[:, 2] * corners[:, 2, 2]) / area
    return edges / area[:, None], inverse, inside


def rasterize(scene: Scene, faces: Tensor, samples: int, two_sided: bool) -> Tensor:
    """Z-buffer (B, H*samples, W*samples) int64: bits of 1/z in the upper word, LAST - face in the lower, 0 = empty.

    The maximum of such a key is the nearest surface whatever the order of the faces.
    """
    height, width = scene.size[0] * samples, scene.size[1] * samples
    batch, device = len(scene.screen), faces.device
    keys = torch.zeros(batch * height * width, dtype=torch.int64, device=device)
    corners = scene.screen[:, faces.long()] * scene.screen.new_tensor([samples, samples, 1])  # (B,F,3 corners,3)
    a, b, c = corners[..., :2].unbind(2)
    area = (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0])
    # With y down, a face that is counter-clockwise from outside has a negative area when it looks at the camera.
    keep = (area != 0 if two_sided else area < 0) & (corners[..., 2] > 0).all(-1)
    if scene.visible is not None:
        keep &= scene.visible > 0
    limit = scene.screen.new_tensor([width, height])
    low = torch.minimum((corners[..., :2].amin(2) - 0.5).ceil().clamp_min(0), limit)
    high = torch.maximum(torch.minimum((corners[..., :2].amax(2) - 0.5).floor(), limit - 1), low.new_tensor(-1.0))
    extent = (high - low + 1).clamp_min(0).long() * keep[..., None]
    image, face = (extent.prod(-1) > 0).nonzero(as_tuple=True)
    low, extent, corners = low.long()[image, face], extent[image, face], corners[image, face]
    ends = extent.prod(-1).cumsum(0)
    start = 0
    while start < len(face):
        done = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(torch.searchsorted(ends, done + CHUNK, right=True)))
        part = slice(start, stop)
        pixels = extent[part].prod(-1)
        owner = torch.repeat_interleave(torch.arange(stop - start, device=device), pixels)
        rank = torch.arange(len(owner), device=device) - (ends[part] - pixels - done)[owner]
        columns = extent[part, 0][owner]
        x, y = low[part, 0][owner] + rank % columns, low[part, 1][owner] + rank // columns
        weight, inverse, inside = surface_points(corners[part][owner], x + 0.5, y + 0.5)
        key = (inverse.view(torch.int32).long() << 32) | (LAST - face[part][owner])
        where = (image[part][owner] * height + y) * width + x
        keys.scatter_reduce_(0, where[inside], key[inside], 'amax')
        start = stop
    return keys.view(batch, height, width)
