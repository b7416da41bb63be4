"""Meshes made fit for files: limbs collapsed into a point contracted, degenerate faces dropped, smooth normals."""
from typing import NamedTuple, Optional, Tuple

import numpy as np

from ajahr_mm.io.errors import UserError

#: Edges shorter than this are contracted (metres). Float32 leaves about 1e-7 m between the vertices of a collapsed limb.
CONTRACT_BELOW = 1e-5


class Contraction(NamedTuple):
    """What is left of V vertices and F faces."""
    vertices: np.ndarray  # (v,) kept vertices, as indices of the old ones
    faces: np.ndarray     # (f,3) into the kept vertices
    kept: np.ndarray      # (f,) the faces they were


def check_mesh(vertices: np.ndarray, faces: np.ndarray,
               colors: Optional[np.ndarray] = None) -> Tuple[np.ndarray, np.ndarray, Optional[np.ndarray]]:
    """The same three as float32, int64 and float32 arrays.

    Raises UserError for what is no mesh: shapes, non-finite numbers, indices out of range, no face.
    """
    try:
        vertices, faces = np.asarray(vertices, np.float32), np.asarray(faces)
    except (TypeError, ValueError):
        raise UserError('a mesh needs vertices (V,3) and faces (F,3) of numbers') from None
    if vertices.ndim != 2 or vertices.shape[1] != 3 or faces.ndim != 2 or faces.shape[1] != 3:
        raise UserError(f'a mesh needs vertices (V,3) and faces (F,3), got {vertices.shape} and {faces.shape}')
    if not np.issubdtype(faces.dtype, np.integer):
        raise UserError(f'faces must be integers, got {faces.dtype}')
    if not np.isfinite(vertices).all():
        raise UserError('the mesh has vertices that are not finite')
    if not len(faces):
        raise UserError('the mesh has no face')
    if faces.min() < 0 or faces.max() >= len(vertices):
        raise UserError(f'the mesh has {len(vertices)} vertices, but its faces name others')
    if colors is not None:
        if np.shape(colors) != vertices.shape:
            raise UserError(f'colors {np.shape(colors)} do not fit {len(vertices)} vertices: one (r, g, b) each')
        colors = np.asarray(colors, np.float32)
        if not np.isfinite(colors).all():
            raise UserError('the mesh has colors that are not finite')
    return vertices, faces.astype(np.int64), colors


def contract(vertices: np.ndarray, faces: np.ndarray) -> Contraction:
    """Contracts vanishing edges, drops faces without area, folded faces and vertices without a face.

    A checked mesh in; a closed mesh stays closed. Raises UserError when nothing is left.
    """
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    length = np.linalg.norm(vertices[edges[:, 0]] - vertices[edges[:, 1]], axis=1)
    faces = _merge(edges[length < CONTRACT_BELOW], len(vertices))[faces]
    corners = vertices[faces].astype(np.float64)
    doubled_area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    kept = np.flatnonzero(doubled_area > 0)
    kept = kept[_unfolded(faces[kept])]
    if not len(kept):
        raise UserError('the mesh has no face with an area')
    used, renamed = np.unique(faces[kept], return_inverse=True)
    return Contraction(used, renamed.reshape(-1, 3), kept)  # numpy 1.x flattens the inverse, numpy 2.x does not


def clean_mesh(vertices: np.ndarray, faces: np.ndarray,
               colors: Optional[np.ndarray] = None) -> Tuple[np.ndarray, np.ndarray, Optional[np.ndarray]]:
    """:func:`check_mesh`, then :func:`contract`: vertices (V,3), faces (F,3), colors (V,3) or None -> smaller or equal."""
    vertices, faces, colors = check_mesh(vertices, faces, colors)
    used, faces, _ = contract(vertices, faces)
    return vertices[used], faces, None if colors is None else colors[used]


def _merge(pairs: np.ndarray, count: int) -> np.ndarray:
    """Smallest vertex index of each group of vertices that ``pairs`` (P,2) connect: (count,)."""
    label = np.arange(count)
    while True:
        before = label.copy()
        smallest = np.minimum(label[pairs[:, 0]], label[pairs[:, 1]])
        np.minimum.at(label, pairs[:, 0], smallest)
        np.minimum.at(label, pairs[:, 1], smallest)
        label = label[label]
        if np.array_equal(label, before):
            return label


def _unfolded(faces: np.ndarray) -> np.ndarray:
    """(F,) bool, False for pairs of faces back to back on the same three vertices, as a contracted tube leaves them."""
    # Of the six orders of three vertices the even ones look one way, the odd ones the other.
    way = np.sign((faces - np.roll(faces, 1, axis=1)).prod(1))
    _, group = np.unique(np.sort(faces, axis=1), axis=0, return_inverse=True)
    group = group.reshape(-1)
    return np.bincount(group, weights=way, minlength=len(faces))[group] != 0


def vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Smooth unit normals (V,3) float32: face normals weighted by area. A vertex without a direction gets +y."""
    corners = vertices[faces].astype(np.float64)
    face_normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros((len(vertices), 3))
    for corner in range(3):
        np.add.at(normals, faces[:, corner], face_normals)
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    normals = np.where(length > 1e-20, normals / np.maximum(length, 1e-20), [0.0, 1.0, 0.0])
    return normals.astype(np.float32)
