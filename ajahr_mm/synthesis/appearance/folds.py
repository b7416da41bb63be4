"""Folds of cloth: a relief over the whole body and the shading it throws, both as functions of the rest position."""
from typing import NamedTuple

import numpy as np

from ajahr_mm.synthesis.appearance.noise import Noise
from ajahr_mm.synthesis.appearance.points import Points

_STEP = .004       # m between the two heights that give the slope


class Folds(NamedTuple):
    """One drape of all clothes, for all points of a canvas."""
    height: np.ndarray     # (h,w) float32, about 0..1; 1 the crest of a deep fold
    shade: np.ndarray      # (h,w) float32, factor on colour, about .7..1.2


class Drape:
    """A random set of folds.

    Rings around elbows, knees and over the shoes, rays from crotch and armpits, creases across the belly, and long
    hanging folds in between.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._noise = [Noise(rng) for _ in range(2)]
        self._shift = rng.uniform(-5, 5, size=(6, 3)).astype(np.float32)
        self._lean = rng.uniform(-.6, .6, size=4).astype(np.float32)

    def folds(self, points: Points, crotch: float, armpit: float) -> Folds:
        """Folds at points; ``crotch`` and ``armpit`` are their heights in metres."""
        side = np.sign(points.x)
        up = np.zeros((*points.shape, 3), np.float32)
        on_arm = np.clip(points.arm * 2 + .5, 0, 1)
        up[..., 0], up[..., 1], up[..., 2] = -.75 * side * on_arm, 1 - .45 * on_arm, .2
        up -= (up * points.normal).sum(-1, keepdims=True) * points.normal
        height = self._height(points.position, points, crotch, armpit)
        above = self._height(points.position + _STEP * up, points, crotch, armpit)
        slope = (above - height) / _STEP * .03
        creases = self._creases(points.position + _STEP * up) - self._creases(points.position)
        slope = slope + creases * (.2 + .8 * np.clip(height, 0, 1)) * 1.6
        shade = 1.02 - .34 * np.tanh(slope * 1.1) + .07 * np.clip(height - .25, -.2, .6)
        return Folds(height.astype(np.float32), shade.astype(np.float32))

    def _creases(self, position: np.ndarray) -> np.ndarray:
        """Small sharp wrinkles (h,w) between the folds, in all directions."""
        field = self._noise[0](position + self._shift[5], (.05, .024, .05))
        return np.sqrt(field ** 2 + .004) * 1.2

    def _height(self, position: np.ndarray, points: Points, crotch: float, armpit: float) -> np.ndarray:
        x, y, z = (position[..., k] for k in range(3))
        warp = self._noise[0](position + self._shift[0], .16)
        presence = np.clip(.62 + .75 * self._noise[0](position + self._shift[0] + 2.7, .15), .12, 1.1)
        side = abs(x)
        arm, leg = np.clip(points.arm, 0, 3), np.clip(points.leg, 0, 3)
        on_arm, on_leg = np.clip(points.arm * 3 + .6, 0, 1), np.clip(points.leg * 3 + .7, 0, 1)
        trunk = (1 - on_arm) * (1 - on_leg)

        def bell(at: np.ndarray, center: float, width: float) -> np.ndarray:
            return np.exp(-((at - center) / width) ** 2)

        def fold(k: int, at, period) -> np.ndarray:
            """Long crests with flat cloth between them, 0..1."""
            field = self._noise[1](np.stack(at, -1).astype(np.float32) + self._shift[k], period)
            return np.exp(-(field / .3) ** 2) * presence
        bend = .06 * warp
        lean = self._lean
        rings = fold(1, (x + bend + (.5 + lean[0]) * (y + z), y, z), (.06, .2, .2))
        sleeve = on_arm * rings * (.4 + .7 * bell(arm, 1, .3) + .6 * bell(arm, 1.9, .2) + .25 * bell(arm, .1, .25))
        stacks = fold(2, (x, y + bend + lean[1] * (x + z) + .35 * trunk * side, z), (.24, .055, .24))
        hang = fold(3, (x + bend, y + .3 * warp * .1, z), (.075, .5, .1))
        front = np.arctan2(side, np.maximum(y - crotch + .03, -.02) + .06)
        rays = fold(4, (front * .30 + bend, np.hypot(side, y - crotch) * .6, z), (.085, .4, .4))
        trousers = on_leg * (stacks * (.2 + .75 * bell(leg, 1.03, .16) + .9 * bell(leg, 1.93, .14))
                             + .45 * hang * (1 - bell(leg, 1, .3))
                             + .8 * rays * bell(leg, .05, .3) + .35 * rings * bell(leg, .5, .4))
        diagonal = fold(5, (y + (.7 + lean[2]) * side + bend, (side - y) * .5, z), (.08, .4, .3))
        waist = .5 * crotch + .5 * armpit - .12
        shirt = trunk * (.55 * hang * np.clip((armpit - y) / .25, .1, 1) + .7 * diagonal * bell(y, armpit - .1, .18)
                         + .7 * stacks * bell(y, waist, .09) + .5 * rays * bell(y, crotch + .05, .07))
        return sleeve + trousers + shirt
