"""The rasteriser in plain PyTorch: the fallback where warp is missing, and the reference it is tested against."""
from typing import Collection, Dict

import torch
from torch import Tensor

from ajahr_mm.registry import RENDERERS
from ajahr_mm.rendering.renderer import Renderer
from ajahr_mm.rendering.scene import Scene
from ajahr_mm.rendering.torch_raster import LAST, rasterize
from ajahr_mm.rendering.torch_shading import gathering_rounds, shade, smooth_normals


@RENDERERS.register_module()
class TorchRenderer(Renderer):
    """Renderer in plain torch, on any torch device; see :class:`Renderer` and :func:`make_renderer`."""
    name = 'torch'

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.rounds = gathering_rounds(self.mesh, self.device)

    def draw(self, scene: Scene, want: Collection[str]) -> Dict[str, Tensor]:
        normals = smooth_normals(scene.vertices, self.faces, self.rounds) if self.needs_normals(scene, want) else None
        out: Dict[str, Tensor] = {}
        for samples, names in self.passes(want):
            keys = rasterize(scene, self.faces, samples, self.two_sided)
            middle = slice(samples // 2, None, samples)
            ids = keys[:, middle, middle]
            if 'face' in names:
                out['face'] = torch.where(ids == 0, -1, LAST - (ids & LAST)).int()
            if 'depth' in names:
                inverse = (ids >> 32).int().view(torch.float32)
                out['depth'] = torch.where(ids == 0, torch.zeros_like(inverse), 1 / inverse)
            if {'rgb', 'normal'} & set(names):
                where, color, normal = shade(self, scene, normals, keys, samples, colors='rgb' in names)
            if 'normal' in names:
                spread = scene.screen.new_zeros(*keys.shape, 3)
                spread.view(-1, 3)[where] = normal
                out['normal'] = spread[:, middle, middle].contiguous()
            if 'rgb' in names:
                out.update(_average(keys, where, color, samples))
        return out


def _average(keys: Tensor, where: Tensor, color: Tensor, samples: int) -> Dict[str, Tensor]:
    """``rgb`` and ``alpha`` from the colours (N,3) of the covered samples."""
    batch, height, width = keys.shape
    total = color.new_zeros(keys.numel(), 4)
    total[where] = torch.cat([color, torch.ones_like(color[:, :1])], -1)
    total = total.view(batch, height // samples, samples, width // samples, samples, 4).sum((2, 4))
    return dict(rgb=(total[..., :3] / total[..., 3:].clamp_min(1) * 255 + 0.5).to(torch.uint8),
                alpha=(total[..., 3] / samples ** 2 * 255 + 0.5).to(torch.uint8))
