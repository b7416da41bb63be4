"""What the rooms have in common: where the camera stands, lamps and daylight, windows, things along the walls."""
from typing import Callable, NamedTuple, Optional, Tuple

import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery import fittings, furniture, materials
from ajahr_mm.synthesis.backgrounds.scenery.shell import Shell
from ajahr_mm.synthesis.backgrounds.scenery.stage import Stage
from ajahr_mm.synthesis.records import Light

SIDES = ('back', 'left', 'right')
WHITE = np.float32([240, 239, 236])


class Opening(NamedTuple):
    """Where the window is: its wall, lower left corner and size, metres."""
    wall: str
    u: float
    v: float
    w: float
    h: float


def enter(rng: np.random.Generator, size: int, width: float, depth: float, height: float, turned: float
          ) -> Tuple[Stage, Shell]:
    """A camera near the middle of a room of those metres, looking down its length, ``turned`` radians aside (deviation)."""
    yaw, x = float(np.clip(rng.normal() * turned, -.6, .6)), width * rng.uniform(-.18, .18)
    stage = Stage(size, rng.uniform(.72, 1.25), rng.uniform(.28, .48), rng.uniform(1., 1.6), yaw, x)
    return stage, Shell(stage, width, depth, height)


def lamps(rng: np.random.Generator, stage: Stage) -> Light:
    """Light of lamps on the ceiling."""
    warm = np.float32([1.04, 1., .93 + .07 * rng.random()])
    toward = stage.direction((rng.normal() * .3, 1., rng.normal() * .3))
    return Light(toward, .45 * warm, .58 * warm, .32 * warm, .7)


def daylight(rng: np.random.Generator, stage: Stage, shell: Shell) -> Tuple[Light, Opening]:
    """A window and its light."""
    wall = str(rng.choice(SIDES, p=(.2, .4, .4)))
    w, h = rng.uniform(1., 2.2), rng.uniform(1.1, 1.6)
    v = .9 if h < 1.35 else max(shell.height - h - .35, .1)
    u = (rng.uniform(.2, max(shell.width - w - .2, .3)) if wall == 'back' else
         shell.along(wall, rng.uniform(1.8, max(shell.depth - 1.2, 2.))) - w / 2)
    person = np.array([0, 1., 2.5])
    toward = stage.direction(shell.spot(wall, u + w / 2, 0) + (0, v + h * .8, 0) - person)
    day = np.float32([.96, 1., 1.05])
    return Light(toward, .55 * day, .42 * day, .34 * np.float32([1.05, 1., .94]), .55), Opening(wall, u, v, w, h)


def level(rng: np.random.Generator, wall: str, opening: Optional[Opening]) -> float:
    """Light on a wall: the one with the window lies in its own shade."""
    if opening is None:
        return rng.uniform(.88, .98)
    return rng.uniform(.7, .8) if wall == opening.wall else rng.uniform(.92, 1.04)


def glaze(rng: np.random.Generator, shell: Shell, opening: Opening) -> None:
    """Paints the window, its sill, and curtains or a radiator."""
    wall, u, v, w, h = opening
    panes, blinds = (int(rng.integers(1, 3)), int(rng.integers(1, 4))), bool(rng.random() < .2)
    shell.put(wall, u, v, w, h, fittings.window(rng, panes, fittings.WHITE, blinds))
    shell.put(wall, u - .06, v - .05, w + .12, .05, materials.paint(rng, WHITE * .95, 8, 32), off=.08)
    if rng.random() < .5:
        cloth = materials.stripes(rng, materials.pick(rng, materials.WALLS + materials.CLOTHS), 128, 64, 9, .1)
        for left in (u - .42, u + w - .08):
            shell.put(wall, left, .05, .5, v + h + .1, cloth, off=.1)
    elif v > .7:
        shell.put(wall, u + .1, .12, w - .2, .55, fittings.radiator(rng), off=.08)


def shine(rng: np.random.Generator, shell: Shell, opening: Opening) -> None:
    """Paints the daylight on the floor before the window."""
    import cv2
    wall, u, _, w, _ = opening
    left, right = shell.spot(wall, u, .25), shell.spot(wall, u + w, .25)
    inward = shell.spot(wall, u, 1.) - shell.spot(wall, u, 0.)
    glow = np.zeros((32, 32), np.float32)
    glow[5:-5, 5:-5] = rng.uniform(40, 110)
    glow = cv2.GaussianBlur(glow, (0, 0), rng.uniform(1., 4.)).astype(np.uint8)
    shell.stage.quad(left, right - left, inward * rng.uniform(1., 2.4) + (right - left) * rng.uniform(-.6, .6),
                     np.full((32, 32, 3), (255, 248, 230), np.uint8), glow)


#: Metres from a wall to the middle of a piece that stands against it.
_DEPTH = {furniture.bed: 1.1, furniture.walking_bars: 2., furniture.table: .6, furniture.sofa: .5}


def against(rng: np.random.Generator, shell: Shell, wall: str, u: float, piece: Callable) -> None:
    """Puts a piece of furniture with its back to a wall."""
    yaw = dict(back=0., left=-np.pi / 2, right=np.pi / 2)[wall]
    piece(shell.stage, rng, shell.spot(wall, u, _DEPTH.get(piece, .35) + rng.uniform(0, .1)), yaw)
