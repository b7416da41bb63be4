"""What a render call hands back."""
from dataclasses import dataclass, fields, replace
from typing import Optional

import numpy as np
import torch
from torch import Tensor

from ajahr_mm.io.errors import UserError
from ajahr_mm.rendering.arrays import Array
from ajahr_mm.rendering.camera import Camera
from ajahr_mm.rendering.mesh import Mesh


@dataclass
class Frame:
    """Buffers of B pictures, numpy arrays or torch tensors as the vertices were; None for what was not wanted.

    Attributes:
        rgb: (B,H,W,3) uint8, straight (not multiplied by alpha), black where alpha is 0.
        alpha: (B,H,W) uint8 coverage; 255 inside, in between on silhouettes.
        depth: (B,H,W) float32 z in metres at pixel centres, 0 = empty.
        face: (B,H,W) int32 front face at pixel centres, -1 = empty.
        normal: (B,H,W,3) float32 unit smooth normal in the camera frame at pixel centres, 0 = empty.
        camera, mesh: what the frame was made with.
    """
    camera: Camera
    mesh: Mesh
    rgb: Optional[Array] = None
    alpha: Optional[Array] = None
    depth: Optional[Array] = None
    face: Optional[Array] = None
    normal: Optional[Array] = None

    def require(self, name: str) -> Array:
        """The buffer ``name``; raises UserError if the frame was rendered without it."""
        value = getattr(self, name)
        if value is None:
            raise UserError(f'the frame has no {name} buffer: render it with want including {name!r}')
        return value

    @property
    def mask(self) -> Array:
        """(B,H,W) bool: the pixel centre is covered."""
        return self.require('face') >= 0

    @property
    def part(self) -> Array:
        """(B,H,W) int16 body part of the front face (``Mesh.face_part``), -1 = empty."""
        return self._lookup('face_part', np.int16)

    @property
    def instance(self) -> Array:
        """(B,H,W) int32 person of the front face (``Mesh.face_instance``), -1 = empty."""
        return self._lookup('face_instance', np.int32)

    def _lookup(self, name: str, dtype: type) -> Array:
        table = getattr(self.mesh, name)
        if table is None:
            raise UserError(f'the mesh has no {name}: give Mesh({name}=...) one number a face')
        face = self.require('face')
        table = np.append(table.astype(dtype), dtype(-1))  # index -1 finds the last entry
        return torch.from_numpy(table).to(face.device)[face.long()] if isinstance(face, Tensor) else table[face]

    def numpy(self) -> 'Frame':
        """The same frame with numpy buffers on the CPU."""
        return replace(self, **{field.name: value.cpu().numpy() for field in fields(self)
                                if isinstance(value := getattr(self, field.name), Tensor)})
