"""A small photo studio for bodies: long lens, soft light from the upper left, plain ground, smooth edges."""
from __future__ import annotations

import cv2
import numpy as np

from ajahr_mm.rendering import Camera, Light, Mesh, make_renderer

PAPER = np.array([246, 246, 243], np.float32)
CARD = np.array([236, 235, 231], np.float32)
CLAY = np.array([0.87, 0.795, 0.74], np.float32)
MARK = np.array([0.47, 0.62, 0.72], np.float32)  # clay where a place is pointed out
SUPERSAMPLING = 3          # pictures are drawn this much larger and averaged
DISTANCE = 12.             # m: far away, so that sizes compare
#: Towards each lamp in the camera frame (x right, y down, z forward), its strength and its warmth (red, green, blue).
LAMPS = (((-0.55, -0.65, -0.55), 0.60, (1.00, 0.985, 0.96)),   # key
         ((0.80, -0.10, -0.60), 0.24, (0.96, 0.98, 1.00)),    # fill
         ((0.30, -0.60, 0.75), 0.14, (1.00, 1.00, 1.00)))     # rim, from behind
SKY, FLOOR = 0.40, 0.27    # light from all around, above and below
CREVICES = ((0.008, 0.5), (0.03, 0.7))  # radius in m and strength of the darkening of hollows


class Studio:
    """Photographs bodies of one topology.

    Args:
        faces: (F,3).
        backend, device: see :func:`ajahr_mm.rendering.make_renderer`.
    """

    def __init__(self, faces: np.ndarray, backend: str = 'auto', device: str = 'cpu') -> None:
        self.renderer = make_renderer(Mesh(faces), backend, device, samples=1)

    def photograph(self, vertices: np.ndarray, turn: float, centre: np.ndarray, size: tuple[int, int],
                   pixels_per_metre: float, background: np.ndarray = PAPER, marked: np.ndarray | None = None) -> np.ndarray:
        """One picture (H,W,3) uint8 RGB.

        Args:
            vertices: (V,3) m, y up.
            turn: degrees about the vertical; 0 looks at a body's front, 90 at its left side, 180 at its back.
            centre: (3,) m, what stands in the middle of the picture.
            size: (H, W) px.
            background: (3,) RGB 0..255.
            marked: (V,) 0..1, how much each vertex is pointed out by its colour.
        """
        angle, scale = np.radians(turn), pixels_per_metre * SUPERSAMPLING
        # The camera stands where the body's front, left side or back faces it; its own y points down, its z away.
        rotation = np.array([[np.cos(angle), 0, -np.sin(angle)], [0, -1, 0], [-np.sin(angle), 0, -np.cos(angle)]])
        points = (vertices - centre) @ rotation.T + (0, 0, DISTANCE)
        camera = Camera.pinhole(scale * DISTANCE, (size[0] * SUPERSAMPLING, size[1] * SUPERSAMPLING))
        clay = CLAY if marked is None else CLAY + marked[:, None] * (MARK - CLAY)
        frame = self.renderer.render(points.astype(np.float32), camera, Light(ambient=(1, 1, 1), diffuse=(0, 0, 0)),
                                     want=('rgb', 'depth', 'face', 'normal'),
                                     vertex_color=np.broadcast_to(clay, points.shape).astype(np.float32))
        inside = (frame.face[0] >= 0).astype(np.float32)
        light = _soft_light(frame.normal[0]) * _hollows(frame.depth[0], frame.normal[0], inside, scale)[..., None]
        color = 255 * np.clip(frame.rgb[0] / 255 * light, 0, 1) ** (1 / 1.15)
        picture = color * inside[..., None] + background * (1 - inside[..., None])
        return cv2.resize(picture, (size[1], size[0]), interpolation=cv2.INTER_AREA).round().astype(np.uint8)


def _soft_light(normal: np.ndarray) -> np.ndarray:
    """(H,W,3) light on unit normals (H,W,3): big lamps reach round the edge of what a small one would light."""
    up = (1 - normal[..., 1:2]) / 2
    light = np.repeat(FLOOR + (SKY - FLOOR) * up, 3, -1)
    for direction, strength, warmth in LAMPS:
        towards = np.array(direction, np.float32) / np.linalg.norm(direction)
        wrapped = np.clip((normal @ towards + 0.35) / 1.35, 0, None)[..., None]
        light = light + strength * wrapped * np.array(warmth, np.float32)
    return light


def _hollows(depth: np.ndarray, normal: np.ndarray, inside: np.ndarray, pixels_per_metre: float) -> np.ndarray:
    """(H,W) 0..1: darker where the surface lies behind its surroundings, as in folds and armpits.

    Skin that turns away from the camera falls behind without being hollow, so it counts less.
    """
    shade, facing = np.ones_like(depth), np.clip(-normal[..., 2], 0, 1) ** 2
    for radius, strength in CREVICES:
        sigma = max(radius * pixels_per_metre, 0.5)
        nearby = cv2.GaussianBlur(inside, (0, 0), sigma)
        mean = cv2.GaussianBlur(depth * inside, (0, 0), sigma) / np.maximum(nearby, 1e-3)
        shade -= strength * facing * np.clip((depth - mean) / radius, 0, 0.35)
    return np.clip(shade, 0.5, 1)
