"""Furniture made of boxes: each function notes one piece on a stage."""
from typing import Callable, Dict, Tuple

import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery import fittings, materials, plants
from ajahr_mm.synthesis.backgrounds.scenery.stage import Stage

#: Light on the sides of things in a room; what faces the ceiling gets most.
LEVELS = dict(front=.86, left=.74, right=.8, top=1.06)


def faces(texture: np.ndarray, front: np.ndarray = None, levels: Dict[str, float] = LEVELS) -> Callable[[str], np.ndarray]:
    """Textures of a box: one all over, another on the front if given; darker towards the floor."""
    fall = np.float32([[1.04], [1.], [.82]])

    def of(side: str) -> np.ndarray:
        chosen = front if side == 'front' and front is not None else texture
        return materials.lit(chosen, np.full((1, 1), levels[side], np.float32) if side == 'top' else fall * levels[side])
    return of


def _at(middle: np.ndarray, yaw: float, right: float, up: float, ahead: float) -> Tuple[float, float, float]:
    cos, sin = np.cos(yaw), np.sin(yaw)
    return middle[0] + cos * right + sin * ahead, middle[1] + up, middle[2] - sin * right + cos * ahead


def cabinet(stage: Stage, rng: np.random.Generator, middle: np.ndarray, yaw: float) -> None:
    """A sideboard or wardrobe."""
    wood = rng.random() < .7
    tone = materials.pick(rng, materials.WOODS if wood else materials.WALLS, .1)
    w, h = rng.uniform(.8, 1.8), rng.choice((.75, .85, 1.2, 1.95))
    front = fittings.fronts(rng, tone, 1 if h > 1 else int(rng.integers(1, 4)), max(int(w / .5), 1), wood)
    body = materials.boards(rng, tone, 64, 64, 90, 200, 0.) if wood else materials.paint(rng, tone)
    stage.box(middle, (w, h, .45), faces(body, front), yaw)


def shelf(stage: Stage, rng: np.random.Generator, middle: np.ndarray, yaw: float) -> None:
    """A book case."""
    tone = materials.pick(rng, materials.WOODS + materials.WALLS[:4], .1)
    h = rng.uniform(1.2, 2.1)
    sides = faces(materials.paint(rng, tone), fittings.books(rng, tone, int(h / .36)))
    stage.box(middle, (rng.uniform(.7, 1.3), h, .3), sides, yaw)


def sofa(stage: Stage, rng: np.random.Generator, middle: np.ndarray, yaw: float) -> None:
    """A sofa with arms and cushions."""
    cloth = materials.paint(rng, materials.pick(rng, materials.CLOTHS, .1), 64, 96, .03, .06)
    w, side = rng.uniform(1.5, 2.2), faces(cloth)
    stage.box(_at(middle, yaw, 0, 0, .3), (w, .82, .22), side, yaw)
    stage.box(_at(middle, yaw, 0, .06, -.05), (w - .3, .36, .62), side, yaw)
    seat = faces(materials.lit(cloth, np.float32([[1.08]])))
    for x in (-.25, .25):
        stage.box(_at(middle, yaw, x * (w - .3), .42, -.08), ((w - .36) / 2, .1, .58), seat, yaw, 0)
    for x in (-.5, .5):
        stage.box(_at(middle, yaw, x * (w - .16), 0, 0), (.17, .6, .8), side, yaw)


def table(stage: Stage, rng: np.random.Generator, middle: np.ndarray, yaw: float) -> None:
    """A table with four legs."""
    tone = materials.pick(rng, materials.WOODS + materials.WALLS[:2], .1)
    w, d, h = rng.uniform(.9, 1.7), rng.uniform(.6, .85), rng.choice((.45, .74, .74))
    top, leg = faces(materials.boards(rng, tone, 64, 64, 16, 200, .06)), faces(materials.paint(rng, tone * .8, 4, 4))
    for x in (-.5, .5):
        for z in (-.5, .5):
            stage.box(_at(middle, yaw, x * (w - .12), 0, z * (d - .12)), (.06, h, .06), leg, yaw, .5)
    stage.box(_at(middle, yaw, 0, h, 0), (w, .04, d), top, yaw, 0)
    stage.shade(np.array([_at(middle, yaw, x * w, 0, z * d) for x, z in ((-.5, -.5), (.5, -.5), (.5, .5), (-.5, .5))]), .28)


def chair(stage: Stage, rng: np.random.Generator, middle: np.ndarray, yaw: float) -> None:
    """A chair."""
    tone = materials.pick(rng, materials.WOODS + materials.CLOTHS, .1)
    part = faces(materials.paint(rng, tone, 4, 4, .03))
    for x in (-.19, .19):
        for z in (-.19, .19):
            stage.box(_at(middle, yaw, x, 0, z), (.04, .45, .04), part, yaw, .4)
    stage.box(_at(middle, yaw, 0, .45, 0), (.44, .05, .44), part, yaw, 0)
    stage.box(_at(middle, yaw, 0, .55, .2), (.42, .4, .04), part, yaw, 0)


def bed(stage: Stage, rng: np.random.Generator, middle: np.ndarray, yaw: float) -> None:
    """A bed with cover and pillow."""
    cover = materials.pick(rng, materials.CLOTHS + materials.WALLS, .1)
    frame = faces(materials.paint(rng, materials.pick(rng, materials.WOODS)))
    stage.box(middle, (1., .28, 2.), frame, yaw)
    stage.box(_at(middle, yaw, 0, .28, 0), (.98, .22, 1.96), faces(materials.paint(rng, cover, 64, 64, .03, .08)), yaw, 0)
    stage.box(_at(middle, yaw, 0, .5, .75), (.6, .1, .36), faces(materials.paint(rng, np.float32([232, 230, 226]))), yaw, 0)


def couch(stage: Stage, rng: np.random.Generator, middle: np.ndarray, yaw: float) -> None:
    """A treatment table."""
    leather = faces(materials.paint(rng, materials.pick(rng, materials.CLOTHS + ((86, 120, 140),), .1), 32, 32, .01))
    metal = faces(materials.paint(rng, np.float32([188, 190, 192]), 4, 4))
    for x in (-.7, .7):
        for z in (-.25, .25):
            stage.box(_at(middle, yaw, x, 0, z), (.05, .6, .05), metal, yaw, .4)
    stage.box(_at(middle, yaw, 0, .6, 0), (1.85, .12, .66), leather, yaw, 0)
    stage.shade(np.array([_at(middle, yaw, x, 0, z) for x, z in ((-.9, -.3), (.9, -.3), (.9, .3), (-.9, .3))]), .28)


def walking_bars(stage: Stage, rng: np.random.Generator, middle: np.ndarray, yaw: float) -> None:
    """Parallel bars to learn walking between."""
    wood, metal = (faces(materials.paint(rng, np.float32(tone), 4, 4)) for tone in ((196, 160, 114), (176, 178, 180)))
    for x in (-.32, .32):
        for z in (-1.5, 0, 1.5):
            stage.box(_at(middle, yaw, x, 0, z), (.05, .84, .05), metal, yaw, .4)
        for z in (-1.125, -.375, .375, 1.125):       # in pieces, so that the order of distances holds
            stage.box(_at(middle, yaw, x, .84, z), (.05, .05, .76), wood, yaw, 0)
    stage.box(middle, (.95, .03, 3.3), faces(materials.paint(rng, np.float32([120, 122, 126]))), yaw, .2)


def lamp(stage: Stage, rng: np.random.Generator, middle: np.ndarray, yaw: float) -> None:
    """A floor lamp."""
    dark = faces(materials.paint(rng, np.float32([70, 66, 62]), 4, 4))
    stage.box(middle, (.28, .03, .28), dark, yaw, .4)
    stage.box(_at(middle, yaw, 0, .03, 0), (.03, 1.35, .03), dark, yaw, 0)
    stage.box(_at(middle, yaw, 0, 1.32, 0), (.36, .28, .36), faces(np.full((8, 8, 3), (250, 238, 212), np.uint8)), yaw, 0)


def plant(stage: Stage, rng: np.random.Generator, middle: np.ndarray, yaw: float) -> None:
    """A pot plant."""
    w, tone = rng.uniform(.26, .4), materials.pick(rng, materials.STONES + ((166, 104, 76),))
    stage.box(middle, (w, w, w), faces(materials.paint(rng, tone, 4, 4)), yaw)
    stage.sprite(np.asarray(middle) + (0, w * .85, 0), rng.uniform(.6, 1.2), *plants.leaves(rng))
