"""Parks."""
from typing import Sequence

import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery import materials, open_air, plants
from ajahr_mm.synthesis.backgrounds.scenery.open_air import FAR
from ajahr_mm.synthesis.backgrounds.scenery.scene import Scene
from ajahr_mm.synthesis.backgrounds.scenery.sky import Day
from ajahr_mm.synthesis.backgrounds.scenery.stage import Stage


def park(rng: np.random.Generator, size: int, photos: Sequence[np.ndarray]) -> Scene:
    """Grass, a path, trees and bushes, a bench, woods far away."""
    stage, day = open_air.go_out(rng, size, .4)
    stage.ground(day.on(materials.turf(rng, materials.pick(rng, materials.GREENS, .1), strength=.12)), 1.6, far=FAR)
    if rng.random() < .65:
        _path(rng, stage, day)
    open_air.backdrop(rng, stage, day)
    kinds = [plants.tree(rng, day.side) for _ in range(3)] + [plants.bush(rng, day.side)]
    for _ in range(int(rng.integers(3, 12))):
        which, z = int(rng.choice(4, p=(.28, .26, .26, .2))), rng.uniform(11, 55)
        x, high = rng.choice((-1, 1)) * rng.uniform(.1 * z + .8, .7 * z + 3), rng.uniform(5., 10.)
        open_air.plant(rng, stage, day, kinds[which], x, z, high / 6 if which == 3 else high)
    if rng.random() < .5:
        open_air.bench(rng, stage, day, rng.choice((-1, 1)) * rng.uniform(1.2, 3.), rng.uniform(4.5, 9))
    if rng.random() < .3:
        open_air.fence(rng, stage, day, rng.uniform(9, 16))
    return open_air.finished(stage, day)


def _path(rng: np.random.Generator, stage: Stage, day: Day) -> None:
    """A path that leads away, with frayed edges."""
    wide, x, slope = rng.uniform(1.4, 3.), rng.uniform(-1.5, 1.5), rng.normal() * .25
    texture = materials.turf(rng, materials.pick(rng, materials.EARTHS + materials.STONES), 256, 128, .07)
    inside = np.minimum(np.arange(128), np.arange(128)[::-1])[None] * 25
    cover = np.clip(inside + 60 * materials.rough(rng, 256, 128), 0, 255).astype(np.uint8)
    stage.quad((x + slope * FAR - wide / 2, .005, FAR), (wide, 0, 0), (-slope * (FAR + 1), 0, -FAR - 1),
               day.on(np.tile(texture, (4, 1, 1))), np.tile(cover, (4, 1)))
