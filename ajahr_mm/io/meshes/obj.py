"""Wavefront OBJ: the text format that every tool reads."""
from pathlib import Path
from typing import List, NamedTuple, Optional, Tuple, Union

import numpy as np

from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.reading import Mesh, as_mesh, fan, naming, read_bytes
from ajahr_mm.io.meshes.surface import make_surface


def write_obj(path: Union[str, Path], vertices: np.ndarray, faces: np.ndarray, colors: Optional[np.ndarray] = None,
              uv: Optional[np.ndarray] = None, uv_faces: Optional[np.ndarray] = None) -> None:
    """Writes an OBJ with smooth normals; colours follow the coordinates on the ``v`` lines, as MeshLab reads them.

    Args: see :func:`ajahr_mm.io.meshes.surface.make_surface`. Raises UserError for what is no mesh.
    """
    surface = make_surface(vertices, faces, colors, uv, uv_faces)
    columns = surface.vertices
    if colors is not None:
        columns = np.concatenate([columns, np.clip(surface.colors, 0, 1)], axis=1)
    corner = surface.faces + 1
    with atomic_path(path) as temporary, open(temporary, 'w', encoding='ascii') as file:
        file.write('# metres, y up\n')
        np.savetxt(file, columns, fmt='v' + ' %.6f' * columns.shape[1])
        if surface.uv is None:
            rows, row = np.repeat(corner, 2, axis=1), 'f %d//%d %d//%d %d//%d'
        else:
            np.savetxt(file, surface.uv, fmt='vt %.6f %.6f')
            rows = np.stack([corner, surface.uv_faces + 1, corner], 2).reshape(-1, 9)
            row = 'f %d/%d/%d %d/%d/%d %d/%d/%d'
        np.savetxt(file, surface.normals, fmt='vn %.5f %.5f %.5f')
        np.savetxt(file, rows, fmt=row)


class TexturedMesh(NamedTuple):
    """A mesh with its texture coordinates, both None in files that lack some."""
    mesh: Mesh
    uv: Optional[np.ndarray]        # (T,2) float32
    uv_faces: Optional[np.ndarray]  # (F,3) int64


def read_obj(path: Union[str, Path]) -> Mesh:
    """Vertices, triangles and vertex colours of an OBJ; see :func:`read_textured_obj`."""
    return read_textured_obj(path).mesh


def read_textured_obj(path: Union[str, Path]) -> TexturedMesh:
    """The mesh of an OBJ: all its objects and groups together, polygons cut into triangles.

    Materials are left alone, so no other file is opened. Raises UserError: missing, broken, without faces, or indices
    outside of what the file has defined.
    """
    text = read_bytes(path).decode('utf-8', 'replace').replace('\\\n', ' ').replace('\\\r\n', ' ')
    with naming(path, 'OBJ'):
        points, textures, faces = _parse(text)
        if not faces:
            raise UserError('it holds no faces')
        size = max((len(point) for point in points), default=0)
        table = np.full((len(points), max(size, 3)), np.nan)
        for i, point in enumerate(points):
            table[i, :len(point)] = point
        triangles, _ = fan(np.array([len(face) for face in faces]))
        corners = np.array([corner for face in faces for corner in face])[triangles]  # (F,3,2)
        colors = table[:, 3:6] if size >= 6 and np.isfinite(table[:, 3:6]).all() else None
        mesh = as_mesh(table[:, :3], corners[..., 0], colors)
        if not textures or corners[..., 1].min() < 0:
            return TexturedMesh(mesh, None, None)
        return TexturedMesh(mesh, np.array(textures, np.float32), corners[..., 1])


def _parse(text: str) -> Tuple[List[List[float]], List[List[float]], List[List[Tuple[int, int]]]]:
    """Rows of the ``v`` lines, of the ``vt`` lines, and for each ``f`` line its corners (vertex, texture or -1)."""
    points, textures, faces = [], [], []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0] not in ('v', 'vt', 'f'):
            continue
        try:
            if words[0] == 'v':
                if not 4 <= len(words) <= 8:
                    raise ValueError('a vertex has three coordinates')
                # Four numbers are x y z w, of which w is left out; six are x y z r g b.
                points.append([float(word) for word in words[1:4] + (words[4:7] if len(words) >= 7 else [])])
            elif words[0] == 'vt':
                textures.append([float(words[1]), float(words[2]) if len(words) > 2 else 0.])
            else:
                faces.append([_corner(word, len(points), len(textures)) for word in words[1:]])
                if len(words) < 4:
                    raise ValueError(f'a face has {len(words) - 1} corners')
        except (ValueError, IndexError) as error:
            raise UserError(f'line {number}: {error}') from None
    return points, textures, faces


def _corner(word: str, points: int, textures: int) -> Tuple[int, int]:
    """Zero-based (vertex, texture) of a corner such as ``7``, ``7/2``, ``7//5`` or ``-1/-1/-1``."""
    parts = word.split('/')
    texture = _index(parts[1], textures) if len(parts) > 1 and parts[1] else -1
    return _index(parts[0], points), texture


def _index(word: str, count: int) -> int:
    index = int(word)
    found = index - 1 if index > 0 else count + index
    if index == 0 or not 0 <= found < count:
        raise ValueError(f'a face names entry {index} of {count}')
    return found
