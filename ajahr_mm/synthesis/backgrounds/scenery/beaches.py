"""Beaches."""
from typing import Sequence

import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery import materials, open_air, plants
from ajahr_mm.synthesis.backgrounds.scenery.scene import Scene

_SANDS = ((206, 188, 156), (190, 172, 144), (214, 202, 176))
_WATERS = ((94, 128, 142), (84, 118, 140), (110, 146, 150))


def beach(rng: np.random.Generator, size: int, photos: Sequence[np.ndarray]) -> Scene:
    """Sand, wet sand, waves and the sea, now and then land on the other side."""
    stage, day = open_air.go_out(rng, size, .35, cloudy=.4)
    sand, shore = materials.pick(rng, _SANDS), rng.uniform(9, 22)
    sea = materials.paint(rng, materials.pick(rng, _WATERS), 128, 128, .02)
    stage.quad((-400, 0, 900), (800, 0, 0), (0, 0, shore - 900),
               day.on(materials.lit(sea, np.float32([[1.05], [1.], [1.], [1.12]]))))
    stage.ground(day.on(materials.turf(rng, sand, strength=.05)), 1.8, far=shore)
    wet = np.linspace(200, 0, 16).astype(np.uint8)[:, None].repeat(4, 1)
    stage.quad((-60, .004, shore), (120, 0, 0), (0, 0, -2.5), day.on(np.tile(np.uint8(sand * .62), (16, 4, 1))), wet)
    foam = day.on(np.full((32, 256, 3), 240, np.uint8))
    for z in shore + np.array((.1, 2., 5., 10.)) * rng.uniform(.8, 1.2, 4):
        cover = np.clip(90 * materials.rough(rng, 32, 256) + 40, 0, 210) * np.hanning(32)[:, None]
        for x in (-30, -10, 10):
            stage.quad((x, .01, z + .8), (20, 0, 0), (0, 0, -.9), foam, cover.astype(np.uint8))
    if rng.random() < .4:
        picture, cover = plants.woods(rng, .6)
        stage.quad((rng.uniform(-300, 0), 22, 600), (400, 0, 0), (0, -22, 0), day.on(picture), cover)
    for _ in range(int(rng.integers(0, 3))):
        x, z = rng.choice((-1, 1)) * rng.uniform(2, 6), rng.uniform(5, 9)
        open_air.plant(rng, stage, day, plants.bush(rng, day.side), x, z, rng.uniform(.5, .9))
    return open_air.finished(stage, day)
