"""The skin of one limb, drawn onto the cap of its residual limb: see :mod:`ajahr_mm.body_models.stump`."""
import math
from typing import Optional, Tuple

import numpy as np
import torch
from torch import Tensor, nn

from ajahr_mm.body_models.amputation import smoothstep
from ajahr_mm.body_models.cuts import Cut, Hands
from ajahr_mm.body_models.digits import AXIS_TERMS, Digits
from ajahr_mm.body_models.limb_field import LimbField, placement

ROOT_REACH = -0.5    # no cap begins further in than half a segment before shoulder or hip
TAPER_REACH = 1.5    # depths of the cap before it over which the limb gets thinner
HAND_STEP = 0.15     # coordinate over which hand or foot begins
WEB_NARROWING = 12.  # 1/m: how much thinner webs and knuckles get for each metre they are pressed


class LimbSkin(nn.Module):
    """The vertices of one limb among the vertices ``ids`` of the body, from the trunk outwards."""

    def __init__(self, field: LimbField, digits: Digits, limb: int, ids: np.ndarray) -> None:
        super().__init__()
        self.limb = limb
        order = np.flatnonzero((field.limb[ids] == limb) & (field.coordinate[ids] > ROOT_REACH))
        order = order[np.argsort(field.coordinate[ids][order], kind='stable')]
        self._coordinate = field.coordinate[ids][order]
        self.hand = self.first(digits.begin[limb] - HAND_STEP)
        digit = digits.digit[ids][order]
        on_digit, own = np.flatnonzero(digit >= 0), np.flatnonzero(digits.limb == limb)
        self.first_digit, self.num_digits = int(own.min(initial=len(digits.limb))), len(own)
        along, which = digits.along[ids][order][on_digit], digit[on_digit]
        terms = np.zeros((len(own), AXIS_TERMS, len(along)))
        terms[which - self.first_digit, :, np.arange(len(along))] = along[:, None] ** np.arange(AXIS_TERMS)
        terms = terms.reshape(len(own) * AXIS_TERMS, len(along))
        for name, value in (('vertices', order), ('digit_vertices', on_digit), ('which', which)):
            self.register_buffer(name, torch.from_numpy(value).long(), persistent=False)
        on_hand = np.clip(1 + (self._coordinate - digits.begin[limb]) / HAND_STEP, 0, 1)  # 1 where the digits are
        for name, value in (('at', placement(self._coordinate).T), ('along', along), ('terms', terms), ('on_hand', on_hand)):
            self.register_buffer(name, torch.from_numpy(value).float().contiguous(), persistent=False)

    def first(self, coordinate: float) -> int:
        """How many of the vertices come before a coordinate."""
        return int(np.searchsorted(self._coordinate, coordinate))

    def forward(self, points: Tensor, cut: Cut) -> Optional[Tuple[Tensor, Tensor]]:
        """Which of the T-posed points (B,3,V) m may have moved, (n,), and their places (B,3,n); None: none."""
        first = 0 if cut.touched is None else self.first(cut.touched[self.limb])
        where = self.vertices[first:]
        if len(where) == 0:
            return None
        points = points.index_select(2, where)
        place = cut.axis[:, self.limb] @ self.at[:, first:]  # (B,4,n) axis point and length of every vertex
        if cut.hands is not None and cut.in_hand[self.limb] and self.num_digits:
            hand = max(self.hand, first) - first  # the vertices from here on
            ready = self._cut_hand(points[..., hand:], place[..., hand:], cut.hands)
            points, place = (torch.cat([whole[..., :hand], new], -1) for whole, new in zip((points, place), ready))
        own, past = place[:, :3], place[:, 3:] - cut.start[:, self.limb, None, None]
        base, ahead = cut.base[:, self.limb, :, None], cut.ahead[:, self.limb, :, None]
        depth = cut.depth[:, self.limb, None, None]
        if cut.narrowing is None:
            return where, _roll(points, own, past, base, ahead, depth)
        after = past / (TAPER_REACH * depth) + 1  # above 0 where the taper has begun
        kept = 1 - cut.narrowing[:, self.limb, None, None] * smoothstep(after)
        return where, _roll(points, own, past, base, ahead, depth, kept, after > 0)

    def _cut_hand(self, points: Tensor, place: Tensor, hands: Hands) -> Tuple[Tensor, Tensor]:
        """Points (B,3,n), axis points and lengths (B,4,n) of hand or foot without its digits, ready for a cap.

        Digits are rolled up around their own axes. They have moved, so everything is placed on the axis anew; the cut
        planes are parallel there. Knuckles and webs are pressed towards the palm as the cap comes to them, into a flat
        cone: a cross-section of several pieces cannot be drawn into one pole without folds, a flat cone can.
        """
        first = len(self.vertices) - points.shape[2]
        where, mine = self.digit_vertices - first, AXIS_TERMS * self.first_digit
        own = hands.digit_axis[..., mine:mine + AXIS_TERMS * self.num_digits] @ self.terms
        base, ahead, depth, speed, start = hands.digit_caps[..., self.which].split([3, 3, 1, 1, 1], 1)
        digits = _roll(points.index_select(2, where), own, speed * (self.along - start), base, ahead, depth)
        points = points.index_copy(2, where, digits)
        tip, step = hands.tip[:, self.limb], hands.step[:, self.limb]
        beyond = (hands.across[:, self.limb] * (points - tip[:, :3])).sum(1, keepdim=True)
        place = torch.lerp(place, tip + step * beyond, self.on_hand[first:])
        flatness, webs = hands.flatness[:, self.limb, None, None], hands.webs[:, self.limb, None, None]
        shift = (flatness - 1) * (place[:, 3:] - webs).clamp(min=0)
        moved = step * shift
        points = points + moved[:, :3] + (points - place[:, :3]) * (WEB_NARROWING * shift).clamp(min=-0.9)
        return points, place + moved


def _roll(points: Tensor, own: Tensor, past: Tensor, base: Tensor, ahead: Tensor, depth: Tensor,
          kept: Optional[Tensor] = None, touched: Optional[Tensor] = None) -> Tensor:
    """Skin rolled onto half an ellipsoid: points (B,3,n) around axis points ``own``, ``past`` (B,1,n) m beyond the seam.

    ``base``, ``ahead`` (B,3,1 or n), ``depth`` (B,1,1 or n): the cap. With a taper ``kept`` (B,1,n) is the share of the
    radius that is left, and ``touched`` says where it is less than all. Other points before the seam keep their bits.
    """
    angle, capped = (past / depth).clamp(0, math.pi / 2), past > 0
    radius = angle.cos() if kept is None else angle.cos() * kept
    centre = torch.addcmul(base, ahead, depth * angle.sin())
    if kept is not None:
        centre, capped = torch.where(capped, centre, own), touched
    return torch.where(capped, torch.addcmul(centre, points - own, radius), points)
