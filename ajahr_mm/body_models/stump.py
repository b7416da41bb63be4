"""Residual limbs: a limb that ends anywhere, closed by a rounded cap, with the same vertices and faces.

In the T-pose the skin from a little before the cut to a little beyond it is rolled onto half an ellipsoid; what lies
further out meets in its pole. The cap starts with the slope of the limb, so no crease shows, and rolls the skin up at
its own length, so triangles keep their size. Fingers and toes are rolled up first, each around its own axis: between 2.5
and 3 they grow, below 2.5 they are knuckles on the hand or foot that is then cut itself. Everything is differentiable in
the extent, the shape and the pose, and untouched skin keeps its bits.
"""
import math
from typing import List, NamedTuple, Optional, Sequence, Union

import numpy as np
import torch
from torch import Tensor, nn

from ajahr_mm.anatomy import limbs
from ajahr_mm.body_models.amputation import smoothstep
from ajahr_mm.body_models.digits import AXIS_TERMS, Digits
from ajahr_mm.body_models.limb_field import RADIUS_STEP, STATIONS, LimbField, placement
from ajahr_mm.io import UserError

ROOT_REACH = -0.5              # no cap begins further in than half a segment before shoulder or hip
ROOT_FLAP = {'arm': 0., 'leg': 1.}
DIGITS_AT, WRIST_AT = 2.5, 2.  # extents: hand or foot without digits, and without itself
TAPER_REACH = 1.5              # depths of the cap before it over which the limb gets thinner
HAND_STEP = 0.15               # coordinate over which hand or foot begins
WEB_NARROWING = 12.             # 1/m: how much thinner webs and knuckles get for each metre they are pressed
_NOWHERE = 1e3                 # m along the limb: a cap there touches nothing


class Cut(NamedTuple):
    """The caps of a batch in T-pose; L=4 limbs, T=7 stations, D digits."""

    axis: Tensor       # (B,L,4,T) station points and the length of the limb up to them, m
    start: Tensor      # (B,L) length at which the cap begins
    depth: Tensor      # (B,L) m
    base: Tensor       # (B,L,3) axis point there
    ahead: Tensor      # (B,L,3) direction of the cap
    narrowing: Tensor  # (B,L) share of the radius lost at the cap
    ends: Tensor       # (B,L,3) where the residual limbs end
    digit_axis: Tensor   # (B,D,3,3) rows times 1, u, u^2
    digit_start: Tensor  # (B,L) u at which the caps of the digits begin
    touched: List[float]  # coordinate of each limb before which nobody in the batch is changed
    digits: List[bool]    # whether anybody's hand or foot is cut
    webs: Tensor          # (B,L) length at which the webs begin
    flatness: Tensor      # (B,L) 0..1: how much is left of the length of what lies beyond them


class LimbSkin(nn.Module):
    """The vertices of one limb among the vertices ``ids`` of the body, from the trunk outwards."""

    def __init__(self, field: LimbField, digits: Digits, limb: int, ids: np.ndarray) -> None:
        super().__init__()
        order = np.flatnonzero((field.limb[ids] == limb) & (field.coordinate[ids] > ROOT_REACH))
        order = order[np.argsort(field.coordinate[ids][order], kind='stable')]
        self._coordinate = field.coordinate[ids][order]
        self.hand = self.first(digits.begin[limb] - HAND_STEP)
        digit = digits.digit[ids][order]
        on_digit, own = np.flatnonzero(digit >= 0), np.flatnonzero(digits.limb == limb)
        along, which = digits.along[ids][order][on_digit], digit[digit >= 0] - own.min(initial=len(digits.limb))
        terms = np.zeros((len(own), AXIS_TERMS, len(along)))
        terms[which, :, np.arange(len(along))] = along[:, None] ** np.arange(AXIS_TERMS)
        terms = terms.reshape(len(own) * AXIS_TERMS, len(along))
        for name, value in (('vertices', order), ('digit_vertices', on_digit), ('which', which), ('own_digits', own)):
            self.register_buffer(name, torch.from_numpy(value).long(), persistent=False)
        on_hand = np.clip(1 + (self._coordinate - digits.begin[limb]) / HAND_STEP, 0, 1)  # 1 where the digits are
        for name, value in (('at', placement(self._coordinate).T), ('along', along), ('terms', terms), ('on_hand', on_hand)):
            self.register_buffer(name, torch.from_numpy(value).float().contiguous(), persistent=False)

    def first(self, coordinate: float) -> int:
        """How many of the vertices come before a coordinate."""
        return int(np.searchsorted(self._coordinate, coordinate))


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
        for name, value in (('stations', field.stations), ('directions', field.directions), ('grid', STATIONS),
                            ('radius', field.radius), ('radius_shape', field.radius_shape), ('digit_axis', digits.axis),
                            ('digit_axis_shape', digits.axis_shape), ('digit_radius', digits.radius),
                            ('digit_length', np.linalg.norm(digits.axis[:, 1:].sum(1), axis=-1)),
                            ('palm_end', placement(digits.palm_end)), ('digits_begin', digits.begin), ('webs', placement(digits.webs)), ('root_flap', [ROOT_FLAP[name[-3:]] for name in limbs.LIMBS]),
                            ('whole_at', np.where(digits.palm_end < limbs.INTACT_EXTENT, DIGITS_AT, limbs.INTACT_EXTENT))):
            self.register_buffer(name, torch.as_tensor(value).float(), persistent=False)

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
        narrowing = self.taper * smoothstep((extent - 0.2) / 0.6) * (1 - smoothstep(into_hand))
        start = torch.where(extent < self.whole_at, start, _NOWHERE)
        return Cut(
            torch.cat([axis, length[..., None]], -1).transpose(2, 3), start, depth, at_start[..., :3],
            nn.functional.normalize(at_start[..., 3:], dim=-1), narrowing,
            _along(axis, length, torch.lerp(end, palm_end, into_hand)),
            self.digit_axis + torch.einsum('dtcn,bn->bdtc', self.digit_axis_shape, betas),
            _share(extent, DIGITS_AT, limbs.INTACT_EXTENT),
            *self._touched(extent, length, start - (TAPER_REACH * depth if self.taper else 0)), webs, flatness)

    def shorten(self, points: Tensor, skin: Sequence[LimbSkin], cut: Cut) -> Tensor:
        """T-posed points (B,3,V) m with limbs cut and capped; points before the caps and of intact limbs keep their bits."""
        moved = [self._shorten_limb(points, limb, part, cut) for limb, part in enumerate(skin)]
        moved = [m for m in moved if m is not None]
        if not moved:
            return points
        where, values = zip(*moved)
        return points.index_copy(2, torch.cat(where), torch.cat(values, 2))

    def _shorten_limb(self, points: Tensor, limb: int, part: LimbSkin, cut: Cut):
        """Changed vertices (n,) of a limb and their places (B,3,n), or None."""
        first = part.first(cut.touched[limb])
        where = part.vertices[first:]
        if len(where) == 0:
            return None
        points = points.index_select(2, where)
        own, length = (cut.axis[:, limb] @ part.at[:, first:]).split([3, 1], 1)  # axis point and length of every vertex
        if cut.digits[limb] and len(part.digit_vertices):
            hand = max(part.hand, first) - first  # the vertices from here on
            ready = self._cut_hand(points[..., hand:], own[..., hand:], length[..., hand:], limb, part, cut)
            points, own, length = (torch.cat([all_[..., :hand], new], -1) for all_, new in zip((points, own, length), ready))
        depth, past = cut.depth[:, limb, None, None], length - cut.start[:, limb, None, None]
        if not self.taper:
            return where, _roll(points, own, past, cut.base[:, limb, :, None], cut.ahead[:, limb, :, None], depth)
        after = past / (TAPER_REACH * depth) + 1  # above 0 where the taper has begun
        kept = 1 - cut.narrowing[:, limb, None, None] * smoothstep(after)
        return where, _roll(points, own, past, cut.base[:, limb, :, None], cut.ahead[:, limb, :, None], depth, kept, after > 0)

    def _cut_hand(self, points: Tensor, own: Tensor, length: Tensor, limb: int, part: LimbSkin, cut: Cut):
        """Points (B,3,n), axis points (B,3,n), lengths (B,1,n) of hand or foot without its digits, ready for a cap.

        Digits have moved, so everything is placed on the axis anew; the cut planes are parallel there.
        Knuckles and webs are pressed towards the palm as the cap comes to them, into a flat cone: a cross-section of several
        pieces cannot be drawn into one pole without folds, a flat one without overhangs can.
        """
        first = len(part.vertices) - points.shape[2]
        points = self._shorten_digits(points, limb, part, part.digit_vertices - first, cut)
        tip, on_hand = cut.axis[:, limb, :, -1:], part.on_hand[first:]
        step = nn.functional.normalize(tip[:, :3] - cut.axis[:, limb, :3, -2:-1], dim=1)   # (B,3,1)
        plane = self.directions[limb, -1][:, None]
        beyond = (plane * (points - tip[:, :3])).sum(1, keepdim=True) / (plane * step).sum(1, keepdim=True)
        own, length = torch.lerp(own, tip[:, :3] + step * beyond, on_hand), torch.lerp(length, tip[:, 3:] + beyond, on_hand)
        shift = (cut.flatness[:, limb, None, None] - 1) * (length - cut.webs[:, limb, None, None]).clamp(min=0)
        points = points + step * shift + (points - own) * (WEB_NARROWING * shift).clamp(min=-0.9)
        return points, own + step * shift, length + shift

    def _shorten_digits(self, points: Tensor, limb: int, part: LimbSkin, where: Tensor, cut: Cut) -> Tensor:
        """Points (B,3,n) of a limb with the digits, vertices ``where`` (m,), rolled up around their own axes."""
        axis, start = cut.digit_axis[:, part.own_digits], cut.digit_start[:, limb, None, None]
        reach = axis[:, :, 1:].sum(2).norm(dim=-1, keepdim=True)                     # (B,d,1) m from web to tip
        depth = reach * (self.digit_radius / self.digit_length)[part.own_digits][:, None]
        base = axis[:, :, 0] + start * (axis[:, :, 1] + start * axis[:, :, 2])
        ahead = axis[:, :, 1] + 2 * start * axis[:, :, 2]
        speed = ahead.norm(dim=-1, keepdim=True).clamp(min=1e-6)                      # m on the axis for each unit along
        base, ahead, depth, speed = torch.cat([base, ahead / speed, depth, speed], -1)[:, part.which].transpose(1, 2).split(
            [3, 3, 1, 1], 1)                                                         # of every vertex
        own = axis.permute(0, 3, 1, 2).flatten(2) @ part.terms
        return points.index_copy(2, where, _roll(points.index_select(2, where), own, speed * (part.along - start), base, ahead,
                                                 depth))

    def _depth(self, cut: Tensor, betas: Tensor) -> Tensor:
        """(B,L) m depth of the cap at the cut."""
        table = self.radius + torch.einsum('lrn,bn->blr', self.radius_shape, betas)
        table = torch.maximum(table, 0.3 * self.radius)
        grid = RADIUS_STEP * torch.arange(table.shape[2], dtype=cut.dtype, device=cut.device)
        radius = _along(table[..., None], grid, cut)[..., 0]
        return radius * (self.root_rounding + (self.rounding - self.root_rounding) * smoothstep(cut / 0.5))

    def _touched(self, extent: Tensor, length: Tensor, begin: Tensor):
        """What of each limb can be skipped; everything is done where finding out would stop a GPU or a compiler."""
        if torch.compiler.is_compiling() or extent.device.type != 'cpu':
            return [ROOT_REACH] * limbs.NUM_LIMBS, [True] * limbs.NUM_LIMBS
        with torch.no_grad():
            cut_digits = (extent > WRIST_AT) & (extent < limbs.INTACT_EXTENT)
            coordinate = _along(self.grid.expand_as(length)[..., None], length, begin)[..., 0]
            coordinate = torch.where(extent < self.whole_at, coordinate, limbs.INTACT_EXTENT + 1)
            coordinate = torch.where(cut_digits, torch.minimum(coordinate, self.digits_begin), coordinate) - 1e-3
            return coordinate.amin(0).tolist(), cut_digits.any(0).tolist()


def _roll(points: Tensor, own: Tensor, past: Tensor, base: Tensor, ahead: Tensor, depth: Tensor,
          kept: Optional[Tensor] = None, touched: Optional[Tensor] = None) -> Tensor:
    """Skin rolled onto half an ellipsoid: points (B,3,n) around their axis points ``own``, ``past`` (B,1,n) m beyond the seam.

    ``base``, ``ahead`` (B,3,1 or n), ``depth`` (B,1,1 or n): the cap. With a taper ``kept`` (B,1,n) is the share of the
    radius that is left, and ``touched`` says where it is less than all. Other points before the seam keep their bits.
    """
    angle, capped = (past / depth).clamp(0, math.pi / 2), past > 0
    radius = angle.cos() if kept is None else angle.cos() * kept
    centre = torch.addcmul(base, ahead, depth * angle.sin())
    if kept is not None:
        centre, capped = torch.where(capped, centre, own), touched
    return torch.where(capped, torch.addcmul(centre, points - own, radius), points)


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
