"""Fronts of houses and walls along a street or behind a yard."""
import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery import fittings, materials
from ajahr_mm.synthesis.backgrounds.scenery.shell import covering
from ajahr_mm.synthesis.backgrounds.scenery.sky import Day
from ajahr_mm.synthesis.backgrounds.scenery.stage import Stage, shrunk
from ajahr_mm.synthesis.backgrounds.scenery.stock import stock

_HOUSES = ((206, 192, 168), (190, 150, 120), (222, 212, 190), (176, 170, 160), (168, 112, 90), (198, 204, 204),
           (212, 186, 146), (150, 140, 132))
_GLASS, _FRAMES = ((74, 86, 98), (96, 108, 116), (58, 64, 72)), ((232, 230, 224), (90, 84, 78))
_DOORS = materials.WOODS + materials.ACCENTS


@stock(12)
def facade(rng: np.random.Generator, floors: int, bays: int) -> np.ndarray:
    """Front of a house: rows of windows, a ground floor with doors or shops."""
    import cv2
    cell = 40
    h, w = floors * cell + 8, bays * cell
    tone = materials.pick(rng, _HOUSES)
    if rng.random() < .3:
        image = materials.tiles(rng, tone * .92, h, w, (4, 10), 1.12, True, .07)
    else:
        image = materials.paint(rng, tone, min(h, 256), min(w, 256), .02, .04)
        image = cv2.resize(image, (w, h), interpolation=cv2.INTER_LINEAR)
    glass, frame = materials.pick(rng, _GLASS), materials.pick(rng, _FRAMES)
    wide, tall = int(rng.integers(14, 24)), int(rng.integers(20, 28))
    pane = np.linspace(1.5, .7, tall, dtype=np.float32)[:, None, None] * glass
    for floor in range(floors):
        y = 8 + floor * cell + (cell - tall) // 2
        for bay in range(bays):
            x = bay * cell + (cell - wide) // 2
            if floor == floors - 1:
                if rng.random() < .3:
                    door = cv2.resize(fittings.door(rng, materials.pick(rng, _DOORS), frame), (18, 34))
                    image[-34:, x:x + 18] = door
                    continue
                if rng.random() < .35:
                    image[y + 2:h - 5, bay * cell + 3:bay * cell + cell - 3] = glass * 1.15
                    image[y - 4:y + 2, bay * cell + 2:bay * cell + cell - 2] = materials.pick(rng, materials.ACCENTS)
                    continue
            view = pane * rng.uniform(.8, 1.3)
            image[y:y + tall, x:x + wide] = np.clip(view, 0, 255)
            cv2.rectangle(image, (x - 1, y - 1), (x + wide, y + tall), frame.tolist(), 1)
            cv2.line(image, (x + wide // 2, y), (x + wide // 2, y + tall), frame.tolist(), 1)
            cv2.line(image, (x - 3, y + tall + 1), (x + wide + 2, y + tall + 1), np.clip(tone * .72, 0, 255).tolist(), 2)
    image[:5] = np.clip(tone * .7, 0, 255)
    image[-4:] = np.clip(tone * .6, 0, 255)
    if floors > 1 and rng.random() < .5:
        cv2.line(image, (0, h - cell - 2), (w, h - cell - 2), np.clip(tone * 1.15, 0, 255).tolist(), 2)
    return image


def row(rng: np.random.Generator, stage: Stage, day: Day, x: float, side: int) -> None:
    """Houses along a street, on its left (-1) or right (1) ``side``, at ``x``."""
    facing, z, houses = float(-side * day.sun[0]), -2., []
    while z < 60:
        floors, bays = int(rng.integers(2, 5)), int(rng.choice((3, 5)))
        houses.append((x + side * rng.uniform(0, .4), z, floors, bays))
        z += bays * 3. + (rng.uniform(2, 5) if rng.random() < .2 else 0.)
    for out, z, floors, bays in reversed(houses):
        long, high = bays * 3., floors * 3.1 + .5
        texture = materials.lit(day.on(facade(rng, floors, bays), facing), np.float32([[1.04], [1.], [1.], [.86]]))
        corner, along = ((out, high, z), (0, 0, long)) if side < 0 else ((out, high, z + long), (0, 0, -long))
        gable = day.on(materials.paint(rng, materials.pick(rng, _HOUSES)), -.4)
        stage.quad((out, high, z), (side * 8., 0, 0), (0, -high, 0), gable)
        stage.quad(corner, along, (0, -high, 0), texture)
    stage.shade(np.array([(x, 0, -2.), (x, 0, 60.), (x - side * .4, 0, 60.), (x - side * .4, 0, -2.)]), .3)


def front(rng: np.random.Generator, stage: Stage, day: Day, z: float) -> None:
    """The front of a house across the view, with large windows and a door."""
    tone = materials.pick(rng, _HOUSES)
    kind = rng.choice(('paint', 'brick', 'panel'), p=(.5, .35, .15))
    facing = float(-day.sun[2])
    texture, metres = covering(rng, kind, tone * (.9 if kind == 'brick' else 1.))
    copies, high = int(np.ceil(16 / metres)), metres * texture.shape[0] / texture.shape[1]
    levels = int(np.ceil(6 / high))
    wall = materials.lit(np.tile(shrunk(texture, 2), (levels, copies, 1)), np.float32([[1.], [1.], [1.], [.9]]))
    stage.quad((-8, levels * high, z), (copies * metres, 0, 0), (0, -levels * high, 0), day.on(wall, facing))
    frame = ((234, 232, 226), (86, 84, 82), (150, 110, 76))[rng.integers(3)]
    x, panes = -6 + rng.uniform(0, 2), fittings.window(rng, (1, 2), frame)
    panes = materials.lit(panes, np.float32([[.62]]))
    leaf = fittings.door(rng, materials.pick(rng, _DOORS), np.float32(frame), 2, rng.random() < .5)
    while x < 6:
        if rng.random() < .3:
            stage.quad((x, 2.1, z - .03), (1.05, 0, 0), (0, -2.1, 0), day.on(leaf, facing * .5))
        else:
            stage.quad((x - .05, .92, z - .1), (1.5, 0, 0), (0, -.07, 0), day.on(np.full((4, 4, 3), 196, np.uint8)))
            stage.quad((x, 2.2, z - .03), (1.4, 0, 0), (0, -1.3, 0), day.on(panes, facing * .3))
        x += rng.uniform(1.9, 3.2)
    stage.quad((-8, .35, z - .02), (16, 0, 0), (0, -.35, 0), day.on(materials.paint(rng, tone * .66, 8, 64, .03), facing))


def wall(rng: np.random.Generator, stage: Stage, day: Day, z: float, boards: bool) -> None:
    """A free-standing wall, or a fence of ``boards``, across the view."""
    high, facing = rng.uniform(2., 4.5), float(-day.sun[2])
    if boards:
        high, texture, metres = rng.uniform(1.6, 2.1), *covering(rng, 'panel', materials.pick(rng, materials.WOODS))
    else:
        what = rng.choice(('brick', 'paint', 'tile'), p=(.5, .35, .15))
        texture, metres = covering(rng, what, materials.pick(rng, _HOUSES + materials.STONES, .1))
    copies, tall = int(np.ceil(18 / metres)), metres * texture.shape[0] / texture.shape[1]
    levels = int(np.ceil(high / tall))
    strip = np.tile(shrunk(texture, 2), (levels, copies, 1))
    strip = strip[-int(strip.shape[0] * high / (levels * tall)):]
    stage.quad((-9, high, z), (copies * metres, 0, 0), (0, -high, 0),
               materials.lit(day.on(strip, facing), np.float32([[1.02], [1.], [.97], [.82]])))
    top = materials.paint(rng, materials.pick(rng, materials.STONES), 8, 64)
    stage.quad((-9, high + .08, z - .04), (18, 0, 0), (0, -.1, 0), day.on(top))
