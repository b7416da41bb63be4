"""Which points of a body hide behind its surface."""
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ajahr_mm.rendering.arrays import Array, as_batch, as_tensor
from ajahr_mm.rendering.frame import Frame


def occluded(frame: Frame, points: Array, tol: Any = 0.1) -> Array:
    """Points (B,J,3) in the camera frame -> (B,J) bool: a surface lies more than ``tol`` metres in front.

    ``tol`` is a number or (J,): joints lie inside the body, so it must exceed the flesh over the joint (0.1 m suits
    most, hips and shoulders of heavy people need more). Points outside the picture, behind the camera or over empty
    pixels are not occluded. Returns the kind of ``points``.
    """
    depth = as_tensor('frame.depth', frame.require('depth'), torch.float32)
    cloud = as_batch('points', points, (None, 3), len(depth)).expand(len(depth), -1, 3)
    tolerance = torch.as_tensor(np.asarray(tol, np.float32))
    height, width = frame.camera.size
    u, v, inverse = frame.camera.project(cloud).unbind(-1)
    seen = (inverse > 0) & (u >= 0) & (u < width) & (v >= 0) & (v < height)
    column = torch.where(seen, u, torch.zeros_like(u)).long()
    row = torch.where(seen, v, torch.zeros_like(v)).long()
    surface = depth[torch.arange(len(depth))[:, None], row, column]
    hidden = seen & (surface > 0) & (surface < cloud[..., 2] - tolerance)
    return hidden.to(points.device) if isinstance(points, Tensor) else hidden.numpy()
