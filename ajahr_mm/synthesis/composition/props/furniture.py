"""Chairs, tables, benches, cupboards, boxes, suitcases and wheelchairs, built of boxes and seen from a random side."""
from typing import List, NamedTuple, Sequence

import numpy as np

from ajahr_mm.synthesis.composition.props.painting import Lit, canvas, colored, grain, line, polygons

WOOD = ((150, 104, 64), (98, 62, 38), (196, 158, 112), (66, 44, 30), (214, 190, 158))
PAINT = ((236, 234, 230), (48, 48, 52), (120, 124, 128), (70, 92, 120), (150, 60, 50), (60, 92, 72), (196, 164, 78))
CARD = ((186, 146, 100), (170, 128, 84), (206, 176, 136))
_STEEL = ((150, 152, 156), (70, 72, 76), (196, 198, 200))

# Corners of a unit box by the signs of x, y, z, and its six faces in order around each.
_CORNERS = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float32)
_FACES = np.array([[4, 5, 7, 6], [0, 2, 3, 1], [2, 6, 7, 3], [0, 1, 5, 4], [1, 3, 7, 5], [0, 4, 6, 2]])
_NORMALS = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], np.float32)


class Box(NamedTuple):
    """A box with level edges."""
    middle: Sequence[float]    # x right, y up, z to the front; the thing stands on y = 0
    size: Sequence[float]
    color: np.ndarray          # RGB 0..255


class _Stand(NamedTuple):
    """A place for things on a patch: how the thing is turned, and how large it is."""
    turn: np.ndarray           # (3,3) thing axes -> x right, y up, z towards the viewer
    scale: float
    origin: np.ndarray         # (2,) px

    def pixels(self, points: np.ndarray) -> np.ndarray:
        """(N,2) px of points (N,3) of the thing."""
        return (points @ self.turn.T)[:, :2] * [self.scale, -self.scale] + self.origin


def _stand(rng: np.random.Generator, points: np.ndarray, height: float, turned: float) -> tuple:
    """A stand for a thing with outermost points (N,3), ``height`` px tall, and an empty patch of the right size.

    ``turned``: largest turn away from the front in degrees.
    """
    yaw, pitch = np.deg2rad(rng.uniform(-turned, turned)), np.deg2rad(rng.uniform(6, 20))
    cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    turn = np.array([[cy, 0, sy], [sy * sp, cp, -cy * sp], [-sy * cp, sp, cy * cp]])
    seen = (points @ turn.T)[:, :2]
    low, high = seen.min(0), seen.max(0)
    scale = (height - 2) / (high[1] - low[1])
    width = (high[0] - low[0]) * scale + 3
    return _Stand(turn, scale, np.array([1.5 - low[0] * scale, 1 + high[1] * scale])), canvas(height, width)


def _build(rng: np.random.Generator, boxes: List[Box], height: float, lit: Lit, material: str,
           turned: float = 60.) -> np.ndarray:
    """A patch of boxes, those farther away first."""
    middles, sizes = (np.array([getattr(box, name) for box in boxes], np.float32) for name in ('middle', 'size'))
    corners = middles[:, None] + _CORNERS * sizes[:, None] / 2
    stand, patch = _stand(rng, corners.reshape(-1, 3), height, turned)
    normals = _NORMALS @ stand.turn.T.astype(np.float32)
    shades, seen = lit(normals), np.flatnonzero(normals[:, 2] > 1e-3)
    pixels = stand.pixels(corners.reshape(-1, 3)).reshape(len(boxes), 8, 2)
    for index in np.argsort(middles @ stand.turn[2], kind='stable'):
        outlines, paint = pixels[index][_FACES[seen]], boxes[index].color * shades[seen]
        polygons(patch, outlines, paint)
        if height > 90:
            line(patch, outlines, paint.mean(0) * .8, 1, closed=True)
    return grain(patch, rng, material)


def chair(rng: np.random.Generator, height: float, lit: Lit) -> np.ndarray:
    """A chair with four legs and a back of boards, bars or one piece."""
    color = colored(rng, WOOD if rng.random() < .6 else PAINT)
    seat = colored(rng, PAINT) if rng.random() < .4 else color
    thick, back = rng.uniform(.035, .06), rng.uniform(.85, 1.05)
    boxes = [Box((0, .46, 0), (.46, .05, .46), seat)]
    boxes += [Box((x, .22, z), (thick, .44, thick), color) for x in (-.2, .2) for z in (-.2, .2)]
    boxes += [Box((x, (back + .48) / 2, -.21), (thick, back - .48, thick), color) for x in (-.2, .2)]
    kind = rng.integers(3)
    if kind == 0:
        boxes += [Box((0, y, -.21), (.36, .07, .03), color) for y in np.linspace(.62, back - .04, 3)]
    elif kind == 1:
        boxes += [Box((x, (back + .5) / 2, -.21), (.03, back - .5, .03), color) for x in (-.12, -.04, .04, .12)]
        boxes += [Box((0, back - .03, -.21), (.44, .06, .04), color)]
    else:
        boxes += [Box((0, (back + .58) / 2, -.21), (.4, back - .58, .04), seat)]
    return _build(rng, boxes, height, lit, 'wood', 180.)


def table(rng: np.random.Generator, height: float, lit: Lit) -> np.ndarray:
    """A table, half of the time under a board of another colour."""
    color = colored(rng, WOOD + PAINT)
    top = colored(rng, WOOD) if rng.random() < .5 else color
    wide, deep, thick = rng.uniform(.7, 1.7), rng.uniform(.5, .8), rng.uniform(.05, .08)
    boxes = [Box((0, .72, 0), (wide, .05, deep), top), Box((0, .66, 0), (wide * .92, .07, deep * .9), color * .9)]
    boxes += [Box((x * wide * .45, .33, z * deep * .43), (thick, .64, thick), color) for x in (-1, 1) for z in (-1, 1)]
    return _build(rng, boxes, height, lit, 'wood', 35.)


def bench(rng: np.random.Generator, height: float, lit: Lit) -> np.ndarray:
    """A park bench seen from before or behind."""
    color, iron = colored(rng, WOOD), colored(rng, _STEEL)
    wide = rng.uniform(1.1, 1.8)
    boxes = [Box((0, .44, z), (wide, .04, .12), color) for z in (-.16, -.01, .14)]
    boxes += [Box((0, y, -.25), (wide, .1, .03), color) for y in (.58, .73)]
    boxes += [Box((x * wide * .42, .21, 0), (.05, .42, .4), iron) for x in (-1, 1)]
    boxes += [Box((x * wide * .42, .6, -.27), (.04, .42, .03), iron) for x in (-1, 1)]
    return _build(rng, boxes, height, lit, 'wood', 30. if rng.random() < .6 else 180.)


def carton(rng: np.random.Generator, height: float, lit: Lit) -> np.ndarray:
    """A cardboard box with tape, sometimes a smaller one on top."""
    color, wide, deep, tall = colored(rng, CARD), *rng.uniform(.5, 1., size=3)
    tape = np.float32([214, 196, 160])
    boxes = [Box((0, tall / 2, 0), (wide, tall, deep), color), Box((0, tall + .002, 0), (.09 * wide, .004, deep), tape),
             Box((0, tall * .88, 0), (.09 * wide, tall * .24, deep + .01), tape)]
    if rng.random() < .4:
        size = rng.uniform(.4, .8, size=3) * (wide, tall, deep)
        boxes.append(Box((rng.normal() * .08, tall + size[1] / 2, 0), size, colored(rng, CARD)))
    return _build(rng, boxes, height, lit, 'rough')


def cupboard(rng: np.random.Generator, height: float, lit: Lit) -> np.ndarray:
    """A low cupboard or chest of drawers."""
    color, wide, deep = colored(rng, WOOD + PAINT), rng.uniform(.5, 1.4), rng.uniform(.35, .5)
    boxes = [Box((0, .5, 0), (wide, 1, deep), color), Box((0, 1.01, .01), (wide + .05, .03, deep + .05), color * 1.05)]
    rows, columns = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    knob = colored(rng, _STEEL)
    for row in range(rows):
        for column in range(columns):
            x, y = (column + .5) / columns * wide - wide / 2, (row + .5) / rows * .92 + .05
            boxes.append(Box((x, y, deep / 2 + .008), (wide / columns - .03, .92 / rows - .03, .016), color * 1.04))
            boxes.append(Box((x, y + .25 / rows, deep / 2 + .03), (.1, .015, .02), knob))
    return _build(rng, boxes, height, lit, 'wood', 40.)


def suitcase(rng: np.random.Generator, height: float, lit: Lit) -> np.ndarray:
    """A suitcase on small wheels with its handle pulled out."""
    color, dark = colored(rng, PAINT), np.float32([30, 30, 32])
    boxes = [Box((0, .36, 0), (.46, .62, .26), color)] + [Box((0, .03, z), (.42, .05, .05), dark) for z in (.1, -.1)]
    boxes += [Box((x, .36, .135), (.03, .56, .012), color * .8) for x in (-.15, -.05, .05, .15)]
    boxes += [Box((x, .8, -.1), (.02, .28, .02), dark) for x in (-.1, .1)] + [Box((0, .95, -.1), (.24, .035, .03), dark)]
    return _build(rng, boxes, height, lit, 'cloth')


def wheelchair(rng: np.random.Generator, height: float, lit: Lit) -> np.ndarray:
    """An empty wheelchair."""
    cloth = colored(rng, ((40, 42, 48), (36, 48, 84), (90, 30, 34)))
    steel, tyre = colored(rng, _STEEL), np.float32([34, 34, 36])
    boxes = [Box((0, .5, .02), (.42, .06, .42), cloth), Box((0, .74, -.2), (.42, .4, .05), cloth),
             Box((0, .12, .5), (.34, .02, .14), tyre)]
    boxes += [Box((x, .3, .34), (.03, .4, .03), steel) for x in (-.17, .17)]
    boxes += [Box((x, .72, .02), (.05, .04, .34), tyre) for x in (-.23, .23)]
    boxes += [Box((x, .95, -.25), (.03, .04, .14), tyre) for x in (-.2, .2)]
    boxes += [Box((x, .6, -.2), (.03, .7, .03), steel) for x in (-.2, .2)]
    circle = np.linspace(0, 2 * np.pi, 25)[:-1]
    ring = np.stack([np.zeros(24), np.sin(circle), np.cos(circle)], -1)
    wheels = [(ring * .3 + (x, .3, -.08), .3) for x in (-.28, .28)] + [(ring * .1 + (x, .1, .3), .1) for x in (-.2, .2)]
    corners = np.concatenate([np.array(box.middle) + _CORNERS * np.array(box.size) / 2 for box in boxes])
    stand, patch = _stand(rng, np.concatenate([corners] + [rim for rim, _ in wheels]), height, 180.)
    normals = _NORMALS @ stand.turn.T.astype(np.float32)
    shade, seen = lit(normals), np.flatnonzero(normals[:, 2] > 1e-3)
    parts = [(np.array(box.middle), box) for box in boxes] + [(rim.mean(0), (rim, radius)) for rim, radius in wheels]
    for middle, part in sorted(parts, key=lambda item: float(item[0] @ stand.turn[2])):
        if isinstance(part, Box):
            pixels = stand.pixels(middle + _CORNERS * np.array(part.size) / 2)
            polygons(patch, pixels[_FACES[seen]], part.color * shade[seen])
            continue
        rim, radius = part
        pixels, hub = stand.pixels(rim), stand.pixels(middle[None])
        for spoke in pixels[:len(pixels) // 2:2]:
            line(patch, np.stack([2 * hub[0] - spoke, spoke]), steel * .8, 1)
        line(patch, pixels, tyre, height * radius / 11, closed=True)
        line(patch, stand.pixels(middle + (rim - middle) * .82), steel, height / 150, closed=True)
    return patch
