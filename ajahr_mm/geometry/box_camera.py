"""The camera of the photograph a crop was cut from (CLIFF, Li et al., ECCV 2022).

The crop camera of HMR2 looks straight at the box; the real one looks at the middle of the photograph. CLIFF tells the
network where the box lies and projects through the real camera. Camera space: x right, y down, z forward, metres.
"""
from dataclasses import dataclass
from typing import Sequence, Tuple

import numpy as np
import torch
from torch import Tensor

from ajahr_mm.geometry.boxes import apply_affine


@dataclass
class BoxCamera:
    """Square boxes in the frame of their cameras; for a turned crop the camera is turned with it.

    Args:
        focal: (B,) px of the full image.
        offset: (B,2) px from the principal point, the middle of the image, to the box centre.
        size: (B,) px, side of the box.
    """

    focal: Tensor
    offset: Tensor
    size: Tensor

    @classmethod
    def of_crop(cls, img_shape: Tuple[int, int], size: float, affine: np.ndarray, crop_size: float,
                focal: float = None) -> 'BoxCamera':
        """One box of an image (H,W), with the map ``affine`` (2,3) from image to crop px; the batch axis has length 1.

        Without a focal length it is estimated as the diagonal of the image: a field of view of about 55 degrees.
        """
        height, width = img_shape
        middle = apply_affine(np.array([width / 2, height / 2]), np.asarray(affine, np.float64))
        offset = (crop_size / 2 - middle) * (size / crop_size)
        focal = float(np.hypot(height, width)) if focal is None else float(focal)
        return cls(*(torch.tensor(np.array([value]), dtype=torch.float32) for value in (focal, offset, size)))

    @staticmethod
    def stack(cameras: Sequence['BoxCamera']) -> 'BoxCamera':
        """One batch of several."""
        return BoxCamera(*(torch.cat([getattr(camera, name) for camera in cameras]) for name in ('focal', 'offset', 'size')))

    def to(self, device: torch.device) -> 'BoxCamera':
        """The same on ``device``."""
        return BoxCamera(self.focal.to(device), self.offset.to(device), self.size.to(device))

    def information(self) -> Tensor:
        """(B,3) what the network is told: offset and side of the box divided by the focal length."""
        return torch.cat([self.offset, self.size[:, None]], 1) / self.focal[:, None]

    def translation(self, camera: Tensor) -> Tensor:
        """Weak camera (B,3) = s, tx, ty of the box -> place (B,3) of the body in the full image's camera, m."""
        scale, shift = camera[:, :1], camera[:, 1:]
        side = scale * self.size[:, None]
        return torch.cat([shift + 2 * self.offset / side, 2 * self.focal[:, None] / side], 1)

    def project_to_crop(self, points: Tensor, camera: Tensor, crop_size: float) -> Tensor:
        """Points (B,N,3) about the body's origin, weak camera (B,3) -> crop px (B,N,2), seen by the full image's camera."""
        placed = points + self.translation(camera)[:, None]
        # A point on or behind the camera plane gives a meaningless pixel, but no NaN.
        pixels = placed[..., :2] / placed[..., 2:].clamp_min(1e-6) * self.focal[:, None, None]
        return (pixels - self.offset[:, None]) * (crop_size / self.size[:, None, None]) + crop_size / 2
