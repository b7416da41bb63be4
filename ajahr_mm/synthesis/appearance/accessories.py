"""Glasses and lipstick."""
from typing import Tuple

import numpy as np

from ajahr_mm.synthesis.appearance.canvas import Canvas
from ajahr_mm.synthesis.appearance.folds import Folds
from ajahr_mm.synthesis.appearance.points import Points
from ajahr_mm.synthesis.appearance.shapes import inside, line


class Glasses:
    """Glasses; colour 1 is the frame, 2 the lenses."""

    def __init__(self, rng: np.random.Generator, dark: bool) -> None:
        self.drape, self.region, self.dark = 0, 'head', dark
        self.size = np.array([rng.uniform(.019, .024), rng.uniform(.013, .019)])
        self.round = float(rng.uniform(2., 4.))
        self.frame = float(rng.uniform(.0008, .0018))

    def height(self, points: Points, folds: Folds, canvas: Canvas) -> None:
        """Glasses are drawn on the skin."""
        return None

    def paint(self, points: Points, folds: Folds, canvas: Canvas) -> Tuple[np.ndarray, np.ndarray, None]:
        """Weights (h,w,3) and coverage (h,w) 0..1."""
        figure, k, soft = canvas.figure, canvas.figure.scale, max(.0018, .4 * canvas.fine)
        head = points.is_part('head') & (points.field('ears') < .1)
        front = head & (points.z > figure.ear[2] + .05)
        u, v = abs(points.x) / k - .0305, (points.y - figure.eye[1]) / k + .003
        ring = (abs(u / self.size[0]) ** self.round + abs(v / self.size[1]) ** self.round) ** (1 / self.round)
        rim = line((ring - 1) * .017, self.frame, soft) * front
        bridge = line(v - .005, self.frame, soft) * inside(.0305 - self.size[0] - abs(points.x) / k, .002) * front
        arm = line(v - .006, self.frame, soft) * (abs(points.x) / k > .0305 + self.size[0] * .9) * head * (
            points.z > figure.ear[2] - .01)
        frame = np.maximum.reduce([rim, bridge, arm])
        lens = inside((1 - ring) * .017, soft) * front * (.9 if self.dark else .08)
        coverage = np.maximum(frame, lens)
        frame_share = frame / np.maximum(coverage, 1e-3)
        weights = np.stack([frame_share, 1 - frame_share, 0 * frame], -1)
        return weights.astype(np.float32), coverage.astype(np.float32), None


class Lipstick:
    """Painted lips; colour 1."""
    drape, region = 0, 'head'

    def height(self, points: Points, folds: Folds, canvas: Canvas) -> None:
        """Nothing stands off the lips."""
        return None

    def paint(self, points: Points, folds: Folds, canvas: Canvas) -> Tuple[np.ndarray, np.ndarray, None]:
        """Weights (h,w,3) and coverage (h,w) 0..1."""
        lips = .7 * points.field('lips')
        shade = .75 + .25 * points.openness
        return np.stack([shade, 0 * shade, 0 * shade], -1), lips, None
