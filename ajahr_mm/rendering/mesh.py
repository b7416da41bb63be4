"""What does not change from frame to frame: topology, texture coordinates, default colours, ids of faces."""
from dataclasses import dataclass
from typing import Optional, Tuple

import numpy as np

from ajahr_mm.io.errors import UserError


def _faces(name: str, value, size: Optional[int] = None) -> np.ndarray:
    faces = np.asarray(value)
    if faces.ndim != 2 or faces.shape[1] != 3 or not np.issubdtype(faces.dtype, np.integer):
        raise UserError(f'Mesh.{name} must be integers of shape (F, 3), got {faces.dtype} {faces.shape}')
    if len(faces) == 0:
        raise UserError(f'Mesh.{name} is empty')
    if faces.min() < 0:
        raise UserError(f'Mesh.{name} names entry {faces.min()}, but counts from 0')
    if size is not None and faces.max() >= size:
        raise UserError(f'Mesh.{name} names entry {faces.max()} of a table of {size}')
    return np.ascontiguousarray(faces, np.int32)


@dataclass
class Mesh:
    """Topology and surface of F faces over V vertices.

    Args:
        faces: (F,3) int, counter-clockwise seen from outside.
        uv: (T,2) float in 0..1, or None; v = 0 is the top row of the texture.
        uv_faces: (F,3) int into ``uv``; ``faces`` if None. Seams live here, so normals stay smooth across them.
        texture: (h,w,3) uint8 RGB, or None; needs ``uv``.
        vertex_color: (V,3) uint8 or float 0..1, or None. With a texture the two are multiplied.
        face_part: (F,) uint8 body part of each face, for :attr:`Frame.part`.
        face_instance: (F,) int32 person of each face, for :attr:`Frame.instance`.

    Raises UserError if the shapes do not fit.
    """
    faces: np.ndarray
    uv: Optional[np.ndarray] = None
    uv_faces: Optional[np.ndarray] = None
    texture: Optional[np.ndarray] = None
    vertex_color: Optional[np.ndarray] = None
    face_part: Optional[np.ndarray] = None
    face_instance: Optional[np.ndarray] = None

    def __post_init__(self) -> None:
        self.faces = _faces('faces', self.faces)
        if self.uv is not None:
            self.uv = np.ascontiguousarray(self.uv, np.float32)
            if self.uv.ndim != 2 or self.uv.shape[1] != 2:
                raise UserError(f'Mesh.uv must have shape (T, 2), got {self.uv.shape}')
            if not np.isfinite(self.uv).all():
                raise UserError('Mesh.uv holds numbers that are not finite')
            self.uv_faces = _faces('uv_faces', self.faces if self.uv_faces is None else self.uv_faces, len(self.uv))
            if len(self.uv_faces) != len(self.faces):
                raise UserError(f'Mesh.uv_faces has {len(self.uv_faces)} rows, Mesh.faces {len(self.faces)}')
        elif self.texture is not None or self.uv_faces is not None:
            raise UserError('Mesh.texture and Mesh.uv_faces need Mesh.uv')
        for name, dtype in (('face_part', np.uint8), ('face_instance', np.int32)):
            value = getattr(self, name)
            if value is not None:
                value = np.ascontiguousarray(value, dtype)
                if value.shape != (len(self.faces),):
                    raise UserError(f'Mesh.{name} must have shape ({len(self.faces)},), got {value.shape}')
                setattr(self, name, value)

    @property
    def num_faces(self) -> int:
        return len(self.faces)

    @property
    def num_vertices(self) -> int:
        """Vertices that the faces speak of: the least V a render call must bring."""
        return int(self.faces.max()) + 1

    def incidence(self) -> Tuple[np.ndarray, np.ndarray]:
        """Faces around each vertex: ``start`` (V+1,) and ``index`` (3F,), in face order, both int32.

        Normals are gathered over this table, not scattered, so that their sums never depend on thread order.
        """
        corners = self.faces.reshape(-1)
        index = np.argsort(corners, kind='stable') // 3
        start = np.searchsorted(np.sort(corners), np.arange(self.num_vertices + 1))
        return start.astype(np.int32), index.astype(np.int32)

    def repeat(self, people: int) -> 'Mesh':
        """This mesh ``people`` times in one scene; bring their vertices concatenated, (B, people*V, 3).

        ``face_instance`` becomes 0 … people-1. Only a mesh that uses all its V vertices can be repeated this way.
        """
        def tile(value):
            return None if value is None else np.concatenate([value] * people)

        offsets = np.repeat(np.arange(people, dtype=np.int32), self.num_faces)
        return Mesh(tile(self.faces) + offsets[:, None] * self.num_vertices, self.uv, tile(self.uv_faces),
                    self.texture, tile(self.vertex_color), tile(self.face_part), offsets)
