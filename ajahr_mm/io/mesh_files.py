"""Triangle meshes to and from files: GLB for viewers, OBJ and PLY for tools.

Meshes are in metres, y up, faces counter-clockwise seen from outside. Files are written atomically, and a limb that was
collapsed into a point is contracted first, so that none carries degenerate faces. Meshes that move with their joints:
:mod:`ajahr_mm.io.meshes.rigged_glb`; bodies: :mod:`ajahr_mm.body_models.export`.
"""
from pathlib import Path
from typing import Any, Callable, Dict, Optional, Union

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.glb import write_glb
from ajahr_mm.io.meshes.glb_reader import read_glb
from ajahr_mm.io.meshes.reading import Mesh
from ajahr_mm.io.meshes.obj import read_obj, write_obj
from ajahr_mm.io.meshes.ply import read_ply, write_ply

__all__ = ['Mesh', 'camera_to_y_up', 'check_suffix', 'read_mesh', 'write_glb', 'write_mesh', 'write_obj', 'write_ply']

WRITERS: Dict[str, Callable[..., None]] = {'.glb': write_glb, '.obj': write_obj, '.ply': write_ply}
READERS: Dict[str, Callable[..., Mesh]] = {'.glb': read_glb, '.obj': read_obj, '.ply': read_ply}


def camera_to_y_up(points: np.ndarray) -> np.ndarray:
    """Camera axes (x right, y down, z forward) -> viewer axes (x right, y up, z backward). ``(…,3)`` in and out.

    A half turn about x: handedness and the orientation of faces are kept.
    """
    return np.asarray(points) * np.array([1, -1, -1], np.float32)


def check_suffix(path: Union[str, Path], verb: str = 'write a mesh to') -> str:
    """The lower-case suffix of a mesh file. Raises UserError unless it is one of ``WRITERS``."""
    suffix = Path(path).suffix.lower()
    if suffix not in WRITERS:
        raise UserError(f'cannot {verb} {path}: choose a name that ends in {", ".join(WRITERS)}')
    return suffix


def write_mesh(path: Union[str, Path], vertices: np.ndarray, faces: np.ndarray, colors: Optional[np.ndarray] = None,
               uv: Optional[np.ndarray] = None, uv_faces: Optional[np.ndarray] = None) -> None:
    """Writes GLB, OBJ or PLY, as the suffix says; folders are made as needed.

    Args:
        vertices: (V,3) m.  faces: (F,3).  colors: (V,3) sRGB in 0..1.
        uv: (T,2) texture coordinates, v = 0 at the bottom; GLB and OBJ only.  uv_faces: (F,3) into uv; None: ``faces``.

    Raises:
        UserError: another suffix, not a mesh, or a place that cannot be written.
    """
    suffix = check_suffix(path)
    texture: Dict[str, Any] = {} if uv is None else dict(uv=uv, uv_faces=uv_faces)
    if texture and suffix == '.ply':
        raise UserError(f'{path}: PLY files here hold no texture coordinates; choose .glb or .obj')
    try:
        WRITERS[suffix](path, vertices, faces, colors, **texture)
    except OSError as error:
        raise UserError(f'{path} cannot be written ({error.strerror or error}); choose another place') from None


def read_mesh(path: Union[str, Path]) -> Mesh:
    """Vertices, triangles and vertex colours (or None) of a GLB, OBJ or PLY file, as the suffix says.

    Polygons are cut into triangles; a rigged GLB comes in the pose it is stored in. Nothing but the file itself is opened.

    Raises:
        UserError: another suffix, missing, broken or without triangles.
    """
    return READERS[check_suffix(path, 'read a mesh from')](path)
