"""Shoes and socks."""
from typing import Dict, NamedTuple, Tuple

import numpy as np

from ajahr_mm.synthesis.appearance.canvas import Canvas
from ajahr_mm.synthesis.appearance.folds import Folds
from ajahr_mm.synthesis.appearance.points import Points
from ajahr_mm.synthesis.appearance.shapes import bell, inside, line, shadow, step, wave


class Cut(NamedTuple):
    """``top`` m above the ankle joint at which the shaft ends, ``sole`` m high, ``thick`` m."""
    top: Tuple[float, float]
    sole: float
    thick: float
    details: str                    # laces, plain, straps, boot


KINDS: Dict[str, Cut] = dict(
    sneakers=Cut((-.012, .01), .026, .009, 'laces'), trainers=Cut((-.015, .005), .034, .011, 'laces'),
    high_tops=Cut((.04, .07), .024, .01, 'laces'), leather=Cut((-.02, -.005), .017, .008, 'plain'),
    boots=Cut((.06, .16), .026, .013, 'boot'), loafers=Cut((-.035, -.02), .015, .007, 'plain'),
    flats=Cut((-.05, -.04), .01, .005, 'plain'), sandals=Cut((-.02, 0.), .022, .004, 'straps'))


class Shoes:
    """A pair of shoes, colourless: colour 1 is the upper, 2 the sole, 3 laces and stripes."""

    def __init__(self, rng: np.random.Generator, kind: str) -> None:
        self.cut = KINDS[kind]
        self.top = float(rng.uniform(*self.cut.top))
        self.drape, self.region = 0, 'feet'
        self.stripe = self.cut.details == 'laces' and rng.random() < .5
        self.cap = rng.random() < .35

    def _frame(self, points: Points, canvas: Canvas):
        """Height over the floor, and distance inside the shaft, (h,w) m."""
        figure = canvas.figure
        y = points.y - figure.sole
        top = figure.ankle[1] + self.top - figure.sole
        forward = points.z - figure.ankle[2]
        if self.cut.top[1] < .03:                      # low shoes are cut out over the instep
            top = top - .014 * bell(forward, .03, .03)
            if self.cut.top[1] < -.015:
                instep = .005 + .9 * np.maximum(forward - .055, 0)
                top = np.minimum(top, np.where((forward > .02) & (forward < .095), instep, top))
        return y, np.where(points.leg > 1.5, top - y, -1), forward

    def _straps(self, forward: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Signed distance (h,w) m inside the straps of a sandal."""
        bands = [half - abs(forward - at) for half, at in ((.013, .115), (.011, .05), (.008, -.02))]
        return np.maximum.reduce([*bands, .014 - y])

    def height(self, points: Points, folds: Folds, canvas: Canvas) -> np.ndarray:
        """(V,) m over the skin."""
        y, inner, forward = self._frame(points, canvas)
        cut = self.cut
        height = np.where(inner > 0, cut.thick + canvas.heights.shoe[:, None] * step(forward, .03, .08), 0)
        if cut.details == 'straps':
            height = np.where((inner > 0) & (self._straps(forward, y) > 0), cut.thick, 0)
        height = np.where((inner > 0) & (y < cut.sole), cut.thick + .006, height)
        return height[:, 0].astype(np.float32)

    def paint(self, points: Points, folds: Folds, canvas: Canvas) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weights (h,w,3), coverage and shadow (h,w) 0..1."""
        fine, cut = canvas.fine, self.cut
        y, inner, forward = self._frame(points, canvas)
        sole = inside(cut.sole * (1 + .35 * step(-forward, -.02, .06)) - y, fine)
        distance = inner
        if cut.details == 'straps':
            distance = np.minimum(inner, self._straps(forward, y))
        shade = 1 - .3 * line(y - cut.sole * 1.15, .0015, fine) - .3 * bell(inner, 0, .004)
        shade *= 1 + .06 * points.field('speckle')
        shade *= 1 + .12 * np.clip(points.normal[..., 1], -1, 1)
        third = np.zeros(points.shape, np.float32)
        instep = bell(forward, .07, .035) * np.clip(points.normal[..., 1] * 2.5 - .8, 0, 1)
        if cut.details in ('laces', 'boot'):
            third = np.maximum(third, (instep > .4) * wave(forward / .016, .45, .2) * .9)
            shade *= 1 - .25 * bell(instep, .4, .1)
        if self.stripe:
            flank = bell(forward, .045, .03) * (abs(points.normal[..., 0]) > .5)
            third = np.maximum(third, flank * wave((forward + .6 * y) / .022, .4, .2) * (y > cut.sole * 1.2))
        if self.cap:
            shade *= 1 - .25 * bell(forward, .125, .003)
        third = third * (1 - sole)
        weights = np.stack([1 - sole - third, sole, third], -1) * shade[..., None]
        return weights, inside(distance, fine), shadow(distance, .3, .006)


class Socks:
    """Socks, or stockings; colour 1 is the knit, 2 the rim."""

    def __init__(self, rng: np.random.Generator, low: float = 1.55, high: float = 1.9) -> None:
        self.end = float(rng.uniform(low, high))
        self.rings = rng.random() < .3
        self.drape, self.region = 0, 'feet'

    def height(self, points: Points, folds: Folds, canvas: Canvas) -> np.ndarray:
        """(V,) m over the skin."""
        return np.where(points.leg[:, 0] > self.end, .003, 0).astype(np.float32)

    def paint(self, points: Points, folds: Folds, canvas: Canvas) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weights (h,w,3), coverage and shadow (h,w) 0..1."""
        distance = (points.leg - self.end) * .4
        rim = inside(.02 - distance, canvas.fine)
        second = wave(distance / .014, .5, .2) * inside(.045 - distance, canvas.fine) if self.rings else 0 * rim
        shade = (1 - .1 * rim) * (1 + .05 * points.field('speckle')) * (.6 + .4 * points.openness)
        weights = np.stack([1 - second, second, 0 * second], -1) * shade[..., None]
        return weights, inside(distance, canvas.fine), shadow(distance, .2, .005)
