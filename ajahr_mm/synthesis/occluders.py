"""Things in front of the person: a limb behind them is hidden, not lost, and the labels say so."""
from typing import Tuple

import numpy as np

from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis import textures


def clear_of(mask: np.ndarray, points: np.ndarray, margin: int = 5) -> bool:
    """Whether no point (N,2) px lies on, or within ``margin`` px of, the mask (H,W) of 0..1."""
    height, width = mask.shape
    for x, y in points:
        column, row = int(x), int(y)
        window = mask[max(row - margin, 0):max(row + margin + 1, 0), max(column - margin, 0):max(column + margin + 1, 0)]
        if window.size and window.max() > .3:
            return False
    return True


@SYNTHESIS.register_module()
class RandomOccluders:
    """Discs, boxes, rags and low walls laid over present limbs.

    Args:
        share: share of pictures with an occluder; low_wall: share of these that hide everything below a line.
        size: range of the occluder's half width over the frame's side.
        tries: attempts to place one that leaves the ends of lost limbs in sight, so that no label is a guess.
    """

    def __init__(self, share: float = .36, low_wall: float = .15, size=(.05, .15), tries: int = 6):
        self.share, self.low_wall, self.size, self.tries = share, low_wall, size, tries

    def sample(self, rng: np.random.Generator, targets: np.ndarray, keep: np.ndarray, size: int, background) -> Tuple:
        """Coverage (size,size) float32 0..1 and colour (size,size,3) float32, or (None, None).

        ``targets`` (M,2) px: keypoints of limbs worth hiding; ``keep`` (L,2) px must stay in sight; ``background`` is a
        function of a generator that returns an image (size,size,3) to cut a surface from.
        """
        if rng.random() >= self.share or not len(targets):
            return None, None
        for _ in range(self.tries):
            mask = self._shape(rng, targets[rng.integers(len(targets))], size)
            if clear_of(mask, keep):
                return mask, self._surface(rng, size, background)
        return None, None

    def _shape(self, rng, target: np.ndarray, size: int) -> np.ndarray:
        import cv2
        mask = np.zeros((size, size), np.uint8)
        if rng.random() < self.low_wall:
            line = int(np.clip(rng.uniform(.55, .9), 0, 1) * size)
            slope = int(rng.normal() * .04 * size)
            left, right = (0, size) if rng.random() < .5 else sorted(rng.integers(0, size, size=2).tolist())
            cv2.fillPoly(mask, [np.array([[left, line], [right, line + slope], [right, size], [left, size]], np.int32)], 255)
            return mask.astype(np.float32) / 255
        center = target + rng.normal(size=2) * .02 * size
        half = rng.uniform(*self.size, size=2) * size
        angle, kind = rng.uniform(0, 180), rng.integers(3)
        if kind == 0:
            cv2.ellipse(mask, tuple(int(v) for v in center), tuple(int(v) for v in half), angle, 0, 360, 255, -1, cv2.LINE_AA)
        else:
            corners = (np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half if kind == 1 else
                       _star(rng, half))
            turn = np.deg2rad(angle if rng.random() < .5 else rng.normal() * 8)
            rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
            cv2.fillPoly(mask, [(corners @ rotation.T + center).astype(np.int32)], 255, cv2.LINE_AA)
        return mask.astype(np.float32) / 255

    @staticmethod
    def _surface(rng, size: int, background) -> np.ndarray:
        if rng.random() < .35:
            return background(rng).astype(np.float32)
        if rng.random() < .5:
            return textures.gradient(rng, size, size, textures.color(rng), textures.color(rng, value=(.05, .7)))
        return (textures.planks, textures.mottled, textures.stripes)[rng.integers(3)](rng, size, size)


def _star(rng, half: np.ndarray) -> np.ndarray:
    """Corners (9,2) of an irregular blob."""
    angles = np.linspace(0, 2 * np.pi, 9, endpoint=False)
    radius = rng.uniform(.55, 1.25, size=9)
    return np.stack([np.cos(angles), np.sin(angles)], -1) * radius[:, None] * half
