"""Pinhole cameras in pixels, and the weak-perspective crop camera turned into one."""
import operator
from dataclasses import dataclass
from typing import Any, Optional, Tuple, Union

import numpy as np
import torch
from torch import Tensor

from ajahr_mm.geometry.cameras import weak_to_translation
from ajahr_mm.io.errors import UserError
from ajahr_mm.rendering.arrays import Array, as_batch, as_tensor


@dataclass
class Camera:
    """Pinholes that look along +z from the origin; vertices come in their frame (x right, y down, z forward, metres).

    Args:
        K: (4,) or (B,4) = fx, fy, cx, cy in px; the centre of the first pixel is at (0.5, 0.5), see :meth:`from_opencv`.
        size: (H, W) of the picture in px.

    Raises UserError for focal lengths that are not positive or an empty picture.
    """
    K: Any
    size: Tuple[int, int]

    def __post_init__(self) -> None:
        device = self.K.device if isinstance(self.K, Tensor) else 'cpu'
        self.K = as_batch('Camera.K', self.K, (4,), None, device=device)
        try:
            height, width = (operator.index(side) for side in self.size)
        except (TypeError, ValueError):
            raise UserError(f'Camera.size must be two whole numbers (H, W), got {self.size!r}') from None
        self.size = (height, width)
        if min(self.size) < 1:
            raise UserError(f'Camera.size must be (H, W) of at least one pixel, got {self.size}')
        if not bool((torch.isfinite(self.K).all(-1) & (self.K[:, :2] > 0).all(-1)).all()):
            raise UserError('Camera.K must be finite with positive focal lengths (fx, fy, cx, cy in px)')

    @classmethod
    def from_opencv(cls, K: Any, size: Tuple[int, int]) -> 'Camera':
        """``K`` as OpenCV, HMR2 and this package's boxes, crops and keypoints count: pixel centres are whole numbers.

        Use it to draw over photographs; what it draws at u, v (``project`` says u + 0.5, v + 0.5) lies on pixel u, v.
        """
        K = as_batch('Camera.K', K, (4,), None, device=K.device if isinstance(K, Tensor) else 'cpu')
        return cls(K + K.new_tensor([0, 0, 0.5, 0.5]), size)

    @classmethod
    def pinhole(cls, focal: Any, size: Tuple[int, int], center: Optional[Any] = None) -> 'Camera':
        """Square pixels: ``focal`` px (number or (B,)), principal point ``center`` (2,) or (B,2), else the middle."""
        focal = as_tensor('focal', focal, torch.float32).reshape(-1)
        if center is None:
            center = (size[1] / 2, size[0] / 2)
        center = as_batch('center', center, (2,), None)
        if len(focal) != len(center):
            batch = max(len(focal), len(center))
            focal, center = focal.expand(batch), center.expand(batch, 2)
        return cls(torch.cat([focal[:, None], focal[:, None], center], -1), size)

    @classmethod
    def from_weak(cls, camera: Array, focal: float, size: Union[int, Tuple[int, int]]) -> Tuple['Camera', Tensor]:
        """Weak camera (B,3) = s, tx, ty of a square crop -> (Camera, translation (B,3) in metres).

        Add the translation to the body's vertices before rendering: they land on the pixels where
        ``geometry.project_to_crop`` puts them, counted as in :meth:`from_opencv`. UserError if the crop is not square.
        """
        height, width = (size, size) if np.ndim(size) == 0 else size
        if height != width:
            raise UserError(f'a weak camera belongs to a square crop, got {height} x {width} px')
        weak = as_batch('weak camera', camera, (3,), None,
                        device=camera.device if isinstance(camera, Tensor) else 'cpu')
        camera = cls.from_opencv([focal, focal, width / 2, height / 2], (height, width))
        return camera, weak_to_translation(weak, width, focal)

    def project(self, points: Tensor) -> Tensor:
        """Points (B,N,3) in metres -> (B,N,3) = u, v in px and 1/z; 1/z is 0 for points at or behind the camera."""
        fx, fy, cx, cy = self.K.to(points)[..., None].unbind(1)
        x, y, z = points.unbind(-1)
        inverse = torch.where(z > 0, 1 / z, torch.zeros_like(z))
        return torch.stack([x * inverse * fx + cx, y * inverse * fy + cy, inverse], -1)
