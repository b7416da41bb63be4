"""Streets between houses."""
from typing import Sequence

import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery import facades, materials, open_air, plants
from ajahr_mm.synthesis.backgrounds.scenery.open_air import FAR
from ajahr_mm.synthesis.backgrounds.scenery.scene import Scene

_ASPHALTS = ((104, 104, 106), (124, 122, 120), (92, 92, 96))


def street(rng: np.random.Generator, size: int, photos: Sequence[np.ndarray]) -> Scene:
    """A pavement before houses, a road, lamp posts and trees, mostly houses on the other side."""
    stage, day = open_air.go_out(rng, size, .3)
    left, edge, right = -rng.uniform(2.5, 6.), rng.uniform(1.2, 2.6), rng.uniform(4., 12.)
    stage.ground(day.on(materials.turf(rng, materials.pick(rng, _ASPHALTS), strength=.06)), 2.4, far=FAR)
    cell = (int(rng.choice((32, 64))), int(rng.choice((32, 64, 128))))
    slabs = day.on(materials.tiles(rng, materials.pick(rng, materials.STONES), 256, 256, cell, .84, rng.random() < .5, .04))
    stage.ground(slabs, 2.4, left, edge, FAR)
    kerb = day.on(materials.paint(rng, materials.pick(rng, materials.STONES), 8, 64, .03))
    stage.quad((edge, .01, FAR), (.16, 0, 0), (0, 0, -FAR - 1), kerb)
    if rng.random() < .6:
        for z in np.arange(1, 40, 4.):
            stage.quad(((edge + right) / 2, .01, z + 2), (.12, 0, 0), (0, 0, -2.), np.full((4, 4, 3), 205, np.uint8))
    open_air.backdrop(rng, stage, day)
    facades.row(rng, stage, day, left, -1)
    if rng.random() < .8:
        stage.ground(slabs, 2.4, right - 2., right, FAR)
        facades.row(rng, stage, day, right, 1)
    tree = plants.tree(rng, day.side)
    for z in np.arange(rng.uniform(4, 8), 40, rng.uniform(6, 10)):
        if rng.random() < .5:
            open_air.plant(rng, stage, day, tree, edge - .5, z, rng.uniform(4.5, 7))
        elif rng.random() < .5:
            open_air.post(rng, stage, day, edge - .3, z, rng.uniform(3.5, 5.))
    return open_air.finished(stage, day)
