"""Hair on the head: where it grows, how it falls and how far it stands off."""
from typing import Tuple

import numpy as np

from ajahr_mm.synthesis.appearance.canvas import Canvas
from ajahr_mm.synthesis.appearance.folds import Folds
from ajahr_mm.synthesis.appearance.hair_styles import HAIRLINE, HAIRLINE_AT, STYLES
from ajahr_mm.synthesis.appearance.points import Points
from ajahr_mm.synthesis.appearance.shapes import bell, inside, shadow, step, wave


class Hair:
    """One head of hair, colourless: colour 1 is the hair, 2 its lit strands, 3 is not used.

    Args:
        style: one of :data:`~ajahr_mm.synthesis.appearance.hair_styles.STYLES`.
        receding: 0..1, how far the hairline has gone back.
    """

    def __init__(self, rng: np.random.Generator, style: str, receding: float = 0.) -> None:
        self.style, self.name, self.receding = STYLES[style], style, receding
        self.top, self.sides = (float(rng.uniform(*span)) for span in (self.style.top, self.style.sides))
        self.end = None if self.style.end is None else float(rng.uniform(*self.style.end))
        self.curl = float(rng.uniform(*self.style.curl))
        is_parted = style in ('side_part', 'bob', 'long', 'wavy', 'short')
        self.part = float(rng.choice((-.032, 0., .032, .02))) if is_parted else None
        self.fringe = self.end is not None and rng.random() < .3
        self.tail = style == 'ponytail'
        self.drape, self.region = 0, 'hair' if self.end is not None or self.tail else 'head'
        self.tail_end = float(rng.uniform(-.32, -.16))
        self.shift = rng.uniform(-2, 2, size=3).astype(np.float32)
        self.ball = 0. if self.style.ball is None else float(rng.uniform(*self.style.ball))
        self.high = float(rng.normal() * .004)

    # ------------------------------------------------------------------ form

    def _distance(self, points: Points, canvas: Canvas) -> np.ndarray:
        """Signed distance (h,w) m inside the hair."""
        figure, k = canvas.figure, canvas.figure.scale
        over, behind = (points.y - figure.eye[1]) / k, points.field('behind')
        head = points.is_part('head') | (points.is_part('neck') & (points.z < figure.ear[2]))
        line = np.interp(behind, HAIRLINE_AT, HAIRLINE).astype(np.float32) + self.high * (behind < .3)
        line += self.receding * (.028 * bell(behind, .17, .09) + .012 * bell(behind, 0, .2))
        if self.name == 'balding':
            line = np.where(behind < .32, .2, line + .035 * bell(behind, .3, .1))
        distance = over - line
        if self.name == 'balding':                             # a wreath
            distance = np.minimum(distance, np.where(behind > .3, .052 - over + .05 * np.maximum(behind - .7, 0), -.1))
        if self.fringe:
            distance = np.where(behind < .3, over - .022 - .02 * behind, distance)
        distance = np.where(head, distance, -.2)
        ears = points.field('ears') > .1
        if self.end is None or self.name == 'pixie':
            distance = np.where(ears, -.05, distance)
        if self.end is not None:
            low = step(-over, .02, .05)                        # below the ears it hangs behind the jaw
            edge = (behind - (.37 if self.name != 'pixie' else .45)) * .2
            edge = np.minimum(edge, np.where(low > 0, figure.ear[2] + .012 * (1 - low) - points.z, 1))
            wide = figure.ear[0] + .02 - .25 * np.clip(figure.neck[1] - .06 - points.y, 0, .3)
            curtain = np.minimum(np.minimum(over - self.end, wide - abs(points.x)), edge)
            distance = np.maximum(distance, np.where(points.arm < -.1, curtain, -.2))
        if self.tail:
            tail = np.minimum(np.minimum(over - self.tail_end, .10 - over), .026 + .01 * np.sin(over * 20) - abs(points.x))
            distance = np.maximum(distance, np.where(points.z < figure.ear[2] - .01, tail, -.2))
        return distance.astype(np.float32)

    def height(self, points: Points, folds: Folds, canvas: Canvas) -> np.ndarray:
        """(V,) m over the skin."""
        figure, style = canvas.figure, self.style
        distance, over = self._distance(points, canvas)[:, 0], (points.y[:, 0] - figure.eye[1]) / figure.scale
        x, z = points.x[:, 0], points.z[:, 0]
        upper = step(over, .015, .07)
        height = self.sides + (self.top - self.sides) * upper
        height = height + style.front * bell(over, .085, .03) * step(z, figure.ear[2] + .01, figure.ear[2] + .07)
        if self.part is not None:
            height = height - .4 * self.top * bell(x, self.part, .008) * (z > figure.ear[2])
        if self.end is not None and self.name != 'pixie':
            height = np.where(over < -.02, self.sides, height) + canvas.heights.hair * (1 if self.end < -.07 else .5)
            height = height * (1 - .6 * step(-over, .16, .24))
        if self.ball:
            far = np.sqrt(x ** 2 + (over - .032) ** 2 + (z - figure.ear[2] + .005) ** 2)
            height = np.maximum(self.ball - far, self.sides)
        if style.back is not None:
            up, size, thick = style.back
            far = np.sqrt(x ** 2 + (over - up) ** 2) / size
            height = height + thick * np.where(z < figure.ear[2] - .01, np.sqrt(np.clip(1 - far ** 2, 0, 1)), 0)
        if self.tail:
            height = height + .018 * bell(x, 0, .022) * (over < .02) * (z < figure.ear[2])
        height = height * (1 + .5 * self.curl * points.field('mottle')[:, 0])
        edge = step(distance, -.012, .075 if self.ball else .022)      # grows out of the skin, does not lie on it like a lid
        ears = points.field('ears')[:, 0] if 'ears' in points.fields else abs(x) > figure.ear[0] - .004
        flat = (abs(x) > figure.ear[0] - .004) & (over < .012) & (abs(z - figure.ear[2]) < .035)
        height = np.where(flat | (ears > .3), 0, np.maximum(height, 0) * edge)
        return canvas.smooth(height, 3) if self.end is not None or self.ball else height.astype(np.float32)

    # ------------------------------------------------------------------ paint

    def paint(self, points: Points, folds: Folds, canvas: Canvas) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weights (h,w,3), coverage and shadow (h,w) 0..1."""
        figure, style = canvas.figure, self.style
        strands = self._strands(points, canvas)
        distance = self._distance(points, canvas)
        over = (points.y - figure.eye[1]) / figure.scale
        soft = .013 if self.end is None else .009
        coverage = style.dense * inside(distance - .002 + .003 * strands + .003 * points.field('grain'), soft)
        if style.fade:
            thin = 1 - style.fade * (1 - step(over, .0, .055))
            coverage = coverage * np.where(thin < 1, np.clip(thin + .3 * strands * style.fade, 0, 1), 1)
        if style.dense < 1:
            coverage = coverage * np.clip(.9 + .25 * points.field('grain'), 0, 1)
        shade = (.62 + .38 * points.openness) * (1 + (.2 + .12 * self.curl) * strands)
        shade *= 1 - .25 * bell(distance, 0, .006) * (self.end is not None)
        if self.curl > .3:
            shade *= 1 + .08 * self.curl * points.field('speckle')
        if self.part is not None:
            shade *= 1 - .35 * bell(points.x, self.part, .0022) * (points.z > figure.ear[2] - .02) * (over > .05)
        if style.back is not None:
            up, size, _ = style.back
            ring = np.sqrt(points.x ** 2 + (over - up) ** 2) / size
            shade *= 1 - .45 * bell(ring, 1, .18) * (points.z < figure.ear[2] - .01)
        if style.rows:
            shade *= .55 + .6 * wave(self._round(points) * style.rows / 2, .75, .25)
        gloss = np.clip(.55 * bell(points.normal[..., 1], .55, .2) * (1 - self.curl) * (.6 + .6 * strands), 0, .8)
        gloss = np.maximum(gloss, .28 * np.clip(strands, 0, 1))
        weights = np.stack([1 - gloss, gloss, 0 * gloss], -1) * shade[..., None]
        return weights.astype(np.float32), coverage.astype(np.float32), shadow(distance, .16, .006)

    def _round(self, points: Points) -> np.ndarray:
        """Half turns around the whorl, a little behind the top of the head."""
        return np.arctan2(points.x, points.z - .02) / np.float32(np.pi)

    def _strands(self, points: Points, canvas: Canvas) -> np.ndarray:
        """(h,w) about -1..1: fine lines that run down from the whorl, or curls."""
        turn = self._round(points) * np.float32(np.pi)
        wavy = self.curl * .25 * np.sin(points.y * 160 + 3 * points.field('mottle'))
        flow = np.stack([np.cos(turn + wavy * .4), np.sin(turn + wavy * .4), points.y * .9 + points.z * .3], -1) + self.shift
        straight = canvas.noise(flow, (.035, .035, .09)) + .5 * canvas.noise(flow * 1.7, (.02, .02, .12))
        if self.curl < .3:
            return straight
        curls = .45 * points.field('speckle') + .8 * points.field('grain')
        return (1 - self.curl) * straight + self.curl * curls
