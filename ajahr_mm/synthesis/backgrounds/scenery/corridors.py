"""Corridors of hospitals, schools and offices."""
from typing import Sequence

import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery import fittings, furniture, interior, materials
from ajahr_mm.synthesis.backgrounds.scenery.interior import SIDES, WHITE
from ajahr_mm.synthesis.backgrounds.scenery.scene import Scene
from ajahr_mm.synthesis.backgrounds.scenery.shell import Shell, covering

_LINO = materials.STONES + ((150, 160, 164), (176, 168, 140), (130, 150, 140))


def corridor(rng: np.random.Generator, size: int, photos: Sequence[np.ndarray]) -> Scene:
    """A corridor: doors on both sides, lamps on the ceiling, often a hand rail."""
    metres = rng.uniform(2.2, 3.4), rng.uniform(9, 22), rng.uniform(2.5, 3.)
    stage, shell = interior.enter(rng, size, *metres, turned=.12)
    tone, floor = materials.pick(rng, materials.WALLS[:7]), materials.pick(rng, _LINO)
    texture = (materials.paint(rng, floor, 256, 256, .02, 0.) if rng.random() < .5 else
               materials.tiles(rng, floor, 256, 256, (64, 64), .88, vary=.03))
    shell.floor(texture, 2., .78 + .22 * materials.corners(24, .3, .3, reach=.2))
    shell.ceiling(materials.tiles(rng, WHITE * .94, 256, 128, (12, 32), .9, vary=.015))
    for wall in SIDES:
        shell.wall(rng, wall, *covering(rng, 'paint', tone), level=rng.uniform(.84, .98))
    if rng.random() < .6:
        lower = materials.pick(rng, materials.WALLS + materials.ACCENTS[:3])
        shell.band(0, rng.uniform(.9, 1.3), materials.paint(rng, lower, 16, 64), off=.01)
    shell.band(0, .1, materials.paint(rng, floor * .7, 8, 64))
    _doors(rng, shell)
    if rng.random() < .5:
        rail = materials.paint(rng, materials.pick(rng, materials.WOODS), 8, 64)
        shell.band(.86, .09, materials.lit(rail, np.float32([[1.1], [.7]])), off=.07, walls=('left', 'right'))
    bright = np.full((4, 4, 3), (252, 250, 244), np.uint8)
    for z in np.arange(1., shell.depth, rng.uniform(2., 3.2)):
        stage.quad((-.3, shell.height - .02, z + 1.1), (.6, 0, 0), (0, 0, -1.1), bright)
    for wall in ('left', 'right'):
        if rng.random() < .35:
            interior.against(rng, shell, wall, shell.along(wall, rng.uniform(3.5, shell.depth * .6)), furniture.chair)
    return Scene(stage.finish(1.5), stage.horizon, interior.lamps(rng, stage))


def _doors(rng: np.random.Generator, shell: Shell) -> None:
    """Doors and pictures on both sides, a window or a door at the end."""
    leaf, frame = materials.pick(rng, materials.WOODS + materials.WALLS[:5]), materials.pick(rng, (WHITE, (120, 124, 128)))
    step, wide, panels = rng.uniform(2.6, 4.), rng.uniform(.9, 1.15), int(rng.integers(0, 3))
    doors = [fittings.door(rng, leaf, frame, panels, glass) for glass in (False, True)]
    for wall in ('left', 'right'):
        for z in np.arange(rng.uniform(.5, 2.5), shell.depth - 1.5, step):
            if rng.random() < .85:
                shell.put(wall, shell.along(wall, z), 0, wide, 2.08, doors[int(rng.random() < .3)])
            if rng.random() < .4:
                shell.put(wall, shell.along(wall, z + step * .6), 1.3, .5, .4, fittings.picture(rng))
    end = fittings.window(rng, (1, 2)) if rng.random() < .5 else doors[1]
    shell.put('back', shell.width * .12, 0, shell.width * .76, 2.2, end)
