"""The texture layout of a body, baked once: what lies under every texel."""
from pathlib import Path
from typing import Dict, NamedTuple, Tuple

import numpy as np

from ajahr_mm.synthesis.appearance.points import Points, vertex_points
from ajahr_mm.synthesis.appearance.surface import Surface

#: masks of lips, eyelids, ears, nails in MakeHuman's texture layout, CC0, see assets/README.md
MASKS = Path(__file__).parents[2] / 'assets' / 'open_body_masks.npz'
#: corners and triangles of the layout that these masks belong to
_MASKED_LAYOUT = (7222, 13274)
_SUBPIXEL_BITS = 4


class TextureMaps(NamedTuple):
    """Places under the texels and at the vertices of one body."""
    texels: Points           # (size,size); texels between the charts continue the nearest chart
    vertices: Points         # (V,1)
    painted: np.ndarray      # (size,size) bool: the texel belongs to a chart


def bake(surface: Surface, size: int) -> TextureMaps:
    """Maps of a body with texture coordinates; ``size`` is the side of the texture in texels."""
    at_vertices = vertex_points(surface)
    face, painted = _faces_of_texels(surface, size)
    weights = _barycentric(surface, face, size)
    corners = surface.faces[face]                                           # (size,size,3)

    def spread(values: np.ndarray) -> np.ndarray:
        return np.einsum('hwk,hwk...->hw...', weights, values[corners]).astype(np.float32)
    columns = {name: spread(getattr(at_vertices, name)[:, 0]) for name in ('position', 'normal', 'arm', 'leg', 'openness')}
    columns['normal'] /= np.maximum(np.linalg.norm(columns['normal'], axis=-1, keepdims=True), 1e-6)
    columns['openness'] = np.clip(columns['openness'], 0, 1)
    part = np.take_along_axis(at_vertices.part[:, 0][corners], weights.argmax(-1)[..., None], -1)[..., 0]
    return TextureMaps(Points(part=part, fields=_masks(surface, size), **columns), at_vertices, painted)


def _faces_of_texels(surface: Surface, size: int) -> Tuple[np.ndarray, np.ndarray]:
    """(size,size) triangle under or nearest to each texel, and which texels lie in a triangle."""
    import cv2
    canvas = np.full((size, size), -1, np.int32)
    corners = np.round((surface.uv[surface.uv_faces] * size - .5) * 2 ** _SUBPIXEL_BITS).astype(np.int32)
    for index, triangle in enumerate(corners):
        cv2.fillConvexPoly(canvas, triangle, index, cv2.LINE_8, _SUBPIXEL_BITS)
    painted = canvas >= 0
    _, label = cv2.distanceTransformWithLabels((~painted).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    source = np.zeros(label.max() + 1, np.int32)
    source[label[painted]] = canvas[painted]
    return source[label], painted


def _barycentric(surface: Surface, face: np.ndarray, size: int) -> np.ndarray:
    """(size,size,3) weights of the corners of each texel's triangle; a little beyond the triangle they go on."""
    a, b, c = (surface.uv[surface.uv_faces[face, k]] for k in range(3))
    row, column = np.mgrid[:size, :size]
    p = (np.stack([column, row], -1) + .5) / size
    area = _cross(b - a, c - a)
    area = np.where(abs(area) < 1e-12, 1e-12, area)
    second, third = _cross(p - a, c - a) / area, _cross(b - a, p - a) / area
    weights = np.clip(np.stack([1 - second - third, second, third], -1), -.35, 1.35)
    return (weights / weights.sum(-1, keepdims=True)).astype(np.float32)


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def _masks(surface: Surface, size: int) -> Dict[str, np.ndarray]:
    if (len(surface.uv), len(surface.uv_faces)) != _MASKED_LAYOUT:
        return {}
    import cv2
    with np.load(MASKS, allow_pickle=False) as archive:
        return {name: cv2.resize(archive[name], (size, size), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
                for name in archive.files}
