"""Stubble, moustaches and beards."""
from typing import Tuple

import numpy as np

from ajahr_mm.synthesis.appearance.canvas import Canvas
from ajahr_mm.synthesis.appearance.folds import Folds
from ajahr_mm.synthesis.appearance.points import Points
from ajahr_mm.synthesis.appearance.shapes import inside, step

STYLES = ('stubble', 'moustache', 'goatee', 'short_beard', 'full_beard')


class FacialHair:
    """One beard, colourless: colour 1 is the hair, 2 its lit strands.

    Args:
        style: one of :data:`STYLES`.
    """

    def __init__(self, rng: np.random.Generator, style: str) -> None:
        self.drape, self.region, self.style = 0, 'head', style
        self.dense = dict(stubble=float(rng.uniform(.22, .45)), short_beard=float(rng.uniform(.65, .85))).get(style, .93)
        self.low = float(rng.uniform(-.012, .004)) - (.02 if style == 'full_beard' else 0)
        self.cheek = float(rng.uniform(-.006, .006))
        self.thick = dict(full_beard=float(rng.uniform(.012, .022)), short_beard=.004, moustache=.004,
                          goatee=.006).get(style, 0.)

    def _distance(self, points: Points, canvas: Canvas) -> np.ndarray:
        figure, k = canvas.figure, canvas.figure.scale
        u, v = abs(points.x) / k, (points.y - figure.mouth) / k
        lips = np.hypot(u / .026, (v - .0005) / .0122) - 1
        lip = np.minimum(.011 - abs(v - .0165 + .25 * np.maximum(u - .01, 0)), .027 - u)
        cheek = np.where(u > .024, .001 + 1.05 * (u - .024) + self.cheek, .004)
        jaw = np.minimum(cheek - v, v + .062 - self.low)
        chin = np.minimum(np.minimum(.024 - u, v + .06), .012 - v)
        area = dict(moustache=lip, goatee=np.maximum(lip, chin)).get(self.style, np.maximum(lip, jaw))
        face = points.is_part('head', 'neck') & (points.field('ears') < .1)
        face &= points.z > figure.ear[2] + .012 + .12 * np.maximum(-.045 - v, 0)
        return np.where(face, np.minimum(area, lips * .02), -.1).astype(np.float32)

    def height(self, points: Points, folds: Folds, canvas: Canvas) -> np.ndarray:
        """(V,) m over the skin."""
        distance = self._distance(points, canvas)[:, 0]
        v = (points.y[:, 0] - canvas.figure.mouth) / canvas.figure.scale
        return (self.thick * step(distance, 0, .012) * (1 - .6 * step(v, -.02, .01))).astype(np.float32)

    def paint(self, points: Points, folds: Folds, canvas: Canvas) -> Tuple[np.ndarray, np.ndarray, None]:
        """Weights (h,w,3) and coverage (h,w) 0..1."""
        strands = canvas.noise(points.position + 1.7, (.0035, .012, .0035))
        distance = self._distance(points, canvas)
        coverage = self.dense * inside(distance + .003 * strands - .002, .011) * np.clip(.92 + .3 * strands, 0, 1)
        shade = (.7 + .3 * points.openness) * (1 + .22 * strands)
        gloss = np.clip(.3 * strands, 0, .4)
        return np.stack([1 - gloss, gloss, 0 * gloss], -1) * shade[..., None], coverage, None
