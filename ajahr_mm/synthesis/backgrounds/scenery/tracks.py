"""Running tracks."""
from typing import Sequence

import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery import furniture, materials, open_air, plants
from ajahr_mm.synthesis.backgrounds.scenery.open_air import FAR
from ajahr_mm.synthesis.backgrounds.scenery.scene import Scene
from ajahr_mm.synthesis.backgrounds.scenery.sky import Day
from ajahr_mm.synthesis.backgrounds.scenery.stage import Stage

_TARTANS = ((158, 84, 66), (168, 96, 76), (84, 108, 136), (146, 72, 62))
_LANE = 1.22     # metres


def track(rng: np.random.Generator, size: int, photos: Sequence[np.ndarray]) -> Scene:
    """The straight of a running track, grass beside it, a fence, a stand and trees behind."""
    stage, day = open_air.go_out(rng, size, .3)
    stage.ground(day.on(materials.turf(rng, materials.pick(rng, materials.GREENS, .1), strength=.12)), 1.6, far=FAR)
    lanes = int(rng.integers(4, 9))
    left = -_LANE * rng.uniform(.3, lanes - .3)
    right = left + lanes * _LANE
    stage.ground(day.on(materials.turf(rng, materials.pick(rng, _TARTANS), strength=.06)), 2., left, right, FAR)
    white = day.on(np.full((4, 4, 3), 232, np.uint8))
    for k in range(lanes + 1):
        stage.quad((left + k * _LANE - .03, .01, FAR), (.06, 0, 0), (0, 0, -FAR - 1), white)
    if rng.random() < .4:
        stage.quad((left, .012, rng.uniform(3, 9)), (right - left, 0, 0), (0, 0, -.08), white)
    open_air.backdrop(rng, stage, day)
    if rng.random() < .6:
        open_air.fence(rng, stage, day, rng.uniform(14, 20))
    if rng.random() < .5:
        _stand(rng, stage, day, right + 4)
    tree = plants.tree(rng, day.side)
    for _ in range(int(rng.integers(0, 6))):
        x = rng.choice((left - 12, right + 8)) + rng.normal() * 3
        open_air.plant(rng, stage, day, tree, x, rng.uniform(25, 50), 8.)
    return open_air.finished(stage, day)


def _stand(rng: np.random.Generator, stage: Stage, day: Day, x: float) -> None:
    """Steps for spectators."""
    side = furniture.faces(day.on(materials.paint(rng, materials.pick(rng, materials.STONES), 16, 64, .03)))
    for z in np.arange(10, 42, 4.):
        for step in range(4):
            stage.box((x + step * .8, 0, z), (.8, .45 * (step + 1), 4.), side, shadow=0 if step else .3)
