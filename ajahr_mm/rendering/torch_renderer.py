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
        (height, width), batch, samples = scene.size, len(scene.screen), self.samples
        normals = smooth_normals(scene.vertices, self.faces, self.rounds) if {'rgb', 'normal'} & set(want) else None
        centers = None
        out: Dict[str, Tensor] = {}
        if {'depth', 'face', 'normal'} & set(want):
            centers = rasterize(scene, self.faces, 1, self.two_sided)
            empty = centers == 0
            if 'face' in want:
                out['face'] = torch.where(empty, -1, LAST - (centers & LAST)).int()
            if 'depth' in want:
                inverse = (centers >> 32).int().view(torch.float32)
                out['depth'] = torch.where(empty, torch.zeros_like(inverse), 1 / inverse)
            if 'normal' in want:
                where, _, normal = shade(self, scene, normals, centers, 1, colors=False)
                out['normal'] = scene.screen.new_zeros(batch * height * width, 3)
                out['normal'][where] = normal
                out['normal'] = out['normal'].view(batch, height, width, 3)
        if 'rgb' in want:
            keys = centers if samples == 1 and centers is not None else rasterize(
                scene, self.faces, samples, self.two_sided)
            where, color, _ = shade(self, scene, normals, keys, samples)
            total = scene.screen.new_zeros(keys.numel(), 4)
            total[where] = torch.cat([color, torch.ones_like(color[:, :1])], -1)
            total = total.view(batch, height, samples, width, samples, 4).sum((2, 4))
            out['rgb'] = (total[..., :3] / total[..., 3:].clamp_min(1) * 255 + 0.5).to(torch.uint8)
            out['alpha'] = (total[..., 3] / samples ** 2 * 255 + 0.5).to(torch.uint8)
        return out
