"""Limbs that end early, seen from the skeleton: which joints vanish, which still bend, where lost ones go."""
import numpy as np
import torch
from torch import Tensor

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.skeleton import NUM_JOINTS, PARENTS
from ajahr_mm.io import UserError

MODES = ('collapse', 'stump')
#: Extent beyond a joint over which the joint comes back to life: a rest that is shorter does not bend on its own.
SOFT_JOINT = 0.2

#: Limb joints by rank: shoulders and hips, elbows and knees ...
_LIMB_JOINTS = torch.tensor([joint for rank in zip(*limbs.CHAINS) for joint in rank])
_LIMB_OF = torch.from_numpy(limbs.JOINT_ON_LIMB.argmax(1))                     # (24,); trunk joints: any
_POSITION = torch.from_numpy(np.where(limbs.JOINT_ON_LIMB.max(1) < 0, -np.inf, limbs.JOINT_ON_LIMB.max(1)))
_ROOT_PARENTS = [PARENTS[chain[0]] for chain in limbs.CHAINS]
_LAST = [chain[-1] for chain in limbs.CHAINS]


def _kept_table() -> Tensor:
    """(limb 4, whole segments kept 4, joint 24): 0 where the joint's rotation becomes the zero matrix."""
    table = np.ones((limbs.NUM_LIMBS, 4, NUM_JOINTS), np.float32)
    for limb in range(limbs.NUM_LIMBS):
        for whole in range(4):
            limb_class = int(limbs.extent_to_classes(np.float64(whole)))
            table[limb, whole, limbs.zeroed_joints(limb, limb_class)] = 0
    return torch.from_numpy(table)


_KEPT = _kept_table()


def check_extent(extent: Tensor, batch: int, values: bool = True) -> None:
    """Raises UserError unless ``extent`` is (batch,4) with values in [0,3]; ``values=False`` looks at the shape only."""
    if extent.shape != (batch, limbs.NUM_LIMBS):
        raise UserError(f'limb_extent has shape {tuple(extent.shape)} where ({batch}, 4) was expected: one number for each '
                        f'of {", ".join(limbs.LIMBS)}.')
    if values and not bool(((extent >= 0) & (extent <= limbs.INTACT_EXTENT)).all()):
        raise UserError('limb_extent has values outside of [0, 3]: 3 is an intact limb, 2 ends at wrist or ankle, '
                        '1 at elbow or knee, 0 at shoulder or hip.')


def kept_joints(extent: Tensor) -> Tensor:
    """(B,4) extents -> (B,24), 0 for joints whose rotation the paper sets to the zero matrix (Sec. 3.1), else 1.

    A segment that is only partly there counts as lost.
    """
    whole = extent.detach().floor().clamp(0, 3).long()
    table = _KEPT.to(extent.device)
    return torch.stack([table[limb, whole[:, limb]] for limb in range(limbs.NUM_LIMBS)]).amin(0).to(extent.dtype)


def collapse(rotations: Tensor, kept: Tensor) -> Tensor:
    """Literal zero matrices (paper Eq. 1) on the lost joints: rotations (B,24,3,3), kept (B,24).

    Everything below the topmost zeroed joint then falls onto that joint.
    """
    return torch.where(kept[..., None, None] > 0, rotations, torch.zeros_like(rotations))


def collapsed_extent(extent: Tensor) -> Tensor:
    """What a collapsed limb shows of (B,4) extents: of a partly kept segment no more than its upper joint.

    2.7 reads as the next number above 2: wrist or ankle are there, nothing beyond them is.
    """
    whole = extent.floor()
    return torch.where(extent > whole, torch.nextafter(whole, whole + 1), whole)


def alive(extent: Tensor) -> Tensor:
    """(B,4) extents -> (B,24) how much each joint of a residual limb bends: 0 where it is lost, 1 well inside the limb."""
    position = _POSITION.to(extent)
    return smoothstep((extent[:, _LIMB_OF.to(extent.device)] - position) / SOFT_JOINT)


def stiffen(transforms: Tensor, bending: Tensor) -> Tensor:
    """Skinning transforms (B,24,3,4) in which joints move with their parent as far as they do not bend, (B,24)."""
    index = _LIMB_JOINTS.to(transforms.device)
    above, moved = transforms[:, _ROOT_PARENTS], []
    for rank in index.split(limbs.NUM_LIMBS):  # four limbs at a time, from the trunk outwards
        above = torch.lerp(above, transforms[:, rank], bending[:, rank, None, None])
        moved.append(above)
    return transforms.index_copy(1, index, torch.cat(moved, 1))


def pin(joints: Tensor, transforms: Tensor, ends: Tensor, extent: Tensor) -> Tensor:
    """Posed joints (B,24,3) with the lost ones at the end of what is left of their limb: never where the limb would be.

    ``ends`` (B,4,3) are those ends in the T-pose, ``transforms`` the stiffened ones.
    """
    last = transforms[:, _LAST]  # where any joint is lost the last one is, and then it moves with what is left
    ends = (last[..., :3] * ends[:, :, None]).sum(-1) + last[..., 3]
    return torch.where(limbs.missing_joints(extent)[..., None], ends[:, _LIMB_OF.to(extent.device)], joints)


def smoothstep(x: Tensor) -> Tensor:
    """0 below 0, 1 above 1, and a cubic without a kink between."""
    x = x.clamp(0, 1)
    return x * x * (3 - 2 * x)
