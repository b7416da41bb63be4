"""Things in front of the person: a limb behind them is hidden, not lost, and the labels say so."""
from typing import Dict, NamedTuple, Optional, Tuple

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.composition.pasting import paste, unfocused
from ajahr_mm.synthesis.composition.props.catalogue import THINGS, Thing
from ajahr_mm.synthesis.composition.props.painting import lit_by
from ajahr_mm.synthesis.records import Background, Light

#: For backgrounds that do not know their light: a bright, even room.
_ROOM = Light(direction=np.float32([.35, -.8, -.49]), sun=np.full(3, .4, np.float32), sky=np.full(3, .6, np.float32),
              ground=np.full(3, .3, np.float32), softness=.6)


def clear_of(mask: np.ndarray, points: np.ndarray, margin: int = 5) -> bool:
    """Whether no point (N,2) px lies on, or within ``margin`` px of, the mask (H,W) of 0..1."""
    for x, y in points:
        column, row = int(x), int(y)
        window = mask[max(row - margin, 0):max(row + margin + 1, 0), max(column - margin, 0):max(column + margin + 1, 0)]
        if window.size and window.max() > .3:
            return False
    return True


@SYNTHESIS.register_module()
class RandomOccluders:
    """Furniture, plants, walls, posts, bags and signs over present limbs, lit as the background is.

    Args:
        share: share of pictures with an occluder.
        kinds: weights of the names in ``props.catalogue.THINGS``; default as often as they say there.
        near: share of occluders close to the camera: larger and out of focus.
        most: largest share of the limbs' keypoints that one may hide; somebody has to be left to see.
        tries: attempts to place one that leaves the ends of lost limbs in sight, so that no label is a guess.

    Raises:
        UserError: a kind is unknown, or the weights are negative or all zero.
    """

    def __init__(self, share: float = .36, kinds: Optional[Dict[str, float]] = None, near: float = .15,
                 most: float = .67, tries: int = 8):
        self.kinds = dict(kinds or {name: thing.weight for name, thing in THINGS.items()})
        if set(self.kinds) - set(THINGS) or min(self.kinds.values()) < 0 or sum(self.kinds.values()) <= 0:
            raise UserError(f'kinds of occluders are non-negative weights of {", ".join(THINGS)}, got {self.kinds}; '
                            f'correct the synthesis config')
        self.share, self.near, self.most, self.tries = share, near, most, tries
        self._names = list(self.kinds)
        self._steps = np.cumsum(list(self.kinds.values()))[:-1] / sum(self.kinds.values())

    def sample(self, rng: np.random.Generator, targets: np.ndarray, keep: np.ndarray, size: int,
               background: Background) -> Tuple[Optional[np.ndarray], Optional[np.ndarray]]:
        """Coverage (size,size) float32 0..1 and colour (size,size,3) uint8, or (None, None).

        ``targets`` (M,2) px: keypoints of limbs worth hiding; ``keep`` (L,2) px must stay in sight. Of ``background`` only
        the light is used.
        """
        if rng.random() >= self.share or not len(targets):
            return None, None
        lit = lit_by(background.light or _ROOM)
        for _ in range(self.tries):
            target = targets[rng.integers(len(targets))]
            name = self._names[np.searchsorted(self._steps, rng.random(), side='right')]
            thing, near = THINGS[name], rng.random() < self.near
            spot = place(rng, thing, target, float(targets[:, 1].max()), size, 1.5 if near else 1.)
            if spot is None or (thing.where != 'upright' and spot.holds(keep)):
                continue
            patch = thing.paint(rng, spot.height, lit, *(() if spot.width is None else (spot.width,)))
            patch = np.ascontiguousarray(patch[:, ::-1]) if spot.mirrored else patch
            rim = max(round(size / 70), 1) if near else 0
            coverage, color = paste(unfocused(patch, rim) if near else patch, spot.middle, spot.bottom + 2 * rim, size,
                                    shade=thing.where == 'floor' and not near)
            column, row = np.clip(targets.astype(int), 0, size - 1).T
            hides = (coverage[row, column] > .5).sum()
            if hides <= max(self.most * len(targets), 1) and clear_of(coverage, keep):
                return coverage, color
        return None, None

    def facts(self) -> dict:
        """For the dataset card."""
        return dict(share=self.share, kinds=self.kinds, out_of_focus=self.near)


class Spot(NamedTuple):
    """Where a thing goes: the middle of its base in px, its height, and the width of long things."""
    middle: float
    bottom: float
    height: float
    width: Optional[float] = None
    mirrored: bool = False

    def holds(self, points: np.ndarray) -> bool:
        """Whether one of the points (N,2) px lies so well inside that a thing here would hide it."""
        width = self.width or .6 * self.height
        above = self.bottom - points[:, 1]
        return bool(((abs(points[:, 0] - self.middle) < .4 * width) & (above > .1 * self.height)
                     & (above < .85 * self.height)).any())


def place(rng: np.random.Generator, thing: Thing, target: np.ndarray, feet: float, size: int,
          closer: float) -> Optional[Spot]:
    """A spot for a thing that covers ``target`` (2,) px, or None if it cannot.

    What stands before the person stands lower in the picture than the ``feet``, px; ``closer`` things are larger.
    """
    metre = size * rng.uniform(.45, .65) * closer      # people are mostly as tall as the picture
    height = max(rng.uniform(*thing.size) * metre, 6.)
    x, y = (float(value) for value in target)
    if thing.where == 'air':
        return Spot(x + rng.normal() * .12 * height, y + height * rng.uniform(.35, .7), height)
    if thing.where == 'upright':
        return Spot(x + rng.normal() * .2 * height, 1.05 * size, 1.1 * size, height)
    if thing.where == 'side':
        from_right = x > size / 2
        length = max((size - x if from_right else x) * rng.uniform(1.15, 1.5), .2 * size)
        return Spot(size - length / 2 if from_right else length / 2, y + length * rng.uniform(.4, .6), length,
                    mirrored=from_right)
    if thing.where == 'hung':
        return Spot(x + rng.normal() * .05 * height, y + height * rng.uniform(.85, 1.), height)
    ground = max(feet + .02 * size, .74 * size)
    if thing.where == 'raised':
        bottom = ground + rng.uniform(0, .12) * size
        return Spot(x + rng.normal() * .04 * size, bottom, (bottom - y) / .84)
    bottom = max(y + height * rng.uniform(.35, .9), ground)
    if bottom - height > y:
        return None                                    # too low to hide it
    if thing.where == 'floor':
        return Spot(x + rng.normal() * .12 * height, bottom, height)
    left, right = -.05 * size, 1.05 * size
    if rng.random() < .4:                              # it ends in the picture
        beyond = rng.uniform(.1, .5) * size
        left, right = (left, x + beyond) if rng.random() < .5 else (x - beyond, right)
    return Spot((left + right) / 2, 1.05 * size, 1.05 * size - min(bottom, size) + height, right - left)
