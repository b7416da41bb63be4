"""One render call, checked and projected: what every backend draws."""
from dataclasses import dataclass
from typing import Any, Optional, Tuple

import numpy as np
import torch
from torch import Tensor

from ajahr_mm.io.errors import UserError
from ajahr_mm.rendering.arrays import Array, as_batch
from ajahr_mm.rendering.camera import Camera
from ajahr_mm.rendering.light import Light
from ajahr_mm.rendering.mesh import Mesh

#: Surfaces nearer than this many metres are not drawn.
NEAR = 0.01
#: Albedo of a mesh without colour or texture.
GREY = 0.75


@dataclass
class Scene:
    """Every tensor on the renderer's device, with a leading 1 or B.

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

    @property
    def lit(self) -> bool:
        """Whether a lamp shines anywhere, so that normals matter."""
        return bool(self.light[:, 2].any())

    @classmethod
    def check(cls, mesh: Mesh, device: torch.device, vertices: Array, camera: Camera, light: Light, color: Any,
              texture: Any, face_mask: Any) -> 'Scene':
        """Raises UserError for what does not fit together."""
        points = as_batch('vertices', vertices, (None, 3), None, device=device)
        batch, count = points.shape[:2]
        if batch == 0:
            raise UserError('vertices is a batch of 0: bring at least one body')
        if count < mesh.num_vertices:
            raise UserError(f'{count} vertices are too few for faces that name vertex {mesh.num_vertices - 1}')
        if not _is_finite(points):
            bad = ~torch.isfinite(points).all(-1)
            image, vertex = bad.nonzero()[0].tolist()
            raise UserError(f'vertices holds {int(bad.sum())} points that are not finite, the first is vertex {vertex} of '
                            f'picture {image}: check the body and its translation')
        if len(camera.K) not in (1, batch):
            raise UserError(f'Camera.K has a batch of {len(camera.K)}, the vertices one of {batch}')
        screen = camera.project(points)
        if points[..., 2].amin() <= NEAR or not _is_finite(screen):
            drawable = (points[..., 2] > NEAR) & torch.isfinite(screen).all(-1)
            screen = torch.where(drawable[..., None], screen, torch.zeros_like(screen))
        if color is not None:
            color = check_color(color, count, batch, device)
        if texture is not None:
            if mesh.uv is None:
                raise UserError('a texture needs Mesh.uv')
            texture = check_texture(texture, batch, device)
        if face_mask is not None:
            face_mask = as_batch('face_mask', face_mask, (mesh.num_faces,), batch, torch.uint8, device)
        return cls(camera.size, points, screen, check_light(light, batch, device), color, texture, face_mask)


def _is_finite(values: Tensor) -> bool:
    """In one pass without a temporary: what is not finite shows in the least or the greatest."""
    low, high = values.aminmax()
    return bool(torch.isfinite(low) & torch.isfinite(high))


def check_color(color: Any, count: int, batch: int, device: torch.device) -> Tensor:
    """Vertex colours as float (1 or B,V,3) in 0..1."""
    is_bytes = getattr(color, 'dtype', None) in (np.uint8, torch.uint8)
    color = as_batch('vertex_color', color, (count, 3), batch, device=device)
    color = color / 255 if is_bytes else color
    low, high = color.aminmax()
    if not (low >= 0 and high <= 1):
        raise UserError('vertex_color must be uint8, or float between 0 and 1')
    return color


def check_texture(texture: Any, batch: Optional[int], device: torch.device) -> Tensor:
    """Texture as uint8 (1 or B,h,w,3)."""
    if getattr(texture, 'dtype', None) not in (np.uint8, torch.uint8):
        raise UserError(f'the texture must be uint8 RGB, got {getattr(texture, "dtype", type(texture).__name__)}')
    pixels = as_batch('texture', texture, (None, None, 3), batch, torch.uint8, device)
    if 0 in pixels.shape:
        raise UserError(f'the texture has no pixels: its shape is {tuple(texture.shape)}')
    return pixels


def check_light(light: Light, batch: int, device: torch.device) -> Tensor:
    """Unit direction, ambient and diffuse as (1 or B,3,3)."""
    rows = [as_batch(f'Light.{name}', getattr(light, name), (3,), batch, device=device)
            for name in ('direction', 'ambient', 'diffuse')]
    length = rows[0].norm(dim=-1, keepdim=True)
    if not bool(((length > 0) & torch.isfinite(length)).all()):
        raise UserError('Light.direction must be finite and not zero')
    if not all(bool(torch.isfinite(row).all()) for row in rows[1:]):
        raise UserError('Light.ambient and Light.diffuse must be finite')
    rows[0] = rows[0] / length
    most = max(len(row) for row in rows)
    return torch.stack([row.expand(most, 3) for row in rows], 1).contiguous()
