"""Linear blend skinning in plain torch (SMPL, Loper et al. 2015, Eqs. 2-4), for all vertices or a few."""
from typing import List, Optional, Tuple

import torch
from torch import Tensor

from ajahr_mm.anatomy.skeleton import NUM_JOINTS, PARENTS


def _levels() -> Tuple[List[List[int]], List[List[int]], List[int]]:
    """Joints by depth in the tree, the place of each one's parent in the level above, and the way back to SMPL order."""
    depth = [0] * NUM_JOINTS
    for joint, parent in enumerate(PARENTS):
        depth[joint] = depth[parent] + 1 if parent >= 0 else 0
    levels = [[j for j in range(NUM_JOINTS) if depth[j] == d] for d in range(max(depth) + 1)]
    above = [[]] + [[levels[d - 1].index(PARENTS[j]) for j in levels[d]] for d in range(1, len(levels))]
    flat = [j for level in levels for j in level]
    return levels, above, [flat.index(j) for j in range(NUM_JOINTS)]


_LEVELS, _ABOVE, _ORDER = _levels()
_PARENT_OR_SELF = [0] + list(PARENTS[1:])


def forward_kinematics(rotations: Tensor, joints: Tensor) -> Tuple[Tensor, Tensor]:
    """World rotation and place of every joint; whole levels of the tree at a time.

    Args:
        rotations: (B,24,3,3) relative to the parent. Any matrix, zero too (paper Eq. 1): it is not re-normalised.
        joints: (B,24,3) rest joints, m.

    Returns:
        world (B,24,3,3), posed joints (B,24,3) m.
    """
    bones = (joints - joints[:, _PARENT_OR_SELF])[..., None]
    world, posed = [rotations[:, :1]], [joints[:, :1, :, None]]
    for level, above in zip(_LEVELS[1:], _ABOVE[1:]):
        parent = world[-1][:, above]
        posed.append(posed[-1][:, above] + parent @ bones[:, level])
        world.append(parent @ rotations[:, level])
    return torch.cat(world, 1)[:, _ORDER], torch.cat(posed, 1)[:, _ORDER, :, 0]


def skinning_transforms(world: Tensor, posed: Tensor, joints: Tensor) -> Tensor:
    """(B,24,3,4) transforms from rest to posed points, of world rotations, posed and rest joints."""
    return torch.cat([world, (posed - (world @ joints[..., None])[..., 0])[..., None]], -1)


def skin(points: Tensor, weights: Tensor, transforms: Tensor) -> Tensor:
    """Rest points (B,V,3) moved by the blend (V,24) of the transforms (B,24,3,4) -> (B,V,3)."""
    batch = transforms.shape[0]
    blend = torch.matmul(weights, transforms.reshape(batch, NUM_JOINTS, 12)).view(batch, -1, 3, 4)
    return (blend[..., :3] @ points[..., None])[..., 0] + blend[..., 3]


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
    """base (V,3) or (B,V,3) + coefficients (B,N) times directions (N,3V) -> (B,V,3)."""
    offsets = coefficients @ directions
    return base + offsets.view(len(coefficients), -1, 3)
