"""Linear blend skinning in plain torch (SMPL, Loper et al. 2015, Eqs. 2-4), for all vertices or a few.

Points are kept one coordinate after the other, (B,3,V), so that every step runs along memory. The blended transform of
each vertex, four times the size of the body, is made for a few bodies at a time and never stored: it does not leave the
cache, and the backward pass makes it again.
"""
from typing import List, Optional, Tuple

import torch
from torch import Tensor

from ajahr_mm.anatomy.skeleton import NUM_JOINTS, PARENTS

#: Bytes of blended transforms at a time: what a core keeps in its cache; what keeps a GPU busy without filling it.
CACHE_BYTES, GPU_BYTES = 2.5e6, 5e8


def _levels() -> Tuple[List[List[int]], List[Optional[List[int]]]]:
    """Joints by depth in the tree, and the places of their parents in the level above; None: that level as it is."""
    depth = [0] * NUM_JOINTS
    for joint, parent in enumerate(PARENTS):
        depth[joint] = depth[parent] + 1 if parent >= 0 else 0
    levels = [[j for j in range(NUM_JOINTS) if depth[j] == d] for d in range(max(depth) + 1)]
    above = [[upper.index(PARENTS[j]) for j in lower] for upper, lower in zip(levels, levels[1:])]
    return levels, [None if places == list(range(len(upper))) else places for places, upper in zip(above, levels)]


_LEVELS, _ABOVE = _levels()
_BY_LEVEL = [j for level in _LEVELS for j in level]
_BACK = [_BY_LEVEL.index(j) for j in range(NUM_JOINTS)]  # from the order of the levels to the order of SMPL
_PARENT_OR_SELF = [0] + list(PARENTS[1:])


def forward_kinematics(rotations: Tensor, joints: Tensor) -> Tuple[Tensor, Tensor]:
    """World rotation and place of every joint; whole levels of the tree at a time.

    Args:
        rotations: (B,24,3,3) relative to the parent. Any matrix, zero too (paper Eq. 1): it is not re-normalised.
        joints: (B,24,3) rest joints, m.

    Returns:
        world (B,24,3,3), posed joints (B,24,3) m.
    """
    bones = torch.cat([joints[:, :1], (joints - joints[:, _PARENT_OR_SELF])[:, 1:]], 1)
    last_row = torch.eye(4, dtype=rotations.dtype, device=rotations.device)[3:].expand(*rotations.shape[:2], 1, 4)
    local = torch.cat([torch.cat([rotations, bones[..., None]], -1), last_row], -2)[:, _BY_LEVEL]  # homogeneous
    own = local.split([len(level) for level in _LEVELS], 1)
    moved = [own[0]]
    for level, above in zip(own[1:], _ABOVE):
        parents = moved[-1] if above is None else moved[-1][:, above]
        moved.append(parents @ level)
    moved = torch.cat(moved, 1)[:, _BACK]
    return moved[..., :3, :3], moved[..., :3, 3]


def skinning_transforms(world: Tensor, posed: Tensor, joints: Tensor) -> Tensor:
    """(B,24,3,4) transforms from rest to posed points, of world rotations, posed and rest joints."""
    return torch.cat([world, (posed - (world * joints[:, :, None]).sum(-1))[..., None]], -1)


def pose_feature(rotations: Tensor, keep: Optional[Tensor] = None) -> Tensor:
    """(B,207) R - I of joints 1..23, the input of the pose blend shapes.

    A zeroed joint gives -I, which no pose blend shape was made for; ``keep`` (B,24), 0 for such joints, silences it.
    """
    eye = torch.eye(3, dtype=rotations.dtype, device=rotations.device)
    feature = rotations[:, 1:] - eye
    if keep is not None:
        feature = feature * keep[:, 1:, None, None]
    return feature.flatten(1)


def blend(base: Tensor, directions: Tensor, coefficients: Tensor) -> Tensor:
    """base (1,3V) + coefficients (B,N) times directions (N,3V) -> (B,3,V); one product for shape and pose."""
    return torch.addmm(base, coefficients, directions).view(len(coefficients), 3, -1)


def skin(points: Tensor, weights: Tensor, transforms: Tensor) -> Tensor:
    """Rest points (B,3,V) moved by the blend, weights (24,V), of the transforms (B,24,3,4) -> (B,V,3).

    Differentiable, also twice, in points and transforms; the weights are constants.
    """
    transforms = transforms.permute(0, 2, 3, 1)  # (B,3,4,24): rows of the product with the weights
    if torch.compiler.is_compiling():
        return _move(_blended(transforms, weights), points)
    if torch.is_grad_enabled() and (points.requires_grad or transforms.requires_grad):
        return _Skin.apply(points, weights, transforms)
    return _skin_in_parts(points, weights, transforms)


def _blended(transforms: Tensor, weights: Tensor) -> Tensor:
    """(b,3,4,24) transforms of joints -> (b,3,4,V) of vertices; also without the column of the shifts."""
    return (transforms.reshape(-1, NUM_JOINTS) @ weights).view(*transforms.shape[:3], -1)


def _move(blended: Tensor, points: Tensor) -> Tensor:
    """Points (b,3,V) by their own transforms (b,3,4,V) -> (b,V,3)."""
    x, y, z = points[:, None].unbind(2)
    moved = torch.addcmul(blended[:, :, 3], blended[:, :, 0], x)
    moved = torch.addcmul(torch.addcmul(moved, blended[:, :, 1], y), blended[:, :, 2], z)
    return moved.transpose(1, 2)


def _skin_in_parts(points: Tensor, weights: Tensor, transforms: Tensor) -> Tensor:
    """Points (B,3,V) moved by the blend of the transforms (B,3,4,24) -> (B,V,3), a few bodies at a time."""
    parts = _parts(points)
    if len(parts) == 1:
        return _move(_blended(transforms, weights), points).contiguous()
    moved = points.new_empty(len(points), points.shape[2], 3)
    for part in parts:
        moved[part] = _move(_blended(transforms[part], weights), points[part])
    return moved


class _Skin(torch.autograd.Function):
    """:func:`skin` with a backward pass that blends the transforms again instead of keeping them."""

    @staticmethod
    def forward(points: Tensor, weights: Tensor, transforms: Tensor) -> Tensor:
        return _skin_in_parts(points, weights, transforms)

    @staticmethod
    def setup_context(ctx, inputs, output) -> None:
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad: Tensor):
        points, weights, transforms = ctx.saved_tensors
        for_points, for_transforms = [], []
        for part in _parts(points):
            g, p = grad[part].transpose(1, 2).contiguous(), points[part]
            if ctx.needs_input_grad[0]:
                turn = _blended(transforms[part][:, :, :3], weights)
                a, b, c = g[:, :, None].unbind(1)
                for_points.append(torch.addcmul(torch.addcmul(turn[:, 0] * a, turn[:, 1], b), turn[:, 2], c))
            if ctx.needs_input_grad[2]:
                outer = g[:, :, None] * torch.cat([p, torch.ones_like(p[:, :1])], 1)[:, None]
                for_transforms.append((outer.flatten(0, 2) @ weights.T).view(len(p), 3, 4, NUM_JOINTS))
        return (torch.cat(for_points) if for_points else None, None,
                torch.cat(for_transforms) if for_transforms else None)


def _parts(points: Tensor) -> List[slice]:
    """The batch in pieces whose blended transforms fit into the cache."""
    budget = CACHE_BYTES if points.device.type == 'cpu' else GPU_BYTES
    size = max(1, round(budget / max(1, 12 * points.shape[2] * points.element_size())))
    return [slice(start, start + size) for start in range(0, len(points), size)]
