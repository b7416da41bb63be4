"""What the places under the sky have in common: the camera, woods far away, plants, benches, posts, fences."""
from typing import Tuple

import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery import furniture, materials, plants
from ajahr_mm.synthesis.backgrounds.scenery.scene import Scene
from ajahr_mm.synthesis.backgrounds.scenery.sky import Day, paint_sky
from ajahr_mm.synthesis.backgrounds.scenery.stage import Stage

#: Metres to where the ground meets the woods.
FAR = 70.
_METALS = ((70, 74, 76), (96, 98, 96), (52, 66, 60))


def go_out(rng: np.random.Generator, size: int, turned: float, cloudy: float = .3) -> Tuple[Stage, Day]:
    """A camera under a sky, ``turned`` radians aside (deviation)."""
    yaw = float(np.clip(rng.normal() * turned, -.6, .6))
    stage = Stage(size, rng.uniform(.75, 1.35), rng.uniform(.26, .46), rng.uniform(1., 1.65), yaw)
    day = Day.draw(rng, cloudy)
    paint_sky(rng, stage, day)
    return stage, day


def finished(stage: Stage, day: Day) -> Scene:
    """The scene, once everything is noted."""
    return Scene(stage.finish(1.2 + 3 * day.softness), stage.horizon, day.light(stage))


def backdrop(rng: np.random.Generator, stage: Stage, day: Day, high: float = 9.) -> None:
    """Paints woods, up to ``high`` metres, where the ground ends."""
    for far, haze in ((FAR * 1.5, .5), (FAR - 1, .25)):
        if rng.random() < .8:
            picture, cover = plants.woods(rng, haze)
            for x in np.arange(-110, 110, 30) + rng.uniform(0, 20):
                tall = rng.uniform(.45, 1.) * high
                stage.quad((x, tall, far), (46, 0, 0), (0, -tall, 0), day.on(picture), cover)


def plant(rng: np.random.Generator, stage: Stage, day: Day, sprite: plants.Sprite, x: float, z: float, height: float
          ) -> None:
    """Notes a tree or a bush and its shadow."""
    picture, cover = sprite
    tint = np.exp(rng.normal(size=3) * (.08, .05, .08))
    stage.sprite((x, -.02 * height, z), height, day.on(picture, tint=tint), cover)
    turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    ring = np.column_stack([np.cos(turn), 0 * turn, np.sin(turn)]) * height
    thrown = day.sun * (height * .6 / max(day.sun[1], .3)) * (1 - day.softness)
    stage.shade(np.concatenate([ring * .03, ring * .2 - thrown]) + (x, 0, z), .12 + .22 * (1 - day.softness))
    stage.shade(ring * .12 + (x, 0, z), .25)


def bench(rng: np.random.Generator, stage: Stage, day: Day, x: float, z: float) -> None:
    """Notes a wooden bench that looks towards the camera."""
    wood = furniture.faces(day.on(materials.boards(rng, materials.pick(rng, materials.WOODS), 32, 64, 8, 200, .2)))
    leg = furniture.faces(day.on(materials.paint(rng, np.float32([90, 90, 92]), 4, 4)))
    for side in (-.6, .6):
        stage.box((x + side, 0, z), (.08, .42, .4), leg, sun=day.sun)
    stage.box((x, .42, z), (1.6, .05, .42), wood, shadow=0)
    stage.box((x, .55, z + .2), (1.6, .32, .04), wood, shadow=0)
    stage.shade(np.array([(x + i, 0, z + j) for i in (-.8, .8) for j in (-.2, .2)]), .3)


def post(rng: np.random.Generator, stage: Stage, day: Day, x: float, z: float, height: float) -> None:
    """Notes a lamp post."""
    metal = furniture.faces(day.on(materials.paint(rng, materials.pick(rng, _METALS), 4, 4)))
    stage.box((x, 0, z), (.1, height, .1), metal, sun=day.sun)
    stage.box((x, height, z), (.3, .3, .3), furniture.faces(np.full((4, 4, 3), 226, np.uint8)), shadow=0)


def fence(rng: np.random.Generator, stage: Stage, day: Day, z: float) -> None:
    """Paints a fence of bars across the view."""
    tone, high = materials.pick(rng, ((120, 124, 120), (90, 104, 92), *materials.WOODS)), rng.uniform(.9, 1.8)
    cover = np.zeros((48, 192), np.uint8)
    cover[:, ::8] = cover[2:5] = cover[-8:-5] = 255
    for x in np.arange(-40, 40, 8):
        stage.quad((x, high, z), (8, 0, 0), (0, -high, 0), day.on(materials.paint(rng, tone, 48, 192)), cover)
