"""The shadow of a person on the floor: what the lamp throws, and where the body keeps the sky off the ground."""
from typing import Tuple

import numpy as np

from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.lighting.floor import FloorMap
from ajahr_mm.synthesis.lighting.light import LUMINANCE
from ajahr_mm.synthesis.records import Light


@SYNTHESIS.register_module()
class GroundShadow:
    """Shadow on the plane under the lowest vertex.

    The vertices are splatted along the light and straight down, closed to silhouettes, and blurred the more the higher above
    the floor they were. A body whose middle is far from what touches the floor cannot stand so: it is in the air, and
    the floor lies lower.

    Args:
        strength: factor on the darkness, 0 to 1.
        flattest: degrees; at least so steeply is the floor looked down on. The crop camera looks along it, pictures of
            floors rarely do.
        balance: metres, level, from the support to the middle of the body at which it is taken to be in the air; gap: metres
            that the floor is then lower.
        grid: cells along a side of the maps.
    """

    def __init__(self, strength: float = 1., flattest: float = 13., balance: float = .55, gap: float = .16, grid: int = 96):
        self.strength, self.flattest, self.balance, self.gap, self.grid = strength, flattest, balance, gap, grid

    def cast(self, vertices: np.ndarray, light: Light, up: np.ndarray, focal: float, size: int) -> np.ndarray:
        """(size,size) float32, 0 to 1: the share of the floor's brightness in the picture that is taken.

        ``vertices`` (V,3) metres and ``up`` (3,) in camera axes. Nothing is taken above the horizon.
        """
        import cv2
        up = np.asarray(up, np.float32) / np.float32(np.linalg.norm(up))
        # at a distance half of the vertices leave no gaps that are not closed
        step = 2 if focal / max(float(vertices[0, 2]), .3) * self.grid / size < 75 else 1
        points = np.ascontiguousarray(vertices[::step].T, np.float32)
        height, foot = self._stand(points, up)
        floor = FloorMap(foot, up, self.flattest, focal, size, self.grid)
        down = points - up[:, None] * height
        lamp, sky = _shares(light, up)
        cells, low = floor.cells(down), np.flatnonzero(height < .13)
        contact = floor.silhouette(cells.take(low), .035 * floor.metre)
        around = floor.silhouette(cells.take(np.flatnonzero(height < .7)), .14 * floor.metre)
        left = (1 - contact * np.float32((.45 * sky + .2) / 255)) * (1 - around * np.float32((.4 * sky + .05) / 255))
        if lamp > .02:
            left *= 1 - self._thrown(down, height, light, up, floor) * np.float32(lamp / 255)
        left = np.sqrt(1 - (1 - left) * np.float32(self.strength))    # from light to brightness in the picture
        taken = np.where(floor.in_sight(), 1 - left, np.float32(0))
        return cv2.resize(taken, (size, size), interpolation=cv2.INTER_LINEAR)

    def facts(self) -> dict:
        """For the dataset card."""
        return dict(shadow='on the floor under the lowest vertex; walls and furniture catch none', strength=self.strength)

    def _stand(self, points: np.ndarray, up: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
        """Heights (V,) above the floor of points (3,V), and the middle (3,) of what touches it."""
        height = up @ points
        height -= height.min()
        foot = points[:, np.flatnonzero(height < .05)].mean(1)
        off = points.mean(1) - foot
        if np.linalg.norm(off - (off @ up) * up) > self.balance and height.max() > .7:   # lying people do not fly
            height += np.float32(self.gap)
        return height, foot - float(height.min()) * up

    @staticmethod
    def _thrown(down: np.ndarray, height: np.ndarray, light: Light, up: np.ndarray, floor: FloorMap) -> np.ndarray:
        """(grid,grid) uint8: the lamp's shadow of points that are ``height`` (V,) above their places ``down`` (3,V)."""
        direction = np.asarray(light.direction, np.float32)
        rise = float(direction @ up)
        level = direction - np.float32(rise) * up
        # a low sun's shadow ends somewhere: on a wall, in the grass
        reach = min(1 / max(rise, .05), 2.4 / max(float(np.linalg.norm(level)), 1e-3))
        cells = floor.cells(down - (level * np.float32(reach))[:, None] * height)
        half_shade = (.01 + .3 * light.softness) * floor.metre
        near = floor.silhouette(cells.take(np.flatnonzero(height < .5)), .15 * half_shade)
        far = floor.silhouette(cells.take(np.flatnonzero(height > .3)), .8 * half_shade)
        return np.maximum(near, far)


def _shares(light: Light, up: np.ndarray) -> Tuple[float, float]:
    """Shares of lamp and sky in the light on the floor; 0 for a lamp below it."""
    rise = float(np.asarray(light.direction, np.float32) @ up)
    lamp = float(LUMINANCE @ light.sun) * (max(rise, .12) if rise > 0 else 0)
    sky = float(LUMINANCE @ light.sky)
    return lamp / max(lamp + sky, 1e-6), sky / max(lamp + sky, 1e-6)
