"""Normals, texture and light in plain PyTorch, for the covered samples only."""
from typing import Callable, List, Optional, Tuple

import torch
from torch import Tensor

from ajahr_mm.rendering.mesh import Mesh
from ajahr_mm.rendering.renderer import Renderer
from ajahr_mm.rendering.scene import GREY, Scene
from ajahr_mm.rendering.torch_raster import LAST, surface_points


def gathering_rounds(mesh: Mesh, device: torch.device) -> List[Tuple[Tensor, Tensor]]:
    """Round r pairs every vertex that has so many faces with its r-th: a sum in fixed order, unlike ``index_add_``."""
    start, index = (torch.from_numpy(table).long() for table in mesh.incidence())
    counts = start[1:] - start[:-1]
    rounds = []
    for r in range(int(counts.max())):
        vertex = (counts > r).nonzero()[:, 0]
        rounds.append((vertex.to(device), index[start[vertex] + r].to(device)))
    return rounds


def smooth_normals(vertices: Tensor, faces: Tensor, rounds: List[Tuple[Tensor, Tensor]]) -> Tensor:
    """Area-weighted unit normals (B,V,3); 0 where all faces around a vertex have collapsed."""
    a, b, c = vertices[:, faces.long()].unbind(2)
    flat = torch.cross(b - a, c - a, dim=-1)
    flat = torch.where(torch.isfinite(flat).all(-1, keepdim=True), flat, torch.zeros_like(flat))
    total = torch.zeros_like(vertices)
    for vertex, face in rounds:
        total[:, vertex] += flat[:, face]
    return _unit(total)


def shade(renderer: Renderer, scene: Scene, normals: Optional[Tensor], keys: Tensor, samples: int,
          colors: bool = True) -> Tuple[Tensor, Optional[Tensor], Optional[Tensor]]:
    """Covered samples of a z-buffer: their flat index (N,), colour (N,3) in 0..1 or None, unit normal (N,3) or None.

    Without ``normals`` (B,V,3), which must be there if a lamp shines, the colours are those under ambient light.
    """
    height, width = keys.shape[1:]
    keys = keys.view(-1)
    where = keys.nonzero()[:, 0]
    image, pixel = where // (height * width), where % (height * width)
    face = LAST - (keys[where] & LAST)
    vertex = renderer.faces[face].long()
    corners = scene.screen[image[:, None], vertex] * scene.screen.new_tensor([samples, samples, 1])
    weight, inverse, _ = surface_points(corners, pixel % width + 0.5, pixel // width + 0.5)
    weight = weight * corners[..., 2] / inverse[:, None]  # perspective-correct

    def blend(values: Tensor) -> Tensor:
        return (weight[..., None] * values).sum(1)

    normal = None if normals is None else _surface_normals(
        renderer, blend(normals[image[:, None], vertex]), scene.vertices[image[:, None], vertex], blend)
    if not colors:
        return where, None, normal
    direction, ambient, diffuse = scene.light[_pick(scene.light, image)].unbind(1)
    lit = ambient if normal is None else ambient + diffuse * (normal * direction).sum(-1, keepdim=True).clamp_min(0)
    albedo = torch.full_like(lit, GREY) if scene.color is None and scene.texture is None else torch.ones_like(lit)
    if scene.color is not None:
        albedo = blend(scene.color[_pick(scene.color, image)[:, None], vertex])
    if scene.texture is not None:
        uv = blend(renderer.uv[renderer.uv_faces[face].long()])
        albedo = albedo * sample_texture(scene.texture, _pick(scene.texture, image), uv)
    return where, (albedo * lit).clamp(0, 1), normal


def _surface_normals(renderer: Renderer, normal: Tensor, points: Tensor, blend: Callable[[Tensor], Tensor]) -> Tensor:
    """Unit normals (N,3) from interpolated ones, at points of faces with corners ``points`` (N,3,3)."""
    normal = _unit(normal)
    # Where every normal around has collapsed, the lit side is the one that is seen.
    normal = torch.where((normal == 0).all(-1, keepdim=True), -_unit(blend(points)), normal)
    if renderer.two_sided:
        flat = torch.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0], dim=-1)
        normal = torch.where(((flat * points[:, 0]).sum(-1) > 0)[:, None], -normal, normal)
    return normal


def sample_texture(texture: Tensor, image: Tensor, uv: Tensor) -> Tensor:
    """Bilinear colours (N,3) in 0..1 of textures (·,h,w,3) uint8 at uv (N,2); v = 0 is the top row, edges are held."""
    height, width = texture.shape[1:3]
    x = (uv[:, 0] * width - 0.5).clamp(0, width - 1)
    y = (uv[:, 1] * height - 0.5).clamp(0, height - 1)
    left, top = x.floor(), y.floor()
    fx, fy = (x - left)[:, None], (y - top)[:, None]
    left, top = left.long(), top.long()
    right, bottom = (left + 1).clamp_max(width - 1), (top + 1).clamp_max(height - 1)
    upper = texture[image, top, left] * (1 - fx) + texture[image, top, right] * fx
    lower = texture[image, bottom, left] * (1 - fx) + texture[image, bottom, right] * fx
    return (upper * (1 - fy) + lower * fy) / 255


def _pick(values: Tensor, image: Tensor) -> Tensor:
    """Index into a leading axis of 1 or B."""
    return image if len(values) > 1 else torch.zeros_like(image)


def _unit(vectors: Tensor) -> Tensor:
    """Unit length; zero stays zero."""
    length = vectors.norm(dim=-1, keepdim=True)
    return torch.where(length > 0, vectors / length.clamp_min(1e-30), torch.zeros_like(vectors))
