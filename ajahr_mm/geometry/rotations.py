"""Rotations: axis-angle, matrices, and the continuous 6D of Zhou et al. (CVPR 2019) in its three layouts.

A 6D vector always says its layout, because the public releases differ:
``row`` the first two rows of the matrix (PyTorch3D, the tokenizers), ``column`` the first two columns one after the
other (HMR2), ``interleaved`` the 3x2 matrix of the first two columns read row by row (SPIN's mean parameters).
"""
import torch
from torch import Tensor
from torch.nn.functional import normalize

LAYOUTS = ('row', 'column', 'interleaved')


def axis_angle_to_matrix(axis_angle: Tensor) -> Tensor:
    """Axis-angle (…,3) in radians -> matrices (…,3,3), differentiable at zero (Rodrigues' formula)."""
    squared = (axis_angle ** 2).sum(-1, keepdim=True)[..., None]
    tiny = squared < 1e-8
    safe = torch.where(tiny, torch.ones_like(squared), squared)
    angle = safe.sqrt()
    # Near zero the series keeps value and gradient; `safe` keeps the unused branch free of NaN gradients.
    a = torch.where(tiny, 1 - squared / 6, angle.sin() / angle)
    b = torch.where(tiny, 0.5 - squared / 24, (1 - angle.cos()) / safe)
    x, y, z = axis_angle.unbind(-1)
    zero = torch.zeros_like(x)
    skew = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).unflatten(-1, (3, 3))
    eye = torch.eye(3, dtype=axis_angle.dtype, device=axis_angle.device)
    return eye + a * skew + b * (skew @ skew)


def matrix_to_axis_angle(matrix: Tensor) -> Tensor:
    """Rotation matrices (…,3,3) -> axis-angle (…,3) in radians, angle in [0, pi], exact near 0 and near pi.

    Goes through the quaternion whose largest component is divided by, so no case loses precision.
    """
    m = matrix
    m00, m11, m22 = m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]
    squares = torch.stack([1 + m00 + m11 + m22, 1 + m00 - m11 - m22, 1 - m00 + m11 - m22, 1 - m00 - m11 + m22], -1)
    yz, zx, xy = m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]
    pyz, pzx, pxy = m[..., 2, 1] + m[..., 1, 2], m[..., 0, 2] + m[..., 2, 0], m[..., 1, 0] + m[..., 0, 1]
    candidates = torch.stack([
        torch.stack([squares[..., 0], yz, zx, xy], -1), torch.stack([yz, squares[..., 1], pxy, pzx], -1),
        torch.stack([zx, pxy, squares[..., 2], pyz], -1), torch.stack([xy, pzx, pyz, squares[..., 3]], -1)], -2)
    best = squares.argmax(-1)[..., None, None].expand(*squares.shape[:-1], 1, 4)
    quaternion = normalize(candidates.gather(-2, best).squeeze(-2), dim=-1)
    quaternion = torch.where(quaternion[..., :1] < 0, -quaternion, quaternion)
    real, imaginary = quaternion[..., :1], quaternion[..., 1:]
    sine = imaginary.norm(dim=-1, keepdim=True)
    angle = 2 * torch.atan2(sine, real)
    scale = torch.where(sine < 1e-7, torch.full_like(sine, 2.0), angle / sine.clamp_min(1e-7))
    return imaginary * scale


def sixd_to_matrix(sixd: Tensor, layout: str = 'row') -> Tensor:
    """6D (…,6) -> matrices (…,3,3) by Gram-Schmidt; see the module for the layouts."""
    if layout == 'interleaved':
        first, second = sixd.unflatten(-1, (3, 2)).unbind(-1)
    elif layout in LAYOUTS:
        first, second = sixd.unflatten(-1, (2, 3)).unbind(-2)
    else:
        raise ValueError(f'6D layout {layout!r} is not one of {LAYOUTS}')
    b1 = normalize(first, dim=-1)
    b2 = normalize(second - (b1 * second).sum(-1, keepdim=True) * b1, dim=-1)
    b3 = torch.cross(b1, b2, dim=-1)
    return torch.stack([b1, b2, b3], -2 if layout == 'row' else -1)


def matrix_to_sixd(matrix: Tensor, layout: str = 'row') -> Tensor:
    """Matrices (…,3,3) -> 6D (…,6); see the module for the layouts."""
    if layout == 'row':
        return matrix[..., :2, :].flatten(-2)
    if layout == 'column':
        return matrix[..., :, :2].transpose(-1, -2).flatten(-2)
    if layout == 'interleaved':
        return matrix[..., :, :2].flatten(-2)
    raise ValueError(f'6D layout {layout!r} is not one of {LAYOUTS}')


def mean_rotation(matrices: Tensor) -> Tensor:
    """Chordal mean of rotations (N,…,3,3) -> (…,3,3): the rotation nearest to the arithmetic mean."""
    u, _, vh = torch.linalg.svd(matrices.double().mean(0))
    sign = torch.ones(u.shape[:-1], dtype=u.dtype, device=u.device)
    sign[..., 2] = torch.linalg.det(u @ vh)
    return (u @ (sign[..., None] * vh)).to(matrices.dtype)


def flip_rotation(matrix: Tensor) -> Tensor:
    """Rotations (…,3,3) seen in a mirror across the plane x = 0. Left and right joints must be swapped beside it."""
    mirror = torch.tensor([-1.0, 1.0, 1.0], dtype=matrix.dtype, device=matrix.device)
    return mirror[:, None] * matrix * mirror
