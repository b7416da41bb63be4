"""Bare skin: tone by appearance group, and where it is redder, paler, darker."""
from typing import Dict, NamedTuple, Tuple

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.appearance.canvas import Canvas
from ajahr_mm.synthesis.appearance.folds import Folds
from ajahr_mm.synthesis.appearance.points import Points
from ajahr_mm.synthesis.appearance.shapes import bell, step

#: lightest and darkest skin (RGB 0..255) of each group; tones between the two are drawn evenly. The spans overlap on
#: purpose.
SKIN: Dict[str, Tuple[Tuple[int, int, int], Tuple[int, int, int]]] = {
    'African': ((150, 104, 76), (66, 44, 34)), 'Asian': ((238, 202, 172), (196, 150, 114)),
    'Indian': ((200, 150, 112), (110, 74, 52)), 'Hispanic': ((222, 176, 144), (146, 100, 72)),
    'MiddleEastern': ((224, 182, 152), (154, 110, 82)), 'SoutheastAsian': ((212, 166, 128), (140, 98, 70)),
    'White': ((240, 204, 184), (208, 160, 136))}
_MOLE = .0021     # m


class Tone(NamedTuple):
    """The three colours (3,) RGB 0..255 that skin is mixed from; the last two are differences from the first."""
    base: np.ndarray
    blush: np.ndarray
    pale: np.ndarray

    def colors(self) -> np.ndarray:
        """(3,3), a row for each weight of :class:`Skin`."""
        return np.stack([self.base, self.blush, self.pale])


def draw_tone(rng: np.random.Generator, group: str) -> Tone:
    """Skin of a group. Raises UserError for a group that :data:`SKIN` lacks."""
    if group not in SKIN:
        raise UserError(f'no skin tones are known for the appearance group {group!r}; take {", ".join(SKIN)}')
    lightest, darkest = (np.array(tone, np.float32) for tone in SKIN[group])
    base = (lightest + rng.random() * (darkest - lightest)) * rng.uniform(.97, 1.03, size=3).astype(np.float32)
    light = np.clip((base.mean() - 60) / 150, 0, 1)             # 0 very dark, 1 very light
    blush = base * np.array([.16 - .24 * (1 - light), -.24 - .18 * light, -.22 - .12 * light], np.float32)
    blush[0] = min(blush[0] * .4, 14.)
    palm = base + (1 - light) * np.array([62, 44, 36], np.float32) + light * np.array([6, 2, 2], np.float32)
    return Tone(base.astype(np.float32), blush.astype(np.float32), (palm - base).astype(np.float32))


class Skin:
    """The whole bare body; weights of :class:`Tone`.

    Args:
        freckled, hairy: 0..1.
    """

    def __init__(self, rng: np.random.Generator, freckled: float = 0., hairy: float = 0.) -> None:
        self.drape, self.region = 0, 'all'
        self.freckled, self.hairy = freckled, hairy
        self.mottled = float(rng.uniform(.5, 1.2))
        self.flip = rng.choice((-1., 1.), size=3)
        self.moles = rng.integers(0, 1 << 30, size=int(rng.integers(3, 12)))
        self.flush = float(rng.uniform(.6, 1.3))

    def height(self, points: Points, folds: Folds, canvas: Canvas) -> None:
        """Nothing stands off the skin."""
        return None

    def paint(self, points: Points, folds: Folds, canvas: Canvas) -> Tuple[np.ndarray, np.ndarray, None]:
        """Weights (h,w,3), full coverage, no shadow."""
        figure, normal = canvas.figure, points.normal
        head, grain, speckle, mottle, blotch = points.is_part('head'), *(
            points.field(name) for name in ('grain', 'speckle', 'mottle', 'blotch'))
        first, second, third = self.flip
        uneven = .018 * grain + .022 * first * speckle + .03 * self.mottled * second * mottle + .035 * third * blotch
        light = (.45 + .55 * points.openness) * (1 + uneven)
        blush = self._blush(points, figure, head) + .06 * self.mottled * (mottle + blotch * first) * self.flush
        pale = self._pale(points, figure)
        light *= 1 - .07 * bell(points.arm, 2.48, .05) * np.clip(normal[..., 1], 0, 1) - .06 * bell(points.leg, 1, .1)
        if self.freckled:
            spots = step(speckle + .5 * grain, .8, 1.) * np.where(head, bell(points.y, figure.nose[1] + .01, .04), .4)
            light *= 1 - .2 * self.freckled * spots
        if self.hairy:
            dense = np.where(points.arm > 1.1, bell(points.arm, 1.6, .5) * np.clip(normal[..., 1] + .4, 0, 1), 0)
            dense = dense + np.where(points.leg > .5, bell(points.leg, 1.45, .5), 0)
            chest = bell(abs(points.x), .05, .06) * bell(points.y, figure.armpit - .03, .07) * (normal[..., 2] > .3)
            dense = dense + .8 * chest
            light *= 1 - self.hairy * dense * (.13 + .14 * np.clip(grain + .3 * speckle, -.3, 1))
        for mole in self.moles:
            at = canvas.surface.rest[mole % len(canvas.surface.rest)]
            near = np.nonzero(abs(points.y - at[1]) < _MOLE)
            light[near] *= 1 - .35 * (((points.position[near] - at) ** 2).sum(-1) < _MOLE ** 2)
        weights = np.stack([light, np.clip(blush, 0, 1.27), np.clip(pale, 0, 1.27)], -1)
        return weights.astype(np.float32), np.ones(points.shape, np.float32), None

    def _blush(self, points: Points, figure, head: np.ndarray) -> np.ndarray:
        x, y, z, normal, k = abs(points.x), points.y, points.z, points.normal, figure.scale
        eye, nose = figure.eye, figure.nose
        cheek = .24 * bell(x, .037 * k, .017) * bell(y, nose[1] - .004, .016)
        tip = .3 * bell(x, 0, .014) * bell(y, nose[1] - .004, .011) * (z > nose[2] - .025)
        lids = .22 * bell(x, eye[0] + .002, .015) * bell(y, eye[1], .009)
        chin = .12 * bell(x, 0, .018) * bell(y, figure.mouth - .028 * k, .013)
        face = np.where(head & (z > figure.ear[2] + .04), cheek + tip + lids + chin, 0)
        joints = .34 * bell(points.arm, 1, .07) * np.clip(.3 - normal[..., 2], 0, 1) \
            + .3 * bell(points.leg, 1., .09) * np.clip(normal[..., 2] + .2, 0, 1) \
            + .3 * bell(points.arm, 2.5, .06) * np.clip(normal[..., 1] + .3, 0, 1) + .35 * step(points.arm, 2.75, 2.95) \
            + .35 * step(points.leg, 2.7, 2.9) + .2 * bell(points.leg, 2.02, .08) * (points.leg > 1.9) \
            + .1 * step(points.arm, 2., 2.4)
        return self.flush * (face + joints) + .25 * points.field('ears') + .5 * points.field('lips') \
            + .8 * points.field('aureolae')

    def _pale(self, points: Points, figure) -> np.ndarray:
        normal = points.normal
        palm = step(points.arm, 2.02, 2.12) * step(-normal[..., 1], .1, .5)
        sole = step(points.leg, 1.9, 2.) * step(-normal[..., 1], .3, .7) * (points.y < figure.sole + .05)
        inner = .18 * np.clip(-normal[..., 1], 0, 1) * step(points.arm, .1, .4) * (1 - step(points.arm, 1.9, 2.1))
        return np.maximum(palm, sole) + inner + .35 * np.maximum(points.field('fingernails'), points.field('toenails'))
