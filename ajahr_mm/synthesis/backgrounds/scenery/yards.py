"""Yards: a wall, a hedge or a house close behind the person."""
from typing import Sequence

import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery import facades, materials, open_air, plants
from ajahr_mm.synthesis.backgrounds.scenery.scene import Scene


def yard(rng: np.random.Generator, size: int, photos: Sequence[np.ndarray]) -> Scene:
    """Paving or grass before a wall, a fence of boards, a hedge or a house."""
    stage, day = open_air.go_out(rng, size, .25)
    lent = rng.random() < .3
    if lent and len(photos):
        tone = materials.pick(rng, materials.STONES + materials.EARTHS)
        ground = materials.photograph(rng, tone, photos[rng.integers(len(photos))])
    elif rng.random() < .35:
        ground = materials.turf(rng, materials.pick(rng, materials.GREENS + materials.EARTHS), strength=.12)
    else:
        cell = (int(rng.choice((16, 32, 64))), int(rng.choice((32, 64))))
        ground = materials.tiles(rng, materials.pick(rng, materials.STONES), 256, 256, cell, .8, rng.random() < .5, .06)
    z, kind = rng.uniform(3.2, 6.5), rng.choice(('wall', 'house', 'hedge', 'boards'), p=(.35, .3, .2, .15))
    open_air.backdrop(rng, stage, day)
    stage.ground(day.on(ground), 2.2)
    if kind == 'house':
        facades.front(rng, stage, day, z)
    elif kind == 'hedge':
        picture, cover = plants.bush(rng, day.side, 384)
        for k, x in enumerate(np.arange(-9, 9, 2.6)):
            stage.quad((x, 2.2, z - .1 * (k % 2)), (3.8, 0, 0), (0, -2.35, 0), day.on(picture, -.3), cover)
    else:
        facades.wall(rng, stage, day, z, kind == 'boards')
    stage.shade(np.array([(-20, 0, z), (20, 0, z), (20, 0, z - .5), (-20, 0, z - .5)]), .3)
    for _ in range(int(rng.integers(0, 3))):
        x = rng.choice((-1, 1)) * rng.uniform(1.3, 3.5)
        if rng.random() < .5:
            open_air.plant(rng, stage, day, plants.bush(rng, day.side), x, z - .5, rng.uniform(.6, 1.3))
        else:
            open_air.bench(rng, stage, day, x, z - .6)
    return open_air.finished(stage, day)
