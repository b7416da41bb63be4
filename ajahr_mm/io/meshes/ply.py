"""Stanford PLY: the format of scanners and of 3D printing."""
from pathlib import Path
from typing import Optional, Union

import numpy as np

from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.reading import Mesh, as_mesh, fan, naming, read_bytes
from ajahr_mm.io.meshes.ply_tables import Column, read_tables
from ajahr_mm.io.meshes.surface import make_surface


def write_ply(path: Union[str, Path], vertices: np.ndarray, faces: np.ndarray,
              colors: Optional[np.ndarray] = None) -> None:
    """Writes a binary little-endian PLY with smooth normals and 8-bit sRGB colours. Raises UserError for what is no mesh."""
    surface = make_surface(vertices, faces, colors)
    fields = [('x', '<f4'), ('y', '<f4'), ('z', '<f4'), ('nx', '<f4'), ('ny', '<f4'), ('nz', '<f4')]
    values = [*surface.vertices.T, *surface.normals.T]
    if colors is not None:
        fields += [('red', 'u1'), ('green', 'u1'), ('blue', 'u1')]
        values += list(np.round(255 * np.clip(surface.colors, 0, 1)).astype(np.uint8).T)
    points = np.empty(len(surface.vertices), fields)
    for (field, _), column in zip(fields, values):
        points[field] = column
    triangles = np.empty(len(surface.faces), [('count', 'u1'), ('index', '<i4', 3)])
    triangles['count'], triangles['index'] = 3, surface.faces
    names = {'<f4': 'float', 'u1': 'uchar'}
    header = ['ply', 'format binary_little_endian 1.0', 'comment metres, y up', f'element vertex {len(points)}',
              *(f'property {names[kind]} {field}' for field, kind in fields),
              f'element face {len(triangles)}', 'property list uchar int vertex_indices', 'end_header', '']
    with atomic_path(path) as temporary:
        temporary.write_bytes('\n'.join(header).encode('ascii') + points.tobytes() + triangles.tobytes())


def read_ply(path: Union[str, Path]) -> Mesh:
    """The mesh of a PLY, text or binary of either byte order; polygons are cut into triangles.

    Raises UserError: missing, broken, a cloud of points without faces.
    """
    data = read_bytes(path)
    with naming(path, 'PLY'):
        tables = read_tables(data)
        if 'vertex' not in tables or 'face' not in tables:
            raise UserError('it lacks a table of vertices or of faces')
        vertex, face = tables['vertex'], tables['face']
        points = np.stack([vertex[axis].values.astype(np.float64) for axis in 'xyz'], 1)
        corners = next((face[name] for name in ('vertex_indices', 'vertex_index') if name in face), None)
        if corners is None or corners.sizes is None:
            raise UserError('its faces have no list of vertices')
        if not len(corners.sizes):
            raise UserError('it holds no faces')
        triangles, _ = fan(corners.sizes)
        channels = [vertex.get(name) for name in ('red', 'green', 'blue')]
        colors = None if None in channels else np.stack([_unit(channel) for channel in channels], 1)
        return as_mesh(points, corners.values.astype(np.int64)[triangles], colors)


def _unit(channel: Column) -> np.ndarray:
    """A colour channel in 0..1: whole numbers count up to the largest of their type."""
    values = channel.values
    return values / np.iinfo(values.dtype).max if values.dtype.kind in 'iu' else values
