"""Sports halls."""
from typing import Sequence

import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery import fittings, furniture, interior, materials
from ajahr_mm.synthesis.backgrounds.scenery.interior import SIDES
from ajahr_mm.synthesis.backgrounds.scenery.scene import Scene
from ajahr_mm.synthesis.backgrounds.scenery.shell import Shell, covering

_LINES = ((236, 236, 232), (60, 90, 160), (190, 60, 50), (226, 190, 60))


def hall(rng: np.random.Generator, size: int, photos: Sequence[np.ndarray]) -> Scene:
    """A sports hall: boards with the lines of courts, wall bars, high windows, lamps, benches."""
    metres = rng.uniform(13, 22), rng.uniform(12, 26), rng.uniform(6, 8)
    stage, shell = interior.enter(rng, size, *metres, turned=.35)
    wood = materials.pick(rng, materials.WOODS[:3] + ((150, 160, 150), (120, 140, 160)))
    shell.floor(materials.boards(rng, wood, 256, 256, 8, 128, .14), 2.6, .86 + .14 * materials.corners(24, .3, .3, .5))
    _lines(rng, shell)
    roof = materials.stripes(rng, materials.pick(rng, materials.WALLS), 128, 128, 16, .1)
    shell.ceiling(materials.lit(roof, np.float32([[.8]])))
    tone = materials.pick(rng, materials.WALLS)
    for wall in SIDES:
        shell.wall(rng, wall, *covering(rng, rng.choice(('paint', 'tile', 'panel')), tone), level=rng.uniform(.78, .96))
    panel = covering(rng, 'panel', materials.pick(rng, materials.WOODS))[0]
    shell.band(0, rng.uniform(2., 2.8), np.tile(panel, (1, 6, 1)))
    bars = np.tile(fittings.bars(rng, materials.pick(rng, materials.WOODS[:3], .03), wood * .9), (1, 6, 1))
    panes = fittings.window(rng, (2, 4))
    for wall in SIDES:
        if rng.random() < .5:
            shell.put(wall, rng.uniform(1, shell.length(wall) - 7), .05, 6., 2.5, bars, off=.06)
        if rng.random() < .7:
            for u in np.arange(1, shell.length(wall) - 2.5, 3.2):
                shell.put(wall, u, shell.height * .62, 2.6, shell.height * .25, panes)
    bright = np.full((4, 4, 3), (253, 252, 248), np.uint8)
    for z in np.arange(3., shell.depth, 4.):
        for x in (-.3, 0, .3):
            stage.quad((x * shell.width - .6, shell.height - .1, z + 1.), (1.2, 0, 0), (0, 0, -1.), bright)
    bench = furniture.faces(materials.boards(rng, materials.pick(rng, materials.WOODS), 32, 64, 8, 200, .1))
    for _ in range(int(rng.integers(0, 4))):
        wall = str(rng.choice(SIDES))
        spot = shell.spot(wall, rng.uniform(.3, .8) * shell.length(wall), rng.uniform(.6, 1.5))
        stage.box(spot, (2.6, .35, .3), bench, 0. if wall == 'back' else np.pi / 2)
    return Scene(stage.finish(1.5), stage.horizon, interior.lamps(rng, stage))


def _lines(rng: np.random.Generator, shell: Shell) -> None:
    """Lines of one to three courts on the floor."""
    for number in rng.permutation(len(_LINES))[:int(rng.integers(1, 4))]:
        line, w = np.full((2, 2, 3), _LINES[number], np.uint8), rng.uniform(.5, .92) * shell.width
        for z in rng.uniform(1.5, shell.depth - 1, 2):
            shell.stage.quad((-w / 2, .002, z + .06), (w, 0, 0), (0, 0, -.06), line)
        for x in (-w / 2, w / 2):
            shell.stage.quad((x - .03, .002, shell.depth - 1), (.06, 0, 0), (0, 0, -shell.depth), line)
