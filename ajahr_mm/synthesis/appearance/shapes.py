"""Soft edges, lines and dots of signed distances in metres; positive is inside."""
import numpy as np


def inside(distance: np.ndarray, width: float) -> np.ndarray:
    """Coverage 0..1: an edge blended over ``width`` metres."""
    return np.clip(distance / width + .5, 0, 1)


def step(value: np.ndarray, low: float, high: float) -> np.ndarray:
    """Smooth 0 at ``low`` to 1 at ``high``."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def bell(value: np.ndarray, center: float, width: float) -> np.ndarray:
    """1 at the centre, a Gaussian of standard deviation ``width``/sqrt(2)."""
    return np.exp(-((value - center) / width) ** 2)


def line(distance: np.ndarray, half: float, width: float) -> np.ndarray:
    """Coverage of a line along distance 0, ``half`` metres to each side."""
    return inside(half - abs(distance), width)


def shadow(distance: np.ndarray, strength: float, reach: float) -> np.ndarray:
    """Shadow 0..1 outside of an edge, faint after ``reach`` metres."""
    return np.where(distance < 0, strength * np.exp(np.minimum(distance, 0) / reach), strength).astype(np.float32)


def wave(value: np.ndarray, share: float = .5, softness: float = .1) -> np.ndarray:
    """Stripes 0..1 of period 1, ``share`` of it on, edges blended over ``softness`` of a period."""
    distance = share / 2 - abs((value % 1) - .5)
    return np.clip(distance / softness + .5, 0, 1)
