"""Limbs that end early: which joints vanish, and the paper's collapse of a limb onto a joint."""
import numpy as np
import torch
from torch import Tensor

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.skeleton import NUM_JOINTS
from ajahr_mm.io import UserError

MODES = ('collapse', 'stump')


def _kept_table() -> Tensor:
    """(limb 4, whole segments kept 4, joint 24): 0 where the joint's rotation becomes the zero matrix."""
    table = np.ones((limbs.NUM_LIMBS, 4, NUM_JOINTS), np.float32)
    for limb in range(limbs.NUM_LIMBS):
        for whole in range(4):
            limb_class = int(limbs.extent_to_classes(np.float64(whole)))
            table[limb, whole, limbs.zeroed_joints(limb, limb_class)] = 0
    return torch.from_numpy(table)


_KEPT = _kept_table()


def check_extent(extent: Tensor, batch: int) -> None:
    """Raises UserError unless ``extent`` is (batch,4) with values in [0,3]."""
    if extent.shape != (batch, limbs.NUM_LIMBS):
        raise UserError(f'limb_extent has shape {tuple(extent.shape)} where ({batch}, 4) was expected: one number for each of '
                        f'{", ".join(limbs.LIMBS)}.')
    if not torch.compiler.is_compiling() and not bool(((extent >= 0) & (extent <= limbs.INTACT_EXTENT)).all()):
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
