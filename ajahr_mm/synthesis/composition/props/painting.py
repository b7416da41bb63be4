"""Drawing things that stand in front of people: patches of colour with coverage, lit as the person is.

A patch is (h,w,4) uint8: RGB times coverage, and coverage. Normals are (x right, y up, z towards the viewer).
"""
from functools import lru_cache
from typing import Callable, Sequence

import numpy as np

from ajahr_mm.synthesis.records import Light

#: Light on surfaces: normals (N,3) -> factors on their colours (N,3) float32, 0..1.
Lit = Callable[[np.ndarray], np.ndarray]
#: fractions of a pixel in coordinates handed to OpenCV: 1/16
_BITS = 4
#: standard deviation of a material's relief, of 128
_RELIEF = dict(wood=10, rough=7, cloth=9)


def lit_by(light: Light) -> Lit:
    """How a light falls on free surfaces, by the same response as that of people."""
    sun, sky, ground = (np.asarray(color, np.float32) * np.float32(1.25) for color in (light.sun, light.sky, light.ground))
    # camera axes: y down, z away
    direction = np.asarray(light.direction, np.float32) * np.float32([1, -1, -1])

    def lit(normals: np.ndarray) -> np.ndarray:
        normals = np.asarray(normals, np.float32)
        above = (normals[..., 1:2] + 1) / 2
        total = np.maximum(normals @ direction, 0)[..., None] * sun + above * sky + (1 - above) * ground
        return np.minimum(total, 1) ** np.float32(.6)
    return lit


def canvas(height: float, width: float) -> np.ndarray:
    """An empty patch."""
    return np.zeros((max(int(height), 2), max(int(width), 2), 4), np.uint8)


def polygons(patch: np.ndarray, corners: np.ndarray, colors: np.ndarray) -> None:
    """Fills N convex polygons with corners (N,K,2) px and RGB colours (N,3) 0..255, one over the other."""
    import cv2
    points = np.round(np.asarray(corners, np.float64) * (1 << _BITS)).astype(np.int32)
    paints = np.clip(np.concatenate([colors, np.full((len(colors), 1), 255)], 1), 0, 255).tolist()
    for outline, paint in zip(points, paints):
        cv2.fillConvexPoly(patch, outline, paint, cv2.LINE_AA, _BITS)


def polygon(patch: np.ndarray, corners: np.ndarray, color: np.ndarray) -> None:
    """Fills a convex polygon with corners (K,2) px and an RGB colour 0..255."""
    polygons(patch, np.asarray(corners, np.float64)[None], np.asarray(color)[None])


def line(patch: np.ndarray, points: np.ndarray, color: np.ndarray, width: float, closed: bool = False) -> None:
    """Draws a line through points (N,2) px, or M lines through (M,N,2)."""
    import cv2
    points = np.round(np.asarray(points, np.float64) * (1 << _BITS)).astype(np.int32)
    paint, lines = (*np.clip(color, 0, 255).tolist(), 255.), list(points.reshape(-1, *points.shape[-2:]))
    cv2.polylines(patch, lines, closed, paint, max(round(width), 1), cv2.LINE_AA, _BITS)


@lru_cache(maxsize=None)
def _tile(kind: str) -> np.ndarray:
    """(512,512) uint8 relief, 128 the mean: 'wood' (grain along the rows), 'rough' or 'cloth'."""
    import cv2
    rng = np.random.default_rng(sum(kind.encode()))
    shapes = dict(wood=((512, 12), (90, 40), (256, 16)), rough=((24, 24), (90, 90), (300, 300)),
                  cloth=((10, 10), (512, 128), (128, 512)))
    field = sum(cv2.resize(rng.standard_normal(shape, dtype=np.float32), (512, 512), interpolation=cv2.INTER_CUBIC) * weight
                for shape, weight in zip(shapes[kind], (.6, .5, .6)))
    return np.clip(128 + field / field.std() * _RELIEF[kind], 0, 255).astype(np.uint8)


def grain(patch: np.ndarray, rng: np.random.Generator, kind: str) -> np.ndarray:
    """The patch with the relief of a material (``wood``, ``rough``, ``cloth``) in its colours."""
    import cv2
    height, width = patch.shape[:2]
    tile = _tile(kind)
    if height > 512 or width > 512:
        tile = cv2.resize(tile, (max(width, 512), max(height, 512)))
    y, x = (int(rng.integers(have - want + 1)) for have, want in zip(tile.shape, (height, width)))
    relief = tile[y:y + height, x:x + width]
    if rng.random() < .5:
        relief = relief[:, ::-1]
    return cv2.multiply(patch, cv2.merge((relief, relief, relief, np.full_like(relief, 128))), scale=1 / 128)


def colored(rng: np.random.Generator, choices: Sequence[Sequence[int]], vary: float = .18) -> np.ndarray:
    """One of some RGB colours (3,) 0..255, a little lighter or darker and off in tint."""
    color = np.array(choices[rng.integers(len(choices))], np.float32)
    return np.clip(color * np.exp(rng.normal() * vary) * (1 + rng.normal(size=3) * vary / 4), 4, 250)
