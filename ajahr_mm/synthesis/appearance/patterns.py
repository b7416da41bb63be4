"""Patterns of cloth: where its second and third colour show, over trunk, arms and legs alike."""
from typing import Optional, Tuple

import numpy as np

from ajahr_mm.synthesis.appearance.chance import Shares, pick
from ajahr_mm.synthesis.appearance.figure import TURN
from ajahr_mm.synthesis.appearance.noise import Noise
from ajahr_mm.synthesis.appearance.points import Points
from ajahr_mm.synthesis.appearance.shapes import step, wave

#: kind -> how often a patterned garment has it
KINDS: Shares = dict(rings=26, pinstripes=10, checks=22, dots=7, floral=12, camouflage=6, mottled=10, blocks=7)
#: ranges of a period in m
_PERIODS = dict(rings=(.02, .075), pinstripes=(.012, .035), checks=(.025, .08), dots=(.02, .045), floral=(.02, .055),
                camouflage=(.07, .12), mottled=(.008, .02))


class Pattern:
    """A pattern.

    Args:
        kind: one of :data:`KINDS`, 'plain', or None to draw one.
    """

    def __init__(self, rng: np.random.Generator, kind: Optional[str] = None) -> None:
        self.kind = kind or pick(rng, KINDS)
        self.period = float(rng.uniform(*_PERIODS.get(self.kind, (.1, .1))))
        self.share = float(rng.choice((.5, .3, .18), p=(.5, .3, .2)))
        self.phase = rng.uniform(0, 1, size=3)
        self.level = float(rng.uniform(.1, .35))
        self._noise = Noise(rng) if self.kind in ('floral', 'camouflage', 'mottled') else None

    def __call__(self, points: Points) -> Tuple[np.ndarray, np.ndarray]:
        """Shares (h,w) of the second and the third colour; what is left of 1 is the first."""
        nothing = np.zeros(points.shape, np.float32)
        if self.kind == 'plain':
            return nothing, nothing
        field, around = points.field, points.field('around')
        turn = np.choose(points.field('region').astype(int), [np.float32(max(round(t / self.period), 2)) for t in TURN])
        ring = field('along') / self.period + self.phase[0]
        soft = min(.012 / self.period, .6)
        if self.kind == 'rings':
            return wave(ring, self.share, soft), nothing
        if self.kind == 'pinstripes':
            return .7 * wave(around * turn + .5, min(self.share, .3), soft), nothing
        if self.kind == 'checks':
            first, second = wave(ring, .5, soft), wave(around * turn + .5, .5, soft)
            thin = np.maximum(wave(ring + .25, .09, soft), wave(around * turn + .75, .09, soft))
            return (first + second) / 2 * (1 - .5 * thin), .5 * thin
        if self.kind == 'dots':
            row = np.floor(ring)
            u, v = (around * turn + .5 * (row % 2)) % 1 - .5, ring % 1 - .5
            return step(.09 - u * u - v * v, -.03, .03), nothing
        if self.kind == 'blocks':
            edge = .30 - .25 * self.level
            lower = step(field('along') - edge, -.004, .004) if self.phase[1] < .5 else 1 - step(points.arm, .055, .07)
            return 1 - lower, nothing
        if self.kind == 'floral':
            petals = self._noise(points.position, self.period * .55)
            leaves = self._noise(points.position + 3.1, self.period * .5)
            third = step(leaves, .55, .75)
            return step(petals, .35, .55) * (1 - third), third
        if self.kind == 'camouflage':
            blots = self._noise.octaves(points.position, self.period * .7, 2)
            second = step(blots, .05, .14)
            third = step(self._noise.octaves(points.position + 5.3, self.period * .6, 2), .35, .44)
            return second * (1 - third), third
        return .5 * step(self._noise(points.position, self.period), -.6, .8), nothing
