"""Residual limbs: a limb that ends anywhere, closed by a rounded cap, with the same vertices and faces.

In the T-pose the skin from a little before the cut to a little beyond it is rolled onto half an ellipsoid; what lies
further out meets in its pole. The cap starts with the slope of the limb, so no crease shows, and rolls the skin up at
its own length, so triangles keep their size. Everything is differentiable in the extent, the shape and the pose.
"""
import math
from typing import Optional

import torch
from torch import Tensor, nn

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.skeleton import NUM_JOINTS, PARENTS
from ajahr_mm.body_models.limb_field import STATIONS, LimbField


class Stump(nn.Module):
    """Shortens limbs of T-posed bodies and keeps their skinning in one piece.

    Args:
        field: limb geometry of the body.
        rounding: depth of the cap over the radius of the limb; 1 is half a ball.
        root_rounding: the same for an end at shoulder or hip, which is flatter.
        whole_end: from this extent on the rest of hand or foot shrinks instead of being cut, until 3 is the intact limb.
        soft_joint: extent beyond a joint over which the joint comes back to life.
    """

    def __init__(self, field: LimbField, rounding: float = 1., root_rounding: float = 0.7, whole_end: float = 2.4,
                 soft_joint: float = 0.2) -> None:
        super().__init__()
        self.rounding, self.root_rounding, self.whole_end, self.soft_joint = rounding, root_rounding, whole_end, soft_joint
        for name, value in (('stations', field.stations), ('directions', field.directions), ('radius', field.radius),
                            ('grid', STATIONS)):
            self.register_buffer(name, torch.as_tensor(value).float(), persistent=False)
        position = torch.full((NUM_JOINTS,), -math.inf)
        limb_of = torch.zeros(NUM_JOINTS, dtype=torch.long)
        for limb, chain in enumerate(limbs.CHAINS):
            position[list(chain)] = torch.tensor(limbs.JOINT_POSITION)
            limb_of[list(chain)] = limb
        self.register_buffer('joint_position', position, persistent=False)
        self.register_buffer('joint_limb', limb_of, persistent=False)

    def alive(self, extent: Tensor) -> Tensor:
        """(B,4) extents -> (B,24) how much each joint still bends: 0 where it is lost, 1 well inside the limb."""
        return _smoothstep((extent[:, self.joint_limb] - self.joint_position) / self.soft_joint)

    def stiffen(self, transforms: Tensor, extent: Tensor) -> Tensor:
        """Skinning transforms (B,24,3,4) in which lost joints move rigidly with what is left of their limb."""
        alive, moved = self.alive(extent)[..., None, None], list(transforms.unbind(1))
        for chain in limbs.CHAINS:
            for joint in chain:
                moved[joint] = alive[:, joint] * moved[joint] + (1 - alive[:, joint]) * moved[PARENTS[joint]]
        return torch.stack(moved, 1)

    def drop(self, joints: Tensor, transforms: Tensor, rest: Tensor, extent: Tensor) -> Tensor:
        """Posed joints (B,24,3) with the lost ones at the end of what is left, given stiffened transforms and rest joints."""
        ends = _along(self.stations @ rest[:, None], self.grid, extent)[:, self.joint_limb]  # (B,24,3)
        ends = (transforms[..., :3] @ ends[..., None])[..., 0] + transforms[..., 3]
        return torch.where(self.lost(extent)[..., None], ends, joints)

    def lost(self, extent: Tensor) -> Tensor:
        """(B,24) bool, joints that are not there: :func:`ajahr_mm.anatomy.limbs.missing_joints` without leaving torch."""
        own = extent[:, self.joint_limb]
        return (own <= self.joint_position) & (own < limbs.INTACT_EXTENT)

    def shorten(self, points: Tensor, placement: Tensor, limb: Tensor, joints: Tensor, extent: Tensor) -> Tensor:
        """T-posed points with limbs cut and capped.

        Args:
            points: (B,V,3) m; placement (V,28), limb (V,): where they sit, see :func:`limb_field.placement`.
            joints: (B,24,3) m rest joints; extent: (B,4).

        Returns:
            (B,V,3) m; points before the caps and those of intact limbs are untouched.
        """
        cut = extent.clamp(max=self.whole_end)
        axis = self.stations @ joints[:, None]                                        # (B,4,T,3)
        length = nn.functional.pad(axis.diff(dim=2).norm(dim=-1).cumsum(-1), (1, 0))  # (B,4,T) m along the axis
        depth = self._depth(cut)                                                      # (B,4) m
        start = _along(length[..., None], self.grid, cut)[..., 0] - depth             # (B,4) m where the cap begins
        base = _along(axis, length, start)
        ahead = nn.functional.normalize(_along(self.directions.expand_as(axis), length, start), dim=-1)
        lost = 1 - _smoothstep((extent - self.whole_end) / (limbs.INTACT_EXTENT - self.whole_end))

        own = placement @ torch.cat([axis, length[..., None]], -1).flatten(1, 2)      # (B,V,4) axis point and length
        of_limb = torch.cat([base, ahead, depth[..., None], start[..., None], lost[..., None]], -1)[:, limb]
        base, ahead, depth, start, lost = of_limb.split([3, 3, 1, 1, 1], -1)
        angle = ((own[..., 3:] - start) / depth).clamp(0, math.pi / 2)
        rolled = base + ahead * (depth * angle.sin()) + angle.cos() * (points - own[..., :3])
        return torch.where(angle > 0, points + lost * (rolled - points), points)

    def _depth(self, cut: Tensor) -> Tensor:
        """(B,4) m depth of the cap at the cut."""
        table = self.radius[..., None].expand(len(cut), -1, -1, -1)
        radius = _along(table, torch.linspace(0, 3, self.radius.shape[1], dtype=cut.dtype, device=cut.device), cut)[..., 0]
        return radius * (self.root_rounding + (self.rounding - self.root_rounding) * _smoothstep(cut / 0.5))


def _smoothstep(x: Tensor) -> Tensor:
    x = x.clamp(0, 1)
    return x * x * (3 - 2 * x)


def _along(values: Tensor, grid: Tensor, at: Tensor) -> Tensor:
    """Piecewise linear: values (…,T,C) given at the rising grid (…,T), read at (…) -> (…,C); the ends go on straight.

    The segment is chosen first, so the slope is right at the grid points too, where clamping would lose it.
    """
    grid = grid.expand(values.shape[:-1])
    segment = (at.detach()[..., None] >= grid[..., 1:-1]).sum(-1, keepdim=True)
    low, high = grid.gather(-1, segment), grid.gather(-1, segment + 1)
    segment = segment[..., None].expand(*segment.shape, values.shape[-1])
    start, end = values.gather(-2, segment)[..., 0, :], values.gather(-2, segment + 1)[..., 0, :]
    return start + (at[..., None] - low) / (high - low) * (end - start)
