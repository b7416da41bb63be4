"""Residual limbs: a limb that ends anywhere, closed by a rounded cap, with the same vertices and faces.

In the T-pose the skin from a little before the cut to a little beyond it is rolled onto half an ellipsoid; what lies
further out meets in its pole. The cap starts with the slope of the limb, so no crease shows, and rolls the skin up at
its own length, so triangles keep their size. Fingers and toes are rolled up first, each around its own axis: between 2.5
and 3 they grow, below 2.5 they are knuckles on the hand or foot that is then cut itself. Everything is differentiable in
the extent, the shape and the pose, and untouched skin keeps its bits.
"""
import math
from typing import List, Optional, Sequence, Tuple, Union

import numpy as np
import torch
from torch import Tensor, nn

from ajahr_mm.anatomy import limbs
from ajahr_mm.body_models.amputation import smoothstep
from ajahr_mm.body_models.cuts import Cut, Hands
from ajahr_mm.body_models.digits import AXIS_TERMS, Digits
from ajahr_mm.body_models.limb_field import RADIUS_STEP, STATIONS, LimbField, placement
from ajahr_mm.body_models.limb_skin import TAPER_REACH, LimbSkin
from ajahr_mm.io import UserError

ROOT_FLAP = {'arm': 0., 'leg': 1.}  # depths of the cap by which soft tissue covers the joint of an end at shoulder or hip
WRIST_AT, DIGITS_AT = 2., 2.5       # extents of a limb without hand or foot, and without its fingers or toes
_NOWHERE = 1e3                      # m along the limb: a cap there touches nothing


class Stump(nn.Module):
    """Shortens the limbs of T-posed bodies.

    Args:
        field, digits: limb geometry of the body.
        rounding: depth of the cap over the radius of the limb there, 0.2 to 1.5; 1 is half a ball.
        root_rounding: the same for an end at shoulder or hip, which is flatter.
        taper: share of its radius that the limb has lost where the cap begins, 0 to 0.4: soft tissue shrinks at the end
            of a residual limb. It fades towards shoulder, hip, hand and foot.

    Raises:
        UserError: a number is out of its range.
    """

    def __init__(self, field: LimbField, digits: Digits, rounding: float = 1., root_rounding: float = 0.7,
                 taper: float = 0.08) -> None:
        super().__init__()
        for name, value, low, high in (('rounding', rounding, 0.2, 1.5), ('root_rounding', root_rounding, 0.2, 1.5),
                                       ('taper', taper, 0., 0.4)):
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
                raise UserError(f'stump: {name} must be a number from {low:g} to {high:g}, got {value!r}.')
        self.rounding, self.root_rounding, self.taper = float(rounding), float(root_rounding), float(taper)
        self._field, self._digits = field, digits
        has_digits = digits.palm_end < limbs.INTACT_EXTENT
        for name, value in (
                ('stations', field.stations), ('directions', field.directions), ('grid', STATIONS),
                ('radius', field.radius.reshape(1, -1)), ('radius_shape', _by_axis(field.radius_shape)),
                ('digit_axis', digits.axis.reshape(1, -1)), ('digit_axis_shape', _by_axis(digits.axis_shape)),
                ('digit_thickness', digits.radius / np.linalg.norm(digits.axis[:, 1:].sum(1), axis=-1)),
                ('webs', placement(digits.webs)), ('palm_end', placement(digits.palm_end)), ('digits_begin', digits.begin),
                ('whole_at', np.where(has_digits, DIGITS_AT, limbs.INTACT_EXTENT)),
                ('root_flap', [ROOT_FLAP[name[-3:]] for name in limbs.LIMBS])):
            self.register_buffer(name, torch.as_tensor(value).float().contiguous(), persistent=False)
        self.register_buffer('digit_limb', torch.from_numpy(digits.limb), persistent=False)

    def skin(self, ids: Sequence[int]) -> nn.ModuleList:
        """What :meth:`shorten` has to know of the vertices ``ids`` of the body: a :class:`LimbSkin` for each limb."""
        return nn.ModuleList(LimbSkin(self._field, self._digits, limb, np.asarray(ids)) for limb in range(limbs.NUM_LIMBS))

    def cut(self, betas: Tensor, joints: Tensor, extent: Tensor) -> Cut:
        """The caps of bodies with shapes (B,N), rest joints (B,24,3) m and limb extents (B,4)."""
        axis = self.stations @ joints[:, None]                                        # (B,L,T,3)
        length = nn.functional.pad(axis.diff(dim=2).norm(dim=-1).cumsum(-1), (1, 0))  # (B,L,T)
        into_hand = _share(extent, WRIST_AT, self.whole_at)                           # 1: only digits are left to cut
        cut = extent.clamp(max=WRIST_AT)
        depth = self._depth(cut, betas)
        end, palm_end = _along(length[..., None], self.grid, cut)[..., 0], (length * self.palm_end).sum(-1)
        flap = self.root_flap * (1 - smoothstep(extent / 0.5))
        begin, webs = end - depth * (1 - flap), (length * self.webs).sum(-1)
        start = torch.lerp(begin, palm_end, into_hand)
        closed = (webs - math.pi / 2 * depth - begin) / (palm_end - begin)  # until here the pole has not come to the webs
        flatness = ((into_hand - closed) / (1 - closed)).clamp(0, 1)
        at_start = _along(torch.cat([axis, self.directions.expand_as(axis)], -1), length, start)
        narrowing = None
        if self.taper:
            narrowing = self.taper * smoothstep((extent - 0.2) / 0.6) * (1 - smoothstep(into_hand))
        ahead = nn.functional.normalize(at_start[..., 3:], dim=-1)
        ends = at_start[..., :3] + ahead * torch.minimum(depth, palm_end - start)[..., None]
        start = torch.where(extent < self.whole_at, start, _NOWHERE)
        axis = torch.cat([axis, length[..., None]], -1).transpose(2, 3)
        touched, in_hand = self._touched(extent, length, start - (TAPER_REACH * depth if self.taper else 0))
        hands = self._hands(betas, extent, axis, webs, flatness) if any(in_hand) and len(self.digit_limb) else None
        return Cut(axis, start, depth, at_start[..., :3], ahead, narrowing, ends, hands, touched, in_hand)

    def _hands(self, betas: Tensor, extent: Tensor, axis: Tensor, webs: Tensor, flatness: Tensor) -> Hands:
        """The digits of shapes (B,N), cut to extents (B,4), and the axes (B,L,4,T) of hands and feet."""
        digit = torch.addmm(self.digit_axis, betas, self.digit_axis_shape).view(len(betas), -1, AXIS_TERMS, 3)
        start = _share(extent, DIGITS_AT, limbs.INTACT_EXTENT)[:, self.digit_limb, None]          # (B,D,1)
        depth = digit[:, :, 1:].sum(2).norm(dim=-1, keepdim=True) * self.digit_thickness[:, None]  # m from web to tip ...
        base = digit[:, :, 0] + start * (digit[:, :, 1] + start * digit[:, :, 2])
        ahead = digit[:, :, 1] + 2 * start * digit[:, :, 2]
        speed = ahead.norm(dim=-1, keepdim=True).clamp(min=1e-6)
        tip = axis[..., -1:]
        step = tip - axis[..., -2:-1]
        step = step / step[:, :, 3:]
        across = self.directions[:, -1, :, None]
        across = across / (across * step[:, :, :3]).sum(2, keepdim=True)
        return Hands(digit.permute(0, 3, 1, 2).flatten(2), torch.cat([base, ahead / speed, depth, speed, start], -1).mT,
                     tip, step, across, webs, flatness)

    def shorten(self, points: Tensor, skin: Sequence[LimbSkin], cut: Cut) -> Tensor:
        """T-posed points (B,3,V) m with limbs cut and capped; points before the caps and of intact limbs keep their bits."""
        moved = [m for m in (limb(points, cut) for limb in skin) if m is not None]
        if not moved:
            return points
        where, values = zip(*moved)
        return points.index_copy(2, torch.cat(where), torch.cat(values, 2))

    def _depth(self, cut: Tensor, betas: Tensor) -> Tensor:
        """(B,L) m depth of the cap at the cut."""
        table = torch.maximum(torch.addmm(self.radius, betas, self.radius_shape), 0.3 * self.radius)
        table = table.view(len(betas), limbs.NUM_LIMBS, -1)
        grid = RADIUS_STEP * torch.arange(table.shape[2], dtype=cut.dtype, device=cut.device)
        radius = _along(table[..., None], grid, cut)[..., 0]
        return radius * (self.root_rounding + (self.rounding - self.root_rounding) * smoothstep(cut / 0.5))

    def _touched(self, extent: Tensor, length: Tensor, begin: Tensor) -> Tuple[Optional[List[float]], List[bool]]:
        """``touched`` and ``in_hand`` of the cut; everything is done where finding out would stop a GPU or a compiler."""
        if torch.compiler.is_compiling() or extent.device.type != 'cpu':
            return None, [True] * limbs.NUM_LIMBS
        with torch.no_grad():
            cut_digits = (extent > WRIST_AT) & (extent < limbs.INTACT_EXTENT)
            coordinate = _along(self.grid.expand_as(length)[..., None], length, begin)[..., 0]
            coordinate = torch.where(extent < self.whole_at, coordinate, limbs.INTACT_EXTENT + 1)
            coordinate = torch.where(cut_digits, torch.minimum(coordinate, self.digits_begin), coordinate) - 1e-3
            return coordinate.amin(0).tolist(), cut_digits.any(0).tolist()


def _by_axis(change: np.ndarray) -> np.ndarray:
    """Changes (…,N) with each shape axis -> (N, all else)."""
    return change.reshape(-1, change.shape[-1]).T


def _share(at: Tensor, low: float, high: Union[float, Tensor]) -> Tensor:
    """0 below ``low``, rising to 1 at ``high``. At ``low`` itself it has the slope beyond it, where clamping has none."""
    return torch.where(at < low, 0., (at - low) / (high - low)).clamp(max=1)


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
