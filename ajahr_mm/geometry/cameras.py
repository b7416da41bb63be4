"""Cameras: the weak-perspective crop camera of HMR2/AJAHR and its place in the full image.

Camera space: x right, y down, z forward, metres. The crop camera is a pinhole of focal length 5000 px for a 256 px crop
whose principal point is the crop's centre.
"""
from typing import Tuple

import torch
from torch import Tensor

FOCAL = 5000.0
CROP_SIZE = 256


def weak_to_translation(camera: Tensor, crop_size: float = CROP_SIZE, focal: float = FOCAL) -> Tensor:
    """Weak camera (B,3) = s, tx, ty -> translation (B,3) in metres: (tx, ty, 2 f / (S s))."""
    scale, tx, ty = camera.unbind(-1)
    return torch.stack([tx, ty, 2 * focal / (crop_size * scale + 1e-9)], -1)


def translation_to_weak(translation: Tensor, crop_size: float = CROP_SIZE, focal: float = FOCAL) -> Tensor:
    """Translation (B,3) in metres -> weak camera (B,3): the inverse of :func:`weak_to_translation`."""
    tx, ty, depth = translation.unbind(-1)
    return torch.stack([2 * focal / (crop_size * depth), tx, ty], -1)


def project(points: Tensor, focal, center) -> Tensor:
    """Pinhole projection of points (B,N,3) in camera space -> pixels (B,N,2).

    ``focal`` is a number, (B,) or (B,2); ``center`` the principal point, (2,) or (B,2). Points at or behind the camera
    plane give meaningless pixels, but never NaN.
    """
    focal = torch.as_tensor(focal, dtype=points.dtype, device=points.device)
    center = torch.as_tensor(center, dtype=points.dtype, device=points.device)
    if focal.ndim:
        focal = focal.reshape(len(focal), 1, -1)
    if center.ndim == 2:
        center = center[:, None]
    return points[..., :2] / points[..., 2:].clamp_min(1e-6) * focal + center


def project_to_crop(points: Tensor, camera: Tensor, crop_size: float = CROP_SIZE, focal: float = FOCAL) -> Tensor:
    """Body-centred points (B,N,3) and weak camera (B,3) -> crop pixels (B,N,2)."""
    translation = weak_to_translation(camera, crop_size, focal)
    return project(points + translation[:, None], focal, (crop_size / 2, crop_size / 2))


def crop_to_full(camera: Tensor, center: Tensor, size: Tensor, img_shape: Tuple[int, int],
                 focal: float = FOCAL, crop_size: float = CROP_SIZE) -> Tuple[Tensor, float]:
    """Weak camera (B,3) of the box ``center`` (B,2), ``size`` (B,) px in an image (H,W) -> full camera.

    Returns the translation (B,3) in metres and the focal length in px of a pinhole whose principal point is the
    image's centre: f = 5000/256 * max(H, W), as the releases of HMR2 and AJAHR do.
    """
    height, width = img_shape
    full_focal = focal / crop_size * max(height, width)
    scale, tx, ty = camera.unbind(-1)
    box = size * scale + 1e-9
    return torch.stack([tx + 2 * (center[:, 0] - width / 2) / box,
                        ty + 2 * (center[:, 1] - height / 2) / box,
                        2 * full_focal / box], -1), full_focal
