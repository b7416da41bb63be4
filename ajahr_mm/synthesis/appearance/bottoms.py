"""Clothes of the lower body."""
from typing import Dict, NamedTuple, Tuple

import numpy as np

from ajahr_mm.synthesis.appearance.canvas import Canvas
from ajahr_mm.synthesis.appearance.figure import reach_in_metres
from ajahr_mm.synthesis.appearance.folds import Folds
from ajahr_mm.synthesis.appearance.patterns import Pattern
from ajahr_mm.synthesis.appearance.points import Points
from ajahr_mm.synthesis.appearance.shapes import bell, inside, line, shadow, step, wave

_LONG = (1.95, 2.07)
#: m beyond the hem over which the cloth still stands off, so that it ends in a step
_LAP = .011


class Cut(NamedTuple):
    """How a kind of trousers is cut; pairs are ranges. ``end`` in segments of the leg, ``rise`` m above the waist joint,
    ``loose`` share of the room to a straight fall, ``flare`` its factor at the ankle."""
    end: Tuple[float, float] = _LONG
    rise: Tuple[float, float] = (-.02, .03)
    loose: Tuple[float, float] = (.15, .6)
    flare: float = .8
    thick: Tuple[float, float] = (.005, .007)
    folds: Tuple[float, float] = (.8, 1.1)
    details: str = 'jeans'           # jeans, suit, sport, cargo, none
    patterned: float = 0.


KINDS: Dict[str, Cut] = dict(
    jeans=Cut(),
    skinny=Cut((1.85, 1.95), loose=(0., .08), thick=(.003, .004), folds=(.5, .8)),
    chinos=Cut(details='suit', loose=(.2, .6)),
    suit=Cut(details='suit', rise=(.01, .05), loose=(.35, .7), flare=.9, folds=(.6, .9), patterned=.15),
    leggings=Cut((1.6, 1.96), (.02, .08), (0., .02), thick=(.002, .003), folds=(.15, .3), details='none', patterned=.15),
    tracksuit=Cut(details='sport', rise=(-.02, .04), loose=(.5, .9), flare=.7, thick=(.006, .009), folds=(1., 1.3)),
    sweatpants=Cut((1.8, 1.95), details='cuffed', loose=(.5, .9), flare=.6, thick=(.007, .01), folds=(1., 1.3)),
    wide=Cut((1.8, 2.06), (.03, .1), (.7, 1.), 1.25, (.005, .007), (.9, 1.2), 'none', .12),
    cargo=Cut(details='cargo', loose=(.6, .95), thick=(.006, .008), folds=(1., 1.3), patterned=.2),
    shorts=Cut((.5, .95), details='jeans', loose=(.5, .9), thick=(.006, .008)),
    sport_shorts=Cut((.4, .75), details='sport', loose=(.6, 1.), thick=(.006, .008), folds=(1., 1.3)),
    hot_pants=Cut((.16, .3), loose=(.1, .3), thick=(.004, .006), details='jeans'),
    cycling=Cut((.5, .85), (.02, .07), (0., .03), thick=(.002, .003), folds=(.1, .3), details='none', patterned=.1),
    capri=Cut((1.2, 1.6), loose=(.1, .5), details='none', patterned=.2))
_PATTERNS = dict(cargo=('camouflage', 'mottled', 'checks'), suit=('checks', 'pinstripes'),
                 none=('floral', 'mottled', 'blocks'))


class Bottom:
    """One pair of trousers, colourless: colour 1 is the cloth, 2 pattern, wear or stripes, 3 stitches, belt and buttons.

    Args:
        kind: one of :data:`KINDS`; patterned: factor on its share of patterned ones.
    """

    def __init__(self, rng: np.random.Generator, kind: str, patterned: float = .5) -> None:
        cut = self.cut = KINDS[kind]
        self.end, self.rise, self.loose, self.thick, self.fold = (
            float(rng.uniform(*span)) for span in (cut.end, cut.rise, cut.loose, cut.thick, cut.folds))
        is_patterned = rng.random() < 2 * patterned * cut.patterned
        pattern = str(rng.choice(_PATTERNS.get(cut.details, _PATTERNS['none'])))
        self.pattern = Pattern(rng, pattern if is_patterned else 'plain')
        self.drape, self.region = int(rng.integers(64)), 'lower'
        self.belt = cut.details in ('jeans', 'suit', 'cargo') and rng.random() < .6
        self.worn = float(rng.uniform(0, .8)) if cut.details == 'jeans' else 0.
        self.stripes = int(rng.choice((0, 1, 2, 3), p=(.3, .3, .15, .25))) if cut.details == 'sport' else 0
        self.turned_up = cut.details == 'jeans' and rng.random() < .15

    def edges(self, points: Points, canvas: Canvas) -> Dict[str, np.ndarray]:
        """Signed distances (h,w) m inside the waistband and the ends of the legs."""
        figure = canvas.figure
        leg = reach_in_metres(figure, points, 'leg')
        length = abs(figure.ankle[1] - figure.hips) / 2
        over_instep = np.maximum(points.z - figure.ankle[2] - .05, 0)
        leg = np.where(leg > 1.8 * length, figure.hips - points.y + .5 * over_instep, leg)
        return dict(end=self.end * length - leg,
                    waist=figure.waist + self.rise - .02 * np.clip(points.normal[..., 2], -.4, 1) - points.y)

    def _covered(self, points: Points, canvas: Canvas) -> Tuple[np.ndarray, Dict[str, np.ndarray]]:
        edges = self.edges(points, canvas)
        distance = np.minimum(edges['end'], edges['waist'])
        return np.where(points.arm > 0, -1, distance), edges

    def height(self, points: Points, folds: Folds, canvas: Canvas) -> Tuple[np.ndarray, np.ndarray]:
        """(V,) m over the skin, and (V,) bool where the cloth is."""
        distance, _ = self._covered(points, canvas)
        down = np.clip(points.leg[:, 0] / 2, 0, 1)
        hang = canvas.heights.trousers * self.loose * (1 + (self.cut.flare - 1) * down)
        hang = hang + .014 * self.loose * step(points.leg[:, 0], 0, .3)
        if self.cut.details in ('sport', 'cuffed') and self.end > 1.5:      # gathered at the ankle
            hang = hang * (1 - .7 * step(points.leg[:, 0], 1.85, 1.98))
        relief = .0075 * self.fold * (.25 + self.loose) * folds.height[:, 0]
        room = np.maximum(abs(points.x[:, 0]) - .003, .002)
        inner = points.normal[:, 0, 0] * np.sign(points.x[:, 0]) < -.3
        height = self.thick + np.minimum(hang, .055) + relief
        return np.where(inner, np.minimum(height, room), height).astype(np.float32), distance[:, 0] > -_LAP

    def paint(self, points: Points, folds: Folds, canvas: Canvas) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weights (h,w,3), coverage and shadow (h,w) 0..1."""
        fine = canvas.fine
        distance, edges = self._covered(points, canvas)
        second, third = self.pattern(points)
        grain = points.field('grain') * (.07 if self.cut.details == 'jeans' else .025)
        shade = (1 + (folds.shade - 1) * self.fold * 1.1) * (.75 + .25 * points.openness) * (1 + grain)
        shade *= 1 + .05 * points.field('blotch')
        if self.worn:
            thigh = bell(points.leg, .5, .35) + .6 * bell(points.leg, .98, .1)
            facing = np.clip(abs(points.normal[..., 2]) * 1.6 - .5, 0, 1)
            second = np.clip(self.worn * thigh * facing * (.75 + .4 * points.field('mottle')), 0, 1)
        shade *= 1 - .22 * bell(edges['end'], 0, .004) - .12 * line(edges['end'] - .022, .0015, fine)
        second, third = self._details(points, canvas, edges, shade, second, third)
        second = second * (1 - third)
        weights = np.stack([1 - second - third, second, third], -1) * shade[..., None]
        return weights, inside(distance, fine), shadow(distance + .002, .34, .009)

    def _details(self, points: Points, canvas: Canvas, edges, shade, second, third):
        """Seams, pockets, stripes and belt: shares of the second and third colour; ``shade`` is changed in place."""
        details, fine, figure = self.cut.details, canvas.fine, canvas.figure
        front, back = np.clip(points.normal[..., 2] * 4, 0, 1), np.clip(-points.normal[..., 2] * 4, 0, 1)
        x, y, outer = abs(points.x), points.y, points.field('outer')
        on_leg = step(points.leg, -.15, 0)
        width = .35 * fine / .0045                                          # turns that a texel spans, about
        if details in ('jeans', 'suit', 'cargo', 'cuffed', 'sport'):
            side = bell(outer, 0, .006 * max(width, 1)) * on_leg
            shade *= 1 - .16 * side
            shade *= 1 - .2 * line(points.x, .0012, fine) * ((points.leg < .2) | (y > figure.crotch - .03)) * (front + back)
        if details in ('jeans', 'cargo'):
            top = figure.waist + self.rise
            rim = np.minimum(.062 - abs(x - .075), .068 - abs(y - (top - .155)) - .25 * abs(x - .075))
            seat = back * line(rim, .0014, fine)
            slant = front * line((y - (top - .05)) - .9 * (x - .11), .0014, fine)
            slant = slant * (x > .06) * (y > top - .11) * (y < top - .03)
            shade *= 1 - .22 * seat - .28 * slant
            third = np.maximum(third, .35 * (seat + slant) * (details == 'jeans'))
            fly = front * line(points.x - .028, .001, fine) * (y > figure.crotch + .05)
            shade *= 1 - .18 * fly
        if details == 'suit':
            crease = bell(abs(points.field('around')), 0, .008) + bell(abs(points.field('around')), .5, .008)
            shade *= 1 + .13 * crease * step(points.leg, .15, .3)
        if details == 'cargo':
            bag = np.minimum(.075 - outer * .6, .085 - abs(y - (figure.knee[1] + .09)))
            shade *= 1 - .28 * line(bag, .002, fine) - .15 * line(y - (figure.knee[1] + .135), .0015, fine) * (bag > 0)
        if self.stripes:
            gap = .03
            for k in range(self.stripes):
                at = (k - (self.stripes - 1) / 2) * gap
                signed = np.where(points.z > figure.knee[2], outer, -outer)
                third = np.maximum(third, on_leg * inside(.009 - abs(signed - at), .008))
        if self.turned_up:
            second = np.maximum(second, .8 * inside(.035 - edges['end'], fine))
            shade *= 1 - .3 * bell(edges['end'], .037, .003)
        band = inside(.034 - edges['waist'], fine)
        shade *= 1 - .1 * band - .25 * line(edges['waist'] - .035, .0015, fine)
        if self.belt:
            third = np.maximum(third, band)
            shade *= 1 + .8 * inside(.016 - x, fine) * front * band
        if details in ('sport', 'cuffed'):
            shade *= 1 - band * .12 * wave(points.field('around') * 80)
        if details == 'cuffed':
            rib = inside(.05 - edges['end'], fine)
            shade *= 1 - rib * (.06 + .1 * wave(points.field('around') * 60))
        return second, third
