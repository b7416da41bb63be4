"""The rasteriser on warp: some ten milliseconds a crop on one core, and the same kernels on CUDA."""
import os
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from typing import Any, Collection, Dict, Iterator, Optional

import torch
from torch import Tensor

from ajahr_mm.registry import RENDERERS
from ajahr_mm.rendering.renderer import Renderer
from ajahr_mm.rendering.scene import GREY, Scene


@lru_cache(maxsize=None)
def start_warp() -> Any:
    """warp, started quietly in this process; ImportError with the install line if it is missing."""
    try:
        import warp
    except ImportError:
        raise ImportError("the warp renderer needs warp: pip install 'warp-lang>=1.10', or take name='torch'") from None
    if hasattr(warp.config, 'log_level'):
        warp.config.log_level = warp.LOG_WARNING
    else:  # older than 1.19
        warp.config.quiet = True
    # Without an NVIDIA driver warp's C side complains on stderr whatever the log level.
    with nullcontext() if torch.cuda.is_available() else _silent_stderr():
        warp.init()
    return warp


@contextmanager
def _silent_stderr() -> Iterator[None]:
    """Swallows what C code writes to stderr."""
    saved, null = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(null)


@RENDERERS.register_module()
class WarpRenderer(Renderer):
    """Renderer as warp kernels, on ``cpu`` (one core) or ``cuda``; see :class:`Renderer` and :func:`make_renderer`.

    Kernels are compiled on the first call (2 s) and kept in warp's cache (``WARP_CACHE_PATH`` moves it).
    """
    name = 'warp'

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.start, self.index = (torch.from_numpy(table).to(self.device) for table in self.mesh.incidence())

    def draw(self, scene: Scene, want: Collection[str]) -> Dict[str, Tensor]:
        wp = start_warp()
        from ajahr_mm.rendering import warp_kernels as kernels
        (height, width), batch, samples = scene.size, len(scene.screen), self.samples
        device = wp.device_from_torch(self.device)
        two_sided = int(self.two_sided)

        def new(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
            return torch.zeros(shape, dtype=dtype, device=self.device)

        def wrap(value: Optional[Tensor], kind: Any, *missing: int) -> Any:
            value = new(*missing) if value is None else value
            return wp.from_torch(value, dtype=kind)

        def launch(kernel: Any, shape: tuple, *inputs: Any) -> None:
            wp.launch(kernel, dim=shape, inputs=list(inputs), device=device)

        stream = nullcontext() if self.device.type == 'cpu' else wp.ScopedStream(
            wp.stream_from_torch(torch.cuda.current_stream(self.device)))
        with stream:
            faces, screen = wrap(self.faces, wp.vec3i), wrap(scene.screen, wp.vec3)
            vertices = wrap(scene.vertices, wp.vec3)
            normals = wrap(new(batch, scene.vertices.shape[1], 3), wp.vec3)
            if {'rgb', 'normal'} & set(want):
                launch(kernels.vertex_normals, (batch, self.mesh.num_vertices), vertices, faces,
                       wrap(self.start, wp.int32), wrap(self.index, wp.int32), normals)
            visible = scene.visible if scene.visible is not None else new(1, 1, dtype=torch.uint8)

            def z_buffer(scale: int) -> Tensor:
                keys = new(batch, height * scale, width * scale, dtype=torch.int64)
                launch(kernels.rasterize, (batch, self.mesh.num_faces), screen, faces, wrap(visible, wp.uint8),
                       int(scene.visible is not None), two_sided, float(scale), wrap(keys, wp.int64))
                return keys

            out: Dict[str, Tensor] = {}
            keys = None
            if {'depth', 'face', 'normal'} & set(want):
                keys = z_buffer(1)
                out = dict(depth=new(batch, height, width), face=new(batch, height, width, dtype=torch.int32),
                           normal=new(*((batch, height, width, 3) if 'normal' in want else (1, 1, 1, 3))))
                launch(kernels.resolve_ids, (batch, height, width), wrap(keys, wp.int64), screen, vertices, normals,
                       faces, two_sided, int('normal' in want), wrap(out['depth'], wp.float32),
                       wrap(out['face'], wp.int32), wrap(out['normal'], wp.vec3))
                out = {name: value for name, value in out.items() if name in want}
            if 'rgb' in want:
                if keys is None or samples > 1:
                    keys = z_buffer(samples)
                out['rgb'] = new(batch, height, width, 3, dtype=torch.uint8)
                out['alpha'] = new(batch, height, width, dtype=torch.uint8)
                texture = scene.texture if scene.texture is not None else new(1, 1, 1, 3, dtype=torch.uint8)
                launch(kernels.resolve_color, (batch, height, width), wrap(keys, wp.int64), samples, screen, vertices,
                       normals, faces, wrap(scene.color, wp.vec3, 1, 1, 3), wrap(self.uv, wp.vec2, 1, 2),
                       faces if self.uv_faces is None else wrap(self.uv_faces, wp.vec3i), wrap(texture, wp.uint8),
                       wrap(scene.light, wp.vec3), int(scene.color is not None), int(scene.texture is not None),
                       GREY, two_sided, wrap(out['rgb'], wp.uint8), wrap(out['alpha'], wp.uint8))
        return out
