"""Where the limbs of a batch are cut: what the stumps of all limbs have in common, computed once for all vertices."""
from typing import List, NamedTuple, Optional

from torch import Tensor


class Hands(NamedTuple):
    """What cuts within hands and feet need besides; D digits of all limbs."""

    digit_axis: Tensor  # (B,3,3D) axis of each digit, to be multiplied with 1, u, u^2
    digit_caps: Tensor  # (B,9,D) base (3), ahead (3), depth m, speed m for each unit of u, u at which the cap begins
    tip: Tensor         # (B,L,4,1) end of the axis of the limb and its length there
    step: Tensor        # (B,L,4,1) what they change by with each metre along the axis
    across: Tensor      # (B,L,3,1) dot product with a shift: metres along the axis
    webs: Tensor        # (B,L) length at which the webs between fingers or toes begin
    flatness: Tensor    # (B,L) 0..1: how much is left of the length of what lies beyond them


class Cut(NamedTuple):
    """The caps of a batch in T-pose; L=4 limbs, T=7 stations."""

    axis: Tensor       # (B,L,4,T) station points and the length of the limb up to them, m
    start: Tensor      # (B,L) length at which the cap begins
    depth: Tensor      # (B,L) m
    base: Tensor       # (B,L,3) axis point there
    ahead: Tensor      # (B,L,3) direction of the cap
    narrowing: Optional[Tensor]  # (B,L) share of the radius lost at the cap; None: no taper
    ends: Tensor       # (B,L,3) where the residual limbs end
    hands: Optional[Hands]  # None: no hand or foot is cut in the batch
    touched: Optional[List[float]]  # coordinate of each limb before which nobody in the batch is changed; None: unknown
    in_hand: List[bool]     # whether anybody's hand or foot is cut
