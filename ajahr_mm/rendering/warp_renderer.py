"""The rasteriser on warp: some five milliseconds a crop on one core, and the same kernels on CUDA."""
import os
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from typing import Any, Collection, Dict, Iterator, Tuple

import torch
from torch import Tensor

from ajahr_mm.registry import RENDERERS
from ajahr_mm.rendering.renderer import Renderer
from ajahr_mm.rendering.scene import GREY, Scene
from ajahr_mm.rendering.zbuffers import ZBuffers


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

    Kernels are compiled on the first call (4 s) and kept in warp's cache (``WARP_CACHE_PATH`` moves it). A CPU draws picture
    by picture into one z-buffer that stays in its cache, with a thread for all faces and one for each row of pixels; a GPU
    draws the batch at once, with a thread for each face and one for each pixel.
    """
    name = 'warp'

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.start, self.index = (torch.from_numpy(table).to(self.device) for table in self.mesh.incidence())
        self.zbuffers = ZBuffers(self.device)

    def draw(self, scene: Scene, want: Collection[str]) -> Dict[str, Tensor]:
        wp = start_warp()
        stream = nullcontext() if self.device.type == 'cpu' else wp.ScopedStream(
            wp.stream_from_torch(torch.cuda.current_stream(self.device)))
        out = self.empty_buffers(scene, want)
        with stream:
            shape, look = self._shape(wp, scene, want), self._look(wp, scene)
            for samples, names in self.passes(want):
                self._draw_pass(wp, scene, samples, shape, look, {name: out[name] for name in names})
        return out

    def shares(self, batch: int, width: int) -> Tuple[int, int, int]:
        """Pictures drawn at once (one or all), faces for a thread, pixels for a thread."""
        return (1, self.mesh.num_faces, width) if self.device.type == 'cpu' else (batch, 1, 1)

    def _draw_pass(self, wp: Any, scene: Scene, samples: int, shape: Any, look: Any, buffers: Dict[str, Tensor]) -> None:
        """One z-buffer of samples x samples points a pixel, and the buffers that are read from it."""
        from ajahr_mm.rendering.warp_raster import rasterize
        from ajahr_mm.rendering.warp_shading import Picture, resolve
        (height, width), batch, count = scene.size, len(scene.screen), self.mesh.num_faces
        slots, faces, pixels = self.shares(batch, width)
        device, visible = wp.device_from_torch(self.device), scene.visible
        if visible is None:
            visible = torch.zeros(1, 1, dtype=torch.uint8, device=self.device)
        visible, masked = wp.from_torch(visible, dtype=wp.uint8), int(scene.visible is not None)
        picture = Picture()
        for name, value in buffers.items():
            setattr(picture, name, wp.from_torch(value, dtype=dict(rgb=wp.vec3ub, normal=wp.vec3).get(name)))
        with self.zbuffers.borrow((slots, height * samples, width * samples)) as memory:
            rows = torch.empty(slots, height * samples, 2, dtype=torch.int32, device=self.device)
            keys, spans = wp.from_torch(memory, dtype=wp.int64), wp.from_torch(rows, dtype=wp.int32)
            launches = [
                wp.launch(rasterize, dim=(slots, -(-count // faces)), device=device, record_cmd=True, inputs=[
                    0, shape.screen, shape.faces, visible, masked, shape.two_sided, float(samples), faces, keys, spans]),
                wp.launch(resolve, dim=(slots, height, -(-width // pixels)), device=device, record_cmd=True, inputs=[
                    0, keys, spans, samples, pixels, shape, look, picture])]
            for first in range(0, batch, slots):
                memory.zero_(), rows.zero_()
                for launch in launches:
                    launch.set_param_at_index(0, first)
                    launch.launch()

    def _shape(self, wp: Any, scene: Scene, want: Collection[str]) -> Any:
        from ajahr_mm.rendering.warp_shading import Shape, vertex_normals
        shape = Shape()
        shape.faces, shape.two_sided = wp.from_torch(self.faces, dtype=wp.vec3i), int(self.two_sided)
        shape.screen = wp.from_torch(scene.screen, dtype=wp.vec3)
        shape.vertices = wp.from_torch(scene.vertices, dtype=wp.vec3)
        if self.needs_normals(scene, want):
            shape.normals = wp.from_torch(torch.zeros_like(scene.vertices), dtype=wp.vec3)
            tables = [wp.from_torch(table, dtype=wp.int32) for table in (self.start, self.index)]
            wp.launch(vertex_normals, dim=(len(scene.vertices), self.mesh.num_vertices), device=shape.vertices.device,
                      inputs=[shape.vertices, shape.faces, *tables, shape.normals])
        return shape

    def _look(self, wp: Any, scene: Scene) -> Any:
        from ajahr_mm.rendering.warp_shading import Look
        look = Look()
        look.grey, look.light, look.lit = GREY, wp.from_torch(scene.light, dtype=wp.vec3), int(scene.lit)
        if scene.color is not None:
            look.color, look.colored = wp.from_torch(scene.color, dtype=wp.vec3), 1
        if scene.texture is not None:
            look.texture, look.textured = wp.from_torch(scene.texture, dtype=wp.vec3ub), 1
            look.uv, look.uv_faces = wp.from_torch(self.uv, dtype=wp.vec2), wp.from_torch(self.uv_faces, dtype=wp.vec3i)
        return look
