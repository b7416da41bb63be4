"""Shell: floor, ceiling and walls of a room, and what hangs on them."""
from typing import Optional, Tuple

import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery import materials
from ajahr_mm.synthesis.backgrounds.scenery.stage import Stage, shrunk

_BEHIND = 1.5      # metres that the side walls reach behind the camera
_TEXELS = 512      # about so many along the longer side of a wall


class Shell:
    """A room of ``width`` x ``depth`` x ``height`` metres around the z axis; its back wall is at z = depth.

    Walls are called 'back', 'left' and 'right'; on each, u runs to the right as seen from inside, v up from the floor.
    """

    def __init__(self, stage: Stage, width: float, depth: float, height: float):
        self.stage, self.width, self.depth, self.height = stage, width, depth, height
        side, ahead = np.array([1., 0, 0]), np.array([0, 0, 1.])
        self._walls = dict(back=(np.array([-width / 2, 0, depth]), side, width),
                           left=(np.array([-width / 2, 0, -_BEHIND]), ahead, depth + _BEHIND),
                           right=(np.array([width / 2, 0, depth]), -ahead, depth + _BEHIND))

    def length(self, wall: str) -> float:
        """Metres of a wall; the side walls begin or end behind the camera."""
        return self._walls[wall][2]

    def along(self, wall: str, z: float) -> float:
        """u of the place of a side wall at ``z``."""
        return z + _BEHIND if wall == 'left' else self.depth - z

    def put(self, wall: str, u: float, v: float, w: float, h: float, texture: np.ndarray, cover: Optional[np.ndarray] = None,
            off: float = .015) -> None:
        """Paints something flat, ``off`` metres before a wall, its lower left corner at (u,v)."""
        origin, along, _ = self._walls[wall]
        inward = np.array([along[2], 0, -along[0]])
        self.stage.quad(origin + along * u + inward * off + (0, v + h, 0), along * w, (0, -h, 0), texture, cover)

    def spot(self, wall: str, u: float, out: float) -> np.ndarray:
        """Point (3,) on the floor before a wall."""
        origin, along, _ = self._walls[wall]
        return origin + along * u + np.array([along[2], 0, -along[0]]) * out

    def floor(self, texture: np.ndarray, repeat: float, light: np.ndarray) -> None:
        """Paints the floor; ``light`` (a,b) lies on all of it, back wall first."""
        self.stage.ground(texture, repeat, -self.width / 2, self.width / 2, self.depth)
        dark = np.clip(255 * (1 - light), 0, 255).astype(np.uint8)
        self.stage.quad((-self.width / 2, 0, self.depth), (self.width, 0, 0), (0, 0, -self.depth - _BEHIND),
                        np.zeros((*dark.shape, 3), np.uint8), dark)

    def ceiling(self, texture: np.ndarray) -> None:
        """Paints the ceiling, stretched over all of it."""
        self.stage.quad((-self.width / 2, self.height, -_BEHIND), (self.width, 0, 0), (0, 0, self.depth + _BEHIND), texture)

    def wall(self, rng: np.random.Generator, wall: str, covering: np.ndarray, metres: float, level: float) -> None:
        """Paints a wall with a covering repeated every ``metres``; ``level`` is the light on it."""
        length = self.length(wall)
        covering = shrunk(covering, round(covering.shape[1] / metres * max(length, self.height) / _TEXELS))
        columns, rows = (max(int(covering.shape[1] * size / metres), 2) for size in (length, self.height))
        copies = -(-rows // covering.shape[0]), -(-columns // covering.shape[1]), 1
        texture = np.tile(covering, copies)[-rows:, :columns]
        light = materials.corners(32, left=.1, right=.1, top=.1, bottom=.12) * level
        light *= np.linspace(*(1 + rng.uniform(-.09, .05, 2)), 32, dtype=np.float32)
        light *= 1 + .03 * materials.smooth(rng, 32, 32)
        self.put(wall, 0, 0, length, self.height, materials.lit(texture, light), off=0.)

    def band(self, v: float, h: float, texture: np.ndarray, off: float = .02, walls=('back', 'left', 'right')) -> None:
        """Paints a band along walls: skirting, rail, wainscot."""
        for wall in walls:
            self.put(wall, 0, v, self.length(wall), h, texture, off=off)


def covering(rng: np.random.Generator, kind: str, tone: np.ndarray) -> Tuple[np.ndarray, float]:
    """Texture of a wall covering and the metres it spans: 'paint', 'paper', 'brick', 'panel' or 'tile'."""
    if kind == 'brick':
        return materials.tiles(rng, tone, 224, 256, (14, 43), 1.18, True, .09, 2), 1.5
    if kind == 'panel':
        return materials.boards(rng, tone, 256, 192, int(rng.integers(10, 22)), 400, .3), 2.6
    if kind == 'tile':
        cell = int(rng.choice((16, 24, 32)))
        return materials.tiles(rng, tone, 192, 192, (cell, cell), .86, False, .02), 1.6
    if kind == 'paper':
        return materials.stripes(rng, tone, 96, 192, int(rng.choice((6, 12, 24))), rng.uniform(.02, .06)), 1.5
    return materials.paint(rng, tone, 96, 96), 4.
