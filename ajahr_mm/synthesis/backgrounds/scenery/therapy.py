"""Rooms for physiotherapy, where many people with limb loss are photographed."""
from typing import Sequence

import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery import fittings, furniture, interior, materials
from ajahr_mm.synthesis.backgrounds.scenery.interior import SIDES, WHITE
from ajahr_mm.synthesis.backgrounds.scenery.scene import Scene
from ajahr_mm.synthesis.backgrounds.scenery.shell import covering

_TONES = ((236, 236, 232), (226, 232, 230), (214, 226, 230), (236, 230, 214))
_FLOORS = ((176, 186, 190), (190, 184, 170), (150, 170, 176), (198, 190, 172), *materials.WOODS[:3])
_CURTAINS = ((170, 196, 200), (186, 200, 176), (204, 196, 180))
_PIECES = (furniture.couch, furniture.walking_bars, furniture.chair, furniture.cabinet)


def therapy(rng: np.random.Generator, size: int, photos: Sequence[np.ndarray]) -> Scene:
    """A pale room with treatment table, parallel bars, wall bars and a curtain."""
    metres = rng.uniform(4.5, 8), rng.uniform(4.5, 8), rng.uniform(2.6, 3.1)
    stage, shell = interior.enter(rng, size, *metres, turned=.3)
    light, opening = interior.daylight(rng, stage, shell) if rng.random() < .6 else (interior.lamps(rng, stage), None)
    tone, floor = materials.pick(rng, _TONES, .03), materials.pick(rng, _FLOORS)
    shell.floor(materials.paint(rng, floor, 256, 256, .015, 0.), 3., .84 + .16 * materials.corners(24, .4, .4, .5))
    shell.ceiling(materials.tiles(rng, WHITE * .96, 128, 128, (16, 16), .92, vary=.01))
    for wall in SIDES:
        kind = rng.choice(('paint', 'tile'), p=(.8, .2))
        shell.wall(rng, wall, *covering(rng, kind, tone), level=interior.level(rng, wall, opening))
    shell.band(0, .1, materials.paint(rng, floor * .75, 8, 64))
    if opening:
        interior.glaze(rng, shell, opening)
    for u in np.arange(.6, shell.length('back') - 1., 1.)[:int(rng.integers(0, 4))]:
        shell.put('back', u, .05, .95, 2.4, fittings.bars(rng, np.float32([206, 172, 126]), tone), off=.06)
    if rng.random() < .5:
        curtain = materials.stripes(rng, materials.pick(rng, _CURTAINS), 96, 128, 9, .09)
        shell.put(str(rng.choice(('left', 'right'))), shell.length('left') * .35, .25, 2.2, 1.9, curtain, off=.3)
    for wall in SIDES:
        for u in np.arange(.16, .9, .3) * shell.length(wall):
            if rng.random() < .5:
                interior.against(rng, shell, wall, u + rng.uniform(-.3, .3), _PIECES[rng.integers(len(_PIECES))])
    return Scene(stage.finish(), stage.horizon, light)
