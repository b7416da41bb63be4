"""The interface of all renderers: checks what comes in, projects, hands a scene to a backend, wraps what comes out."""
from abc import ABC, abstractmethod
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Collection, Dict, Optional, Tuple, Union

import numpy as np
import torch
from torch import Tensor

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import RENDERERS
from ajahr_mm.rendering.arrays import Array, as_batch, as_tensor
from ajahr_mm.rendering.camera import Camera
from ajahr_mm.rendering.frame import Frame
from ajahr_mm.rendering.light import Light
from ajahr_mm.rendering.mesh import Mesh

#: Surfaces nearer than this many metres are not drawn.
NEAR = 0.01
#: Albedo of a mesh without colour or texture.
GREY = 0.75
BUFFERS = ('rgb', 'depth', 'face', 'normal')


@dataclass
class Scene:
    """One checked render call; every tensor on the renderer's device, a leading 1 or B.

    ``screen`` (B,V,3) is u, v in px and 1/z, with 1/z = 0 for vertices that must not be drawn. ``color`` (·,V,3) float
    0..1, ``texture`` (·,h,w,3) uint8, ``visible`` (·,F) uint8 and ``light`` = unit direction, ambient, diffuse (·,3,3).
    """
    size: Tuple[int, int]
    vertices: Tensor
    screen: Tensor
    light: Tensor
    color: Optional[Tensor]
    texture: Optional[Tensor]
    visible: Optional[Tensor]


class Renderer(ABC):
    """Draws one topology again and again; see :func:`make_renderer`.

    Colour and alpha average ``samples`` x ``samples`` points a pixel; depth, face and normal are taken at the pixel's
    centre. Two limits: a face with a corner nearer than 1 cm or behind the camera is dropped, not clipped; and the
    warp backend spends one thread a face, which suits bodies but not one huge ground plane.
    Back faces are not drawn unless ``two_sided``. Nothing is started before the first render call, so a renderer may
    be made before a fork and used after it.

    Raises UserError for a bad argument, ImportError if the backend is not installed.
    """
    name = ''

    def __init__(self, mesh: Mesh, device: Union[str, torch.device] = 'cpu', samples: int = 2,
                 two_sided: bool = False) -> None:
        if samples not in range(1, 9):
            raise UserError(f'samples must be 1 to 8 points along a pixel side, got {samples}')
        self.mesh, self.samples, self.two_sided = mesh, int(samples), bool(two_sided)
        self.device = torch.device(device)
        self.faces = as_tensor('faces', mesh.faces, torch.int32, self.device)
        self.uv = self.uv_faces = None
        if mesh.uv is not None:
            self.uv = as_tensor('uv', mesh.uv, torch.float32, self.device)
            self.uv_faces = as_tensor('uv_faces', mesh.uv_faces, torch.int32, self.device)

    @abstractmethod
    def draw(self, scene: Scene, want: Collection[str]) -> Dict[str, Tensor]:
        """The wanted buffers of a scene; ``rgb`` brings ``alpha`` along."""

    def render(self, vertices: Array, camera: Camera, light: Optional[Light] = None, want: Collection[str] = BUFFERS,
               vertex_color: Optional[Array] = None, texture: Optional[Array] = None,
               face_mask: Optional[Array] = None) -> Frame:
        """Draws vertices (B,V,3) or (V,3), metres, camera frame, numpy or torch; the frame has the same kind.

        ``vertex_color`` (V,3) or (B,V,3), uint8 or float 0..1, and ``texture`` (h,w,3) or (B,h,w,3) uint8 replace the
        mesh's own in this call; ``face_mask`` (F,) or (B,F) bool hides faces where it is False.
        ``want`` names the buffers to fill: any of rgb (with alpha), depth, face, normal.
        """
        unknown = set(want) - set(BUFFERS)
        if unknown or not want:
            raise UserError(f'want must name some of {", ".join(BUFFERS)}, got {sorted(want)}')
        with torch.no_grad():
            buffers = self.draw(self._scene(vertices, camera, light, vertex_color, texture, face_mask), want)
        if not isinstance(vertices, Tensor):
            buffers = {name: value.cpu().numpy() for name, value in buffers.items()}
        return Frame(camera=camera, mesh=self.mesh, **buffers)

    def _scene(self, vertices, camera, light, vertex_color, texture, face_mask) -> Scene:
        points = as_batch('vertices', vertices, (None, 3), None, device=self.device)
        batch, count = points.shape[:2]
        if count < self.mesh.num_vertices:
            raise UserError(f'{count} vertices are too few for faces that name vertex {self.mesh.num_vertices - 1}')
        if len(camera.K) not in (1, batch):
            raise UserError(f'Camera.K has a batch of {len(camera.K)}, the vertices one of {batch}')
        screen = camera.project(points)
        drawable = (points[..., 2] > NEAR) & torch.isfinite(screen).all(-1)
        screen = torch.where(drawable[..., None], screen, torch.zeros_like(screen))
        color = self.mesh.vertex_color if vertex_color is None else vertex_color
        if color is not None:
            is_bytes = getattr(color, 'dtype', None) in (np.uint8, torch.uint8)
            color = as_batch('vertex_color', color, (count, 3), batch, device=self.device)
            color = color / 255 if is_bytes else color
            if not bool(((color >= 0) & (color <= 1)).all()):
                raise UserError('vertex_color must be uint8, or float between 0 and 1')
        pixels = self.mesh.texture if texture is None else texture
        if pixels is not None:
            if self.uv is None:
                raise UserError('a texture needs Mesh.uv')
            pixels = as_batch('texture', pixels, (None, None, 3), batch, torch.uint8, self.device)
        if face_mask is not None:
            face_mask = as_batch('face_mask', face_mask, (self.mesh.num_faces,), batch, torch.uint8, self.device)
        return Scene(camera.size, points, screen, self._light(light or Light(), batch), color, pixels, face_mask)

    def _light(self, light: Light, batch: int) -> Tensor:
        rows = [as_batch(f'Light.{name}', getattr(light, name), (3,), batch, device=self.device)
                for name in ('direction', 'ambient', 'diffuse')]
        length = rows[0].norm(dim=-1, keepdim=True)
        if not bool(((length > 0) & torch.isfinite(length)).all()):
            raise UserError('Light.direction must be finite and not zero')
        rows[0] = rows[0] / length
        most = max(len(row) for row in rows)
        return torch.stack([row.expand(most, 3) for row in rows], 1).contiguous()


def make_renderer(mesh: Mesh, name: str = 'auto', device: Union[str, torch.device] = 'cpu', samples: int = 2,
                  two_sided: bool = False) -> Renderer:
    """A renderer by name: ``warp`` (fast), ``torch`` (reference, no extra package), or ``auto`` = warp if installed.

    Any other name is looked up as a type in the registry ``RENDERERS``. Raises UserError for an unknown name.
    """
    if name == 'auto':
        name = 'warp' if find_spec('warp') is not None else 'torch'
    kind = {'warp': 'WarpRenderer', 'torch': 'TorchRenderer'}.get(name, name)
    if RENDERERS.get(kind) is None:
        raise UserError(f'unknown renderer {name!r}: take auto, warp, torch or a type registered in RENDERERS')
    return RENDERERS.build(dict(type=kind, mesh=mesh, device=device, samples=samples, two_sided=two_sided))
