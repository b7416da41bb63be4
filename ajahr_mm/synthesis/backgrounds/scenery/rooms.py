"""Rooms to live in."""
from typing import Optional, Sequence

import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery import fittings, furniture, interior, materials
from ajahr_mm.synthesis.backgrounds.scenery.interior import SIDES, WHITE, Opening
from ajahr_mm.synthesis.backgrounds.scenery.scene import Scene
from ajahr_mm.synthesis.backgrounds.scenery.shell import Shell, covering

_BRICKS = ((176, 112, 90), (198, 188, 176), (160, 140, 124), (226, 222, 216))
_PIECES = (furniture.cabinet, furniture.shelf, furniture.sofa, furniture.table, furniture.chair, furniture.bed,
           furniture.lamp, furniture.plant)


def room(rng: np.random.Generator, size: int, photos: Sequence[np.ndarray]) -> Scene:
    """A room to live in: walls, floor, a window or lamps, furniture along the walls."""
    metres = rng.uniform(3.4, 6.), rng.uniform(3.6, 6.5), rng.uniform(2.4, 2.9)
    stage, shell = interior.enter(rng, size, *metres, turned=.3)
    light, opening = interior.daylight(rng, stage, shell) if rng.random() < .75 else (interior.lamps(rng, stage), None)
    _floor(rng, shell)
    if opening and rng.random() < .7:
        interior.shine(rng, shell, opening)
    shell.ceiling(materials.lit(materials.paint(rng, WHITE), np.float32([[.86], [.95], [.9]])))
    _coverings(rng, shell, opening)
    skirting = materials.pick(rng, (WHITE, WHITE, *materials.WOODS[:4]))
    shell.band(0, rng.uniform(.06, .12), materials.paint(rng, skirting, 8, 64))
    _hang(rng, shell, opening)
    _furnish(rng, shell)
    return Scene(stage.finish(), stage.horizon, light)


def _floor(rng: np.random.Generator, shell: Shell) -> None:
    kind = rng.choice(('boards', 'tiles', 'carpet'), p=(.55, .3, .15))
    if kind == 'boards':
        wide = int(rng.choice((12, 18, 26)))
        texture = materials.boards(rng, materials.pick(rng, materials.WOODS, .1), 256, wide * (256 // wide), wide, 192, .22)
    elif kind == 'carpet':
        texture = materials.paint(rng, materials.pick(rng, materials.CLOTHS + materials.WALLS[2:]), 256, 256, .05, 0.)
    else:
        cell = int(rng.choice((32, 64)))
        texture = materials.tiles(rng, materials.pick(rng, materials.STONES, .1), 256, 256, (cell, cell), .8, vary=.05)
    shell.floor(texture, 2.2, .82 + .18 * materials.corners(24, .5, .5, .6, reach=.15))


def _coverings(rng: np.random.Generator, shell: Shell, opening: Optional[Opening]) -> None:
    """Three painted walls, or paper all round, or one wall of another kind or colour."""
    kind = rng.choice(('paint', 'paper', 'brick', 'panel'), p=(.66, .16, .1, .08))
    tone = materials.pick(rng, _BRICKS, .1) if kind == 'brick' else materials.pick(rng, materials.WALLS)
    others = tone if kind in ('paint', 'paper') else materials.pick(rng, materials.WALLS[:5])
    if kind == 'paint' and rng.random() < .25:
        tone = materials.pick(rng, materials.ACCENTS)
    feature = rng.choice(SIDES)
    for wall in SIDES:
        own = wall == feature or kind == 'paper'
        texture, metres = covering(rng, kind, tone) if own else covering(rng, 'paint', others)
        shell.wall(rng, wall, texture, metres, interior.level(rng, wall, opening))


def _hang(rng: np.random.Generator, shell: Shell, opening: Optional[Opening]) -> None:
    """Window, door and pictures."""
    taken = {}
    if opening:
        interior.glaze(rng, shell, opening)
        taken[opening.wall] = (opening.u - .5, opening.u + opening.w + .5)
    free = [wall for wall in SIDES if wall not in taken]
    if rng.random() < .6:
        wall = free[rng.integers(len(free))]
        u = rng.uniform(.2, shell.width - 1.1) if wall == 'back' else shell.along(wall, rng.uniform(1.5, shell.depth - 1))
        tone, panels = materials.pick(rng, materials.WOODS + materials.WALLS[:3]), int(rng.integers(0, 4))
        shell.put(wall, u, 0, .95, 2.1, fittings.door(rng, tone, WHITE, panels, rng.random() < .15))
        taken[wall] = (u - .1, u + 1.05)
    for wall in SIDES:
        low, high = taken.get(wall, (0, 0))
        for u in np.arange(.5, shell.length(wall) - .8, rng.uniform(.9, 2.)):
            if rng.random() < .4 and not low - .8 < u < high:
                picture, h = fittings.picture(rng), rng.uniform(.35, .75)
                shell.put(wall, u, rng.uniform(1.3, 1.5), h * picture.shape[1] / picture.shape[0], h, picture, off=.03)


def _furnish(rng: np.random.Generator, shell: Shell) -> None:
    """Furniture along the walls, none near the camera."""
    for wall in SIDES:
        start = .6 if wall == 'back' else shell.along(wall, 2.6 if wall == 'left' else shell.depth - .6)
        stop = start + (shell.width - 1.2 if wall == 'back' else shell.depth - 3.2)
        for u in np.arange(start, stop, rng.uniform(1.5, 2.4)):
            if rng.random() < .6:
                interior.against(rng, shell, wall, u, _PIECES[rng.integers(len(_PIECES))])
