"""The light that reaches every vertex of a posed body: a lamp with its shadows, the sky, and what the ground throws back."""
from typing import Optional, Sequence, Tuple

import numpy as np

from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.appearance.surface import Surface
from ajahr_mm.synthesis.lighting.light import LUMINANCE
from ajahr_mm.synthesis.lighting.proxy import Proxy
from ajahr_mm.synthesis.lighting.sightlines import basis, blocked, directions
from ajahr_mm.synthesis.records import Light

#: Light reaches around the terminator, red the farthest: skin scatters it.
_WRAP = (.19, .13, .10)
#: What is hidden from the sky is lit by the skin and cloth around it, which is warm.
_REBOUND = (.26, .20, .17)
#: Mean light on the side of a person that the camera sees, for which the exposure is right.
_LEVEL = .55


@SYNTHESIS.register_module()
class SunAndSky:
    """Shading per vertex; the same inputs give the same bytes in any batch.

    The lamp's shadows come from a depth map of all vertices; how much of sky and ground a vertex sees comes from coarse maps
    of some points as seen from all around, so an arm darkens the trunk it touches.

    Args:
        points: number of surface points for sky and ground; rays: number of directions they look in.
        texel: metres along a cell of the lamp's depth map.
        exposure: factor on all light; metering: how far, 0 to 1, the camera exposes for the person.
        contrast: exponent of the camera's response. 1 would be linear, 0.45 is sRGB's own curve; cameras add some contrast.
    """
    _CELLS, _COARSE_CELLS, _COARSE_TEXEL = 100, 52, .05

    def __init__(self, points: int = 800, rays: int = 16, texel: float = .024, exposure: float = 1.3,
                 metering: float = .5, contrast: float = .6):
        self.points, self.texel, self.exposure, self.metering, self.contrast = points, texel, exposure, metering, contrast
        self._rays = directions(rays)
        self._axes = np.stack([basis(ray) for ray in self._rays])
        self._known: Tuple[Optional[Surface], Optional[Proxy]] = (None, None)

    def shade(self, vertices: np.ndarray, normals: np.ndarray, lights: Sequence[Light], ups: np.ndarray,
              surface: Surface) -> np.ndarray:
        """Factors on the surface colour (B,V,3) float32, 0..1.

        ``vertices`` (B,V,3) metres, ``normals`` (B,V,3), ``ups`` (B,3) and the lights are in camera axes.
        """
        if self._known[0] is not surface:
            self._known = surface, Proxy(surface, self.points)
        shaded = np.empty(vertices.shape, np.float32)
        for out, mesh, normal, light, up in zip(shaded, vertices, normals, lights, ups):
            self._person(out, mesh, np.ascontiguousarray(normal.T, np.float32), light, up)
        return shaded

    def facts(self) -> dict:
        """For the dataset card."""
        return dict(model='lamp with self-shadows, sky and ground with ambient occlusion, per vertex', rays=len(self._rays))

    def _person(self, out: np.ndarray, mesh: np.ndarray, normals: np.ndarray, light: Light, up: np.ndarray) -> None:
        up = np.asarray(up, np.float32) / np.float32(np.linalg.norm(up))
        at = np.ascontiguousarray(mesh.T, np.float32)
        at = at - ((at.max(1) + at.min(1)) / 2)[:, None]
        lamp, free = self._lamp(at, normals, light)
        sky, ground = self._surroundings(at, normals, up)
        above = up @ normals * np.float32(.5) + np.float32(.5)
        height = up @ at
        # close to the floor, the floor lies in the person's own shade
        near_floor = np.clip((height - height.min()) * np.float32(2.5), 0, 1) * np.float32(.6) + np.float32(.4)
        below = (1 - above) * near_floor
        deep, open_ = np.array(_REBOUND), 1 - np.array(_REBOUND)
        colors = np.stack([light.sky * open_, light.sky * deep, light.ground * open_, light.ground * deep], 1)
        light_of = colors.astype(np.float32) @ np.stack([above * sky, above, below * ground, below])
        for channel, wrap in enumerate(_WRAP):
            facing = _around_terminator(lamp, wrap + .3 * float(light.softness))
            light_of[channel] += facing * free * np.float32(light.sun[channel])
        light_of *= self._exposure(light_of, normals)
        np.minimum(light_of, 2, out=light_of)
        light_of /= 1 + np.float32(.25) * light_of * light_of   # rolls off to white instead of clipping; 1 at 2
        out[:] = (light_of ** np.float32(self.contrast)).T

    def _exposure(self, light_of: np.ndarray, normals: np.ndarray) -> np.float32:
        """Factor on the light (3,V) of a camera that exposes partly for the person, of whom it sees what faces it."""
        seen = np.maximum(-normals[2], 0)
        level = float((LUMINANCE.astype(np.float32) @ light_of * seen).mean() / max(float(seen.mean()), 1e-6))
        return np.float32(self.exposure * np.clip((_LEVEL / max(level, 1e-3)) ** self.metering, .6, 2.5))

    def _lamp(self, at: np.ndarray, normals: np.ndarray, light: Light) -> Tuple[np.ndarray, np.ndarray]:
        """(V,) cosine to the lamp, and (V,) share of it that nothing hides."""
        soft, direction = float(light.softness), np.asarray(light.direction, np.float32)
        # looked up a little above the skin: neighbours on a slope do not hide one another
        hidden = blocked(at, at + normals * np.float32(.025), basis(direction)[None], self.texel, self._CELLS,
                         .015, .04 + .08 * soft)[0]
        for _ in range(1 + round(2.4 * soft)):
            hidden = self._known[1].smooth @ hidden
        return direction @ normals, 1 - hidden

    def _surroundings(self, at: np.ndarray, normals: np.ndarray, up: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
        """(V,) shares of sky and of ground that each vertex sees past the rest of the body."""
        proxy = self._known[1]
        aside, ahead, up = basis(up)
        turn = np.stack([aside, up, ahead])
        points, facing = at.take(proxy.index, 1), normals.take(proxy.index, 1)
        hidden = blocked(points, points + facing * np.float32(.04), self._axes @ turn, self._COARSE_TEXEL,
                         self._COARSE_CELLS, .01, .045)
        weight = np.maximum((self._rays @ turn) @ facing + np.float32(.05), 0)
        free = weight * (1 - hidden)
        high = self._rays[:, 1] * np.float32(.5) + np.float32(.5)
        return tuple(proxy.spread @ ((share @ free + np.float32(.02)) / (share @ weight + np.float32(.02)))
                     for share in (high, 1 - high))


def _around_terminator(cosine: np.ndarray, wrap: float) -> np.ndarray:
    """Lambert's cosine (V,), reaching ``wrap`` beyond the horizon and starting softly there; 1 stays 1."""
    facing = np.maximum((cosine + np.float32(wrap)) * np.float32(1 / (1 + wrap)), 0)
    return facing * facing / (facing + np.float32(.08)) * np.float32(1.08)
