"""A mesh with everything that goes into a file beside it: normals, colours, texture coordinates."""
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.cleaning import check_mesh, contract, vertex_normals


@dataclass
class Surface:
    """A cleaned mesh: V vertices, F faces, T texture corners. Made by :func:`make_surface`."""

    vertices: np.ndarray                   # (V,3) float32 m
    normals: np.ndarray                    # (V,3) float32
    faces: np.ndarray                      # (F,3) int64
    source: np.ndarray                     # (V,) the vertex each one was before
    colors: Optional[np.ndarray] = None    # (V,3) float32 sRGB in 0..1
    uv: Optional[np.ndarray] = None        # (T,2) float32, v = 0 is the bottom row of the picture
    uv_faces: Optional[np.ndarray] = None  # (F,3) into uv

    def split_at_seams(self) -> 'Surface':
        """The same surface with one texture corner a vertex (``uv_faces`` is ``faces``), as glTF wants it.

        Vertices on a seam of the texture are doubled; their normals stay equal, so that no seam shows.
        """
        if self.uv is None:
            return self
        pairs = np.stack([self.faces.reshape(-1), self.uv_faces.reshape(-1)], 1)
        (vertex, corner), faces = _unique_rows(pairs)
        faces = faces.reshape(-1, 3)
        return Surface(self.vertices[vertex], self.normals[vertex], faces, self.source[vertex],
                       None if self.colors is None else self.colors[vertex], self.uv[corner], faces)


def make_surface(vertices: np.ndarray, faces: np.ndarray, colors: Optional[np.ndarray] = None,
                 uv: Optional[np.ndarray] = None, uv_faces: Optional[np.ndarray] = None) -> Surface:
    """Checks and cleans a mesh and gives it smooth normals.

    Args:
        vertices: (V,3) m.  faces: (F,3).  colors: (V,3) sRGB in 0..1.
        uv: (T,2) texture coordinates, v = 0 at the bottom as in OBJ files.  uv_faces: (F,3) into uv; None: ``faces``.

    Raises:
        UserError: not a mesh, or the texture coordinates do not fit it.
    """
    vertices, faces, colors = check_mesh(vertices, faces, colors)
    if uv is not None:
        uv, uv_faces = _check_uv(uv, faces if uv_faces is None else uv_faces, len(faces))
    used, clean, kept = contract(vertices, faces)
    vertices = vertices[used]
    surface = Surface(vertices, vertex_normals(vertices, clean), clean, used, None if colors is None else colors[used])
    if uv is not None:
        (corners,), renamed = _unique_rows(uv_faces[kept].reshape(-1, 1))
        surface.uv, surface.uv_faces = uv[corners], renamed.reshape(-1, 3)
    return surface


def _check_uv(uv: np.ndarray, uv_faces: np.ndarray, count: int):
    uv, uv_faces = np.asarray(uv, np.float32), np.asarray(uv_faces)
    if uv.ndim != 2 or uv.shape[1] != 2 or not np.isfinite(uv).all():
        raise UserError(f'texture coordinates must be finite and have shape (T,2), got {uv.shape}')
    if uv_faces.shape != (count, 3) or not np.issubdtype(uv_faces.dtype, np.integer):
        raise UserError(f'uv_faces {uv_faces.shape} do not fit {count} faces: three corners of the texture each')
    if uv_faces.min() < 0 or uv_faces.max() >= len(uv):
        raise UserError(f'the mesh has {len(uv)} texture coordinates, but its uv_faces name others')
    return uv, uv_faces.astype(np.int64)


def _unique_rows(rows: np.ndarray):
    """Columns of the different rows, in the order of their first appearance by value, and for each row its number."""
    different, number = np.unique(rows, axis=0, return_inverse=True)
    return different.T, number.reshape(-1)
