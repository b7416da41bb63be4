"""Clothes of the upper body."""
from typing import Dict, Optional, Tuple

import numpy as np

from ajahr_mm.synthesis.appearance.canvas import Canvas
from ajahr_mm.synthesis.appearance.figure import reach_in_metres
from ajahr_mm.synthesis.appearance.folds import Folds
from ajahr_mm.synthesis.appearance.patterns import Pattern
from ajahr_mm.synthesis.appearance.points import Points
from ajahr_mm.synthesis.appearance.prints import Print
from ajahr_mm.synthesis.appearance.shapes import bell, inside, line, shadow, step, wave
from ajahr_mm.synthesis.appearance.top_cuts import KINDS

#: m beyond the hem over which the cloth still stands off, so that it ends in a step
_LAP = .011


class Top:
    """One top, colourless: colour 1 is the cloth, 2 its pattern or yoke, 3 trimmings and prints.

    Args:
        kind: one of :data:`~ajahr_mm.synthesis.appearance.top_cuts.KINDS`; patterned: share of patterned ones.
    """

    def __init__(self, rng: np.random.Generator, kind: str, patterned: float = .5) -> None:
        cut = self.cut = KINDS[kind]
        self.sleeve, self.hem, self.neck = (float(rng.uniform(*span)) for span in (cut.sleeve, cut.hem, cut.neck))
        if kind == 'blouse' and self.sleeve > .9:
            self.sleeve = max(self.sleeve, 1.3)
        self.loose, self.thick, self.fold = (float(rng.uniform(*span)) for span in (cut.loose, cut.thick, cut.folds))
        self.is_v = rng.random() < dict(rib=.3, none=.3, trim=.3, shirt=.8).get(cut.collar, 0)
        self.opening = float(rng.uniform(.02, .06)) if cut.front == 'open' else 0.
        is_patterned = rng.random() < patterned * cut.patterned
        self.pattern = Pattern(rng, None if is_patterned else 'plain')
        self.drape, self.region = int(rng.integers(64)), 'torso' if self.sleeve < .9 else 'upper'
        self.contrast = rng.random() < .3                 # trimmings in the third colour
        self.pocket = cut.collar == 'shirt' and cut.front == 'buttons' and rng.random() < .6
        self.print: Optional[Print] = None
        if rng.random() < cut.printed and (cut.collar == 'trim' or not is_patterned):
            small = cut.collar != 'trim' and rng.random() < .3
            width = float(rng.uniform(.04, .06) if small else rng.uniform(.15, .24))
            self.print = Print(rng, (.07 if small else 0., .25 + (.05 if small else 0.)), width,
                               'number' if cut.collar == 'trim' else None)

    # ------------------------------------------------------------------ form

    def edges(self, points: Points, canvas: Canvas) -> Dict[str, np.ndarray]:
        """Signed distances (h,w) m inside the ends of sleeves, hem, neckline and front opening."""
        figure, spread = canvas.figure, points.field('spread')
        cut, behind = self.cut, points.z - figure.neck[2] + .008
        ahead = behind / np.maximum(np.hypot(points.x, behind), 1e-4)      # 1 in front of the neck, -1 behind
        arm = reach_in_metres(figure, points, 'arm')
        end = self.sleeve * reach_in_metres_of_a_segment(figure)
        if self.sleeve < .1:                               # the armhole reaches below the armpit
            arm = arm + .5 * np.clip(figure.armpit + .05 - points.y, 0, .07)
            arm = arm + .25 * np.maximum(points.y - figure.shoulder[1], 0)
        sides = (.074 if cut.collar in ('shirt', 'band', 'high') else .084) if self.sleeve > 0 else .1
        deeper = (self.neck - sides) * abs(ahead) ** (1.2 if self.is_v else 2.2)
        neckline = spread - sides - np.where(ahead > 0, deeper, .042 * ahead)
        if self.is_v:
            tip = figure.neck[1] - self.neck * (.72 if cut.collar == 'shirt' else .95)
            neckline = np.minimum(neckline, np.where(ahead > 0, (abs(points.x) * 1.9 + tip - points.y) * .45, 1))
        hem = points.y - (figure.waist - self.hem - .012 * np.clip(-points.normal[..., 2], 0, 1))
        edges = dict(sleeve=(end - arm), neck=neckline, hem=hem)
        if self.opening:
            wide = self.opening * (1 + .8 * np.clip((figure.waist + .1 - points.y) / .2, -.6, 1))
            if self.cut.collar == 'lapel':
                wide = np.where(points.y > .2, .012 + .55 * np.clip(points.y - .16, 0, .22), wide * .4 + .012)
            edges['front'] = np.where(points.normal[..., 2] > -.1, abs(points.x) - wide, .2)
        return edges

    def _covered(self, points: Points, canvas: Canvas) -> Tuple[np.ndarray, Dict[str, np.ndarray]]:
        edges = self.edges(points, canvas)
        distance = np.minimum.reduce(list(edges.values()))
        off = points.is_part('head') | ((points.leg > 1.2) & (points.arm < 0))
        return np.where(off, -1, distance), edges

    def height(self, points: Points, folds: Folds, canvas: Canvas) -> Tuple[np.ndarray, np.ndarray]:
        """(V,) m over the skin, and (V,) bool where the cloth is."""
        distance, edges = self._covered(points, canvas)
        figure, heights = canvas.figure, canvas.heights
        hang = heights.shirt * self.loose * step(points.y[:, 0], figure.hips - .05, figure.hips + .05)
        on_arm = np.clip(points.arm[:, 0] * 4, 0, 1)
        sleeves = on_arm * self.loose * .009
        relief = .008 * self.fold * (.35 + self.loose) * folds.height[:, 0] * (1 - .4 * on_arm)
        if self.cut.texture == 'quilted':
            relief = .007 * abs(np.sin(points.field('along')[:, 0] * np.pi / .055))
        if self.cut.collar == 'hood':                      # lies in a roll on neck and shoulder blades
            spread = points.field('spread')[:, 0]
            relief = relief + .03 * bell(spread, .1, .04) * np.clip(.6 - points.normal[:, 0, 2], 0, 1)
        height = (self.thick + np.minimum(hang + sleeves, .06) + relief) * step(points.field('spread')[:, 0], .0, .15)
        if self.cut.collar in ('shirt', 'lapel', 'high', 'band'):          # stands up around the neck
            height = height + .007 * bell(edges['neck'][:, 0], .012, .014)
        if 'front' in edges:                                               # lies flat along the opening
            height = height * step(edges['front'][:, 0], -.012, .03)
        return height.astype(np.float32), distance[:, 0] > -_LAP

    # ------------------------------------------------------------------ paint

    def paint(self, points: Points, folds: Folds, canvas: Canvas) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weights (h,w,3), coverage and shadow (h,w) 0..1."""
        fine = canvas.fine
        distance, edges = self._covered(points, canvas)
        second, third = self.pattern(points)
        shade = self._shade(points, folds, canvas, edges)
        trim = self._trimmings(points, canvas, edges, shade)
        if self.print is not None:
            trim = np.maximum(trim, .92 * self.print(points))
        third = np.maximum(third, trim)
        second = second * (1 - third)
        weights = np.stack([1 - second - third, second, third], -1) * shade[..., None]
        return weights, inside(distance, fine), shadow(distance + .002, .34, .009)

    def _shade(self, points: Points, folds: Folds, canvas: Canvas, edges: Dict[str, np.ndarray]) -> np.ndarray:
        grain = points.field('grain') * dict(knit=.05, denim=.06).get(self.cut.texture, .025)
        shade = (1 + (folds.shade - 1) * self.fold * 1.35) * (.82 + .18 * points.openness) * (1 + grain)
        shade *= 1 + .05 * points.field('blotch')
        if self.cut.texture == 'knit':
            shade *= 1 + .05 * np.sin(points.field('around') * 2 * np.pi * 60)
        if self.cut.texture == 'quilted':
            shade *= .8 + .3 * abs(np.sin(points.field('along') * np.pi / .055)) ** .6
        for name in ('sleeve', 'hem', 'neck'):
            if name == 'sleeve' and self.sleeve < .1:
                continue
            shade *= 1 - .22 * bell(edges[name], 0, .004) - .12 * line(edges[name] - .018, .0015, canvas.fine)
        seam = bell(points.arm, .07, .012) * (1 if self.sleeve > .15 else 0)
        return shade * (1 - .16 * seam)

    def _trimmings(self, points: Points, canvas: Canvas, edges: Dict[str, np.ndarray], shade: np.ndarray) -> np.ndarray:
        """Share (h,w) of the third colour; draws collars, plackets and pockets into ``shade`` too."""
        cut, fine, front = self.cut, canvas.fine, np.clip(points.normal[..., 2] * 6, 0, 1)
        third = np.zeros(points.shape, np.float32)
        if cut.collar in ('rib', 'trim', 'high', 'hood', 'band'):
            band = inside(.018 - edges['neck'], fine)
            shade *= 1 - .12 * band - .25 * line(edges['neck'] - .018, .0012, fine)
            third = np.maximum(third, band * self.contrast)
        if cut.collar in ('shirt', 'lapel'):
            wide = .032 if cut.collar == 'shirt' else .05
            flap = np.minimum(wide - edges['neck'], .5 * (points.y - canvas.figure.neck[1] + self.neck * .8))
            collar = inside(flap, fine)
            shade *= 1 + .08 * collar - .45 * bell(flap, -.002, .0045)
            if cut.collar == 'lapel' and self.opening:
                edge = .05 * step(points.y, .14, .3) - edges['front']
                shade *= 1 + .06 * inside(edge, fine) - .3 * bell(edge, 0, .004) * step(points.y, .14, .2)
            third = np.maximum(third, collar * self.contrast * .6)
        if cut.cuffs == 'rib':
            rib = np.maximum(inside(.045 - edges['sleeve'], fine), inside(.05 - edges['hem'], fine))
            shade *= 1 - rib * (.08 + .09 * wave(points.field('around') * 90))
            third = np.maximum(third, rib * self.contrast * .8)
        if cut.collar == 'trim':
            third = np.maximum(third, inside(.022 - edges['sleeve'], fine) * self.contrast)
        if cut.front in ('buttons', 'placket', 'zip'):
            upper = 1. if cut.front != 'placket' else step(points.y, .2, .21)
            on = front * upper
            shade *= 1 - on * (.2 * line(points.x - .017, .001, fine) + .1 * line(points.x + .015, .001, fine))
            if cut.front == 'zip':
                third = np.maximum(third, on * line(points.x, .003, fine))
            else:
                drop = (canvas.figure.neck[1] - .065 - points.y) / .075
                button = np.hypot(points.x, ((drop + .5) % 1 - .5) * .075)
                third = np.maximum(third, .85 * on * inside(.0052 - button, fine) * (drop > -.3))
                shade *= 1 - .3 * on * bell(button, .0075, .002) * (drop > -.3)
        if self.pocket or cut.texture == 'denim':
            x, y = abs(points.x) - .078, points.y - .265
            side = 1 if cut.texture == 'denim' else points.x > 0
            rim = np.minimum(.05 - abs(x), .055 - abs(y))
            shade *= 1 - front * side * (.2 * line(rim, .0012, fine) + .1 * line(y - .035, .0012, fine) * (rim > 0))
        if cut.collar == 'hood':
            bag = np.minimum(.13 - abs(points.x) - .5 * np.maximum(points.y - .05, 0), .07 - abs(points.y - .04))
            shade *= 1 - .2 * front * line(bag, .002, fine)
            cord = line(abs(points.x) - .03, .003, fine) * step(points.y, .27, .275) * (edges['neck'] > 0)
            third = np.maximum(third, cord * front * .9)
        return third


def reach_in_metres_of_a_segment(figure) -> float:
    """m of half the way from shoulder to wrist: what one segment of ``sleeve`` counts."""
    return float(abs(figure.wrist[0] - figure.shoulder[0]) / 2)
