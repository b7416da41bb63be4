"""Eyes, brows, mouth and age of a face, seen from the front."""
from typing import Dict, Tuple

import numpy as np

from ajahr_mm.synthesis.appearance.canvas import Canvas
from ajahr_mm.synthesis.appearance.chance import Shares, pick
from ajahr_mm.synthesis.appearance.folds import Folds
from ajahr_mm.synthesis.appearance.points import Points
from ajahr_mm.synthesis.appearance.shapes import bell, inside, line, step

#: iris colours (RGB 0..255)
_IRISES = dict(dark=(52, 32, 22), brown=(84, 54, 32), hazel=(112, 84, 48), green=(96, 110, 84), blue=(94, 120, 142),
               grey=(120, 130, 134))
#: their shares in groups; those that are not named have the first row
IRIS_SHARES: Dict[str, Shares] = {
    '': dict(dark=75, brown=24, hazel=1), 'White': dict(dark=10, brown=22, hazel=14, green=14, blue=28, grey=12),
    'MiddleEastern': dict(dark=45, brown=38, hazel=10, green=5, blue=1, grey=1),
    'Hispanic': dict(dark=50, brown=36, hazel=8, green=4, blue=1, grey=1)}


def draw_iris(rng: np.random.Generator, group: str) -> np.ndarray:
    """Colour (3,) RGB 0..255 of the iris."""
    return np.array(_IRISES[pick(rng, IRIS_SHARES.get(group, IRIS_SHARES['']))], np.float32) * rng.uniform(.85, 1.15)


class Face:
    """One face, colourless: colour 1 is the white of the eyes, 2 the iris, 3 brows and lashes; lines are dark.

    Args:
        feminine: thinner, higher brows and darker lashes; narrow: share 0..1 of the fold of the upper lid that is missing;
        old: 0..1, wrinkles.
    """

    def __init__(self, rng: np.random.Generator, feminine: bool, narrow: float = 0., old: float = 0.) -> None:
        self.drape, self.region = 0, 'head'
        self.feminine, self.narrow, self.old = feminine, narrow, old
        self.open = float(rng.uniform(.85, 1.15) * (1 - .22 * narrow))
        self.tilt = float(rng.uniform(-.02, .1) + .1 * narrow)
        self.gaze = rng.normal(size=2) * (.0016, .0006)
        self.lash = float(rng.uniform(.0011, .0017) if feminine else rng.uniform(.0006, .001))
        self.brow = float(rng.uniform(.0017, .0027) if feminine else rng.uniform(.0026, .004))
        self.brow_height = float(rng.uniform(.0005, .003) if feminine else rng.uniform(-.0015, .0015))
        self.arch = float(rng.uniform(.003, .006) if feminine else rng.uniform(.001, .004))
        self.brow_strength = float(rng.uniform(.6, .85))
        self.smile = float(rng.uniform(.001, .006))

    def height(self, points: Points, folds: Folds, canvas: Canvas) -> None:
        """Nothing stands off the face."""
        return None

    def paint(self, points: Points, folds: Folds, canvas: Canvas) -> Tuple[np.ndarray, np.ndarray, None]:
        """Weights (h,w,3) and coverage (h,w) 0..1."""
        figure, k, soft = canvas.figure, canvas.figure.scale, max(.0017, canvas.fine * .4)
        front = points.is_part('head') & (points.z > figure.ear[2] + .045) & (points.normal[..., 2] > -.3)
        u = (abs(points.x) - figure.eye[0] - .0018 * k) / k
        v = (points.y - figure.eye[1] + .0022 * k) / k - self.tilt * u
        bow = np.clip(1 - (u / .0135) ** 2, -2, 1)
        upper, lower = .0056 * self.open * bow, -.0044 * self.open * bow
        eye = np.minimum(upper - v, v - lower)
        opened = inside(eye, soft)
        gaze = np.hypot(u - self.gaze[0] * np.sign(points.x), v - .0006 - self.gaze[1])
        iris, pupil = inside(.0058 - gaze, soft), inside(.0025 - gaze, soft)
        shine = inside(.0011 - np.hypot(u - .0016 * np.sign(points.x), v - .0026), soft)
        near = abs(u) < .017
        lash = line(v - upper - .0003, self.lash, soft) * near * (bow > -.35)
        crease = .3 * (1 - self.narrow) * line(v - upper - .0042, .0008, .002) * near * (bow > -.2)
        rim = (.22 + .2 * self.feminine) * line(v - lower, .0006, soft) * near * (bow > -.2)
        socket = .10 * bell(u, -.009, .007) * bell(v, .009, .007)
        socket = socket + (.1 + .2 * self.old) * bell(u, .0, .012) * bell(v, -.0095, .003)
        white, colored = opened * (1 - iris), opened * iris * (1 - pupil)
        brow = self._brow(points, figure, soft)
        hair = np.maximum(brow, lash * .9)
        dark = np.maximum.reduce([opened * iris * pupil, crease, rim, socket, self._mouth(points, figure, soft),
                                  self._nostrils(points, figure, soft), self._wrinkles(points, figure)])
        weights = np.stack([white * (.86 - .25 * bell(v, upper, .002)) + 1.1 * shine * opened,
                            colored * (.8 + .35 * bell(v, -.001, .003)), hair], -1)
        coverage = np.clip(np.maximum.reduce([opened, hair, dark]), 1e-3, 1)
        return (weights / coverage[..., None]).astype(np.float32), (coverage * front).astype(np.float32), None

    def _brow(self, points: Points, figure, soft: float) -> np.ndarray:
        k = figure.scale
        u, v = abs(points.x) / k, (points.y - figure.eye[1]) / k - .0165 - self.brow_height
        along = (u - .011) / .036
        middle = self.arch * np.sin(np.clip(along, 0, 1.15) * 2.5) + .0018 * along
        half = self.brow * np.clip(1.15 - .75 * np.clip(along, 0, 1), .2, 1)
        strokes = .85 + .3 * points.field('grain')
        ends = step(along, -.06, .06) * (1 - step(along, .92, 1.08))
        return self.brow_strength * line(v - middle, half, max(soft, .002)) * ends * np.clip(strokes, 0, 1.1)

    def _mouth(self, points: Points, figure, soft: float) -> np.ndarray:
        k = figure.scale
        u, v = points.x / k, (points.y - figure.mouth) / k
        middle = self.smile * ((u / .024) ** 2 - .25) - .0007 * bell(u, 0, .006)
        inner = line(v - middle, .0008, soft) * inside(.0245 - abs(u), .003)
        corner = .35 * bell(abs(u), .0248, .0028) * bell(v, middle, .0028)
        below = .13 * bell(u, 0, .013) * bell(v, -.0135, .0035)
        return np.maximum(.62 * inner, corner) + below

    def _nostrils(self, points: Points, figure, soft: float) -> np.ndarray:
        k = figure.scale
        u, v = abs(points.x) / k, (points.y - figure.nose[1]) / k
        hole = inside(1 - np.hypot((u - .0072) / .0042, (v + .0098) / .0024), .5) * (points.normal[..., 1] < .3)
        wing = .2 * bell(u, .0178, .0016) * bell(v, -.006, .006)
        return np.maximum(.7 * hole, wing)

    def _wrinkles(self, points: Points, figure) -> np.ndarray:
        k, old = figure.scale, self.old
        u, v = abs(points.x) / k, (points.y - figure.eye[1]) / k
        nasolabial = (.07 + .26 * old) * line(u - .0195 - .30 * np.clip(-.030 - v, 0, .05), .001, .003)
        nasolabial = nasolabial * step(-v, .033, .041) * (1 - step(-v, .062, .072))
        if old < .2:
            return nasolabial
        forehead = sum(line(v - .034 - .011 * n - .0018 * np.cos(u * 120), .0006, .0022) for n in range(3))
        forehead = forehead * (1 - step(u, .025, .04))
        feet = sum(line(v + .001 - slope * (u - .043), .0005, .0022) for slope in (-.55, 0., .5))
        feet = feet * step(u, .043, .046) * (1 - step(u, .054, .06))
        bags = bell(u, .028, .011) * line(v + .0135, .0008, .003)
        return nasolabial + old * (.2 * forehead + .2 * feet + .22 * bags)
