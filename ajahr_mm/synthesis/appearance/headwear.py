"""Caps, knitted hats, scarves and turbans."""
from typing import Tuple

import numpy as np

from ajahr_mm.synthesis.appearance.canvas import Canvas
from ajahr_mm.synthesis.appearance.folds import Folds
from ajahr_mm.synthesis.appearance.hair_styles import HAIRLINE, HAIRLINE_AT
from ajahr_mm.synthesis.appearance.points import Points
from ajahr_mm.synthesis.appearance.shapes import bell, inside, line, shadow, step, wave

KINDS = ('cap', 'beanie', 'hijab', 'turban', 'headband')


class Headwear:
    """Something worn on the head, colourless: colour 1 is the cloth, 2 a second cloth, 3 badges and rims.

    Args:
        kind: one of :data:`KINDS`.
    """

    def __init__(self, rng: np.random.Generator, kind: str) -> None:
        self.kind, self.drape, self.region = kind, int(rng.integers(64)), 'hair' if kind == 'hijab' else 'head'
        self.low = float(rng.uniform(-.004, .008))
        self.backwards = kind == 'cap' and rng.random() < .12
        self.badge = rng.random() < .6
        self.turn_up = rng.random() < .6
        self.round = float(rng.uniform(.112, .122))
        self.cape = float(rng.uniform(.15, .22))

    def _over(self, points: Points, canvas: Canvas) -> Tuple[np.ndarray, np.ndarray]:
        """Height (h,w) m over the eyes, and half turns around the head from where the rim is in front."""
        behind = points.field('behind')
        return (points.y - canvas.figure.eye[1]) / canvas.figure.scale, 1 - behind if self.backwards else behind

    def _distance(self, points: Points, canvas: Canvas) -> np.ndarray:
        """Signed distance (h,w) m inside the cloth."""
        figure = canvas.figure
        over, behind = self._over(points, canvas)
        head = points.is_part('head')
        if self.kind == 'hijab':
            k = figure.scale
            oval = 1 - np.hypot(points.x / (.060 * k), (over + .022) / .078)
            face = np.where(head & (points.z > figure.ear[2] + .03), -oval * .06, 1)
            cape = self.cape + .02 * points.field('blotch') - points.field('spread')
            off = (points.arm > .2) | (points.y < figure.armpit - .05)
            return np.where(off, -.1, np.minimum(face, np.where(head, 1, cape)))
        if self.kind == 'cap':
            rim = np.where(behind < .3, .036, .036 - .05 * step(behind, .3, .5))
            rim = np.where(behind > .8, np.maximum(rim, .02 - .03 * (1 - behind)), rim)
        elif self.kind == 'headband':
            return np.where(head, .013 - abs(over - .056 - self.low + .035 * step(behind, .3, .8)), -.1)
        else:
            low = np.interp(behind, HAIRLINE_AT, HAIRLINE).astype(np.float32)
            rim = .040 - .045 * step(behind, .25, .6) if self.kind == 'beanie' else np.maximum(low - .008, .006)
        distance = over - rim - self.low
        ears = points.field('ears') > .1
        return np.where(head & ~(ears & (over < .01)), distance, -.1).astype(np.float32)

    def height(self, points: Points, folds: Folds, canvas: Canvas) -> np.ndarray:
        """(V,) m over the skin."""
        figure = canvas.figure
        distance = self._distance(points, canvas)[:, 0]
        over, behind = (field[:, 0] for field in self._over(points, canvas))
        x, z = points.x[:, 0], points.z[:, 0]
        if self.kind == 'cap':
            height = .012 + .012 * step(over, .05, .09)
            brim = bell(over, .046 + self.low, .011) * step(.30 - behind, 0, .1)
            height = np.maximum(height, .062 * brim)
        elif self.kind == 'beanie':
            height = .012 + .014 * step(over, .07, .11) + .006 * self.turn_up * step(.035 - distance, 0, .01)
        elif self.kind == 'turban':
            far = np.sqrt(x ** 2 + (over - .045) ** 2 * 1.15 + (z - figure.ear[2] + .004) ** 2)
            height = np.maximum(self.round - far, .012) + .006 * folds.height[:, 0]
        elif self.kind == 'hijab':
            height = .011 + .8 * canvas.heights.hair + .012 * bell(over, -.13, .03) + .004 * folds.height[:, 0]
        else:
            height = .005 + 0 * over
        return np.where(distance > -.004, height * step(distance, -.012, .004), 0).astype(np.float32)

    def paint(self, points: Points, folds: Folds, canvas: Canvas) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weights (h,w,3), coverage and shadow (h,w) 0..1."""
        fine = canvas.fine
        distance = self._distance(points, canvas)
        over, behind = self._over(points, canvas)
        shade = (.65 + .35 * points.openness) * (1 + .02 * points.field('grain')) * (1 - .2 * bell(distance, 0, .003))
        third = np.zeros(points.shape, np.float32)
        turn = np.arctan2(points.x, points.z - canvas.figure.ear[2]) / np.float32(np.pi)
        if self.kind == 'cap':
            under = (over < .046 + self.low) & (behind < .32)
            shade = np.where(under, shade * .55, shade)
            shade *= 1 - .18 * line(turn * .1, .0012, fine) - .18 * line((abs(turn) - .33) * .15, .0012, fine)
            if self.badge:
                badge = inside(1 - np.hypot(points.x / .02, (over - .072) / .014), .2) * (points.z > canvas.figure.ear[2])
                third = np.maximum(third, badge * .9)
        elif self.kind == 'beanie':
            shade *= .9 + .16 * wave(turn * 26, .6, .3)
            if self.turn_up:
                shade *= 1 - .35 * bell(distance, .036, .004)
                third = inside(.036 - distance, fine) * .3
        elif self.kind == 'turban':
            wrap = np.where(points.x > 0, over + abs(points.x) * .55, over + abs(points.x) * .5 + .007)
            shade *= .72 + .34 * abs(np.sin(wrap * np.pi / .016)) ** .6
        elif self.kind == 'hijab':
            shade *= 1 + (folds.shade - 1) * 1.5
            shade *= 1 - .25 * bell((points.field('spread') - .07) % .035, .017, .005) * ~points.is_part('head')
            shade *= 1 - .12 * bell(distance, .02, .004)
        weights = np.stack([1 - third, 0 * third, third], -1) * shade[..., None]
        return weights.astype(np.float32), inside(distance, fine), shadow(distance, .35, .008)
