"""How freely light reaches the points of a posed body: depth maps as the lamps see it, splatted instead of rendered."""
import numpy as np


def directions(count: int) -> np.ndarray:
    """(count,3) float32 unit vectors spread evenly over the sphere, from up (+y) to down, in Fibonacci's spiral."""
    height = 1 - 2 * (np.arange(count) + .5) / count
    turn = np.arange(count) * np.pi * (3 - 5 ** .5)
    ring = np.sqrt(1 - height ** 2)
    return np.stack([ring * np.cos(turn), height, ring * np.sin(turn)], -1).astype(np.float32)


def basis(direction: np.ndarray) -> np.ndarray:
    """(3,3) float32 rows, orthonormal: two axes across the unit ``direction`` (3,), then itself."""
    x, y, z = (float(c) for c in direction)
    # without a branch, so that a lamp that moves a little turns its map a little (Duff et al. 2017), z < 0 aside
    sign = 1. if z >= 0 else -1.
    a = -1 / (sign + z)
    b = x * y * a
    return np.array([[1 + sign * x * x * a, sign * b, -sign * x], [b, sign + y * y * a, -y], [x, y, z]], np.float32)


def blocked(points: np.ndarray, lookups: np.ndarray, axes: np.ndarray, texel: float, cells: int, near: float,
            far: float) -> np.ndarray:
    """(K,N) float32, 0 free to 1 hidden: what of the body stands between ``lookups`` and K lamps at infinity.

    Args:
        points: (3,M) metres, make up the body, its middle near the origin. lookups: (3,N) are tested; may be ``points``.
        axes: (K,3,3) the :func:`basis` of every lamp.
        texel: metres along a cell of the depth maps; cells: number of them along a side. What is beyond falls on the rim.
        near, far: metres; what is less than ``near`` in front of a point does not hide it, ``far`` hides it fully.
    """
    count, half = len(axes), np.float32(cells / 2)
    flat = (axes * np.array([1 / texel, 1 / texel, 1], np.float32)[:, None]).reshape(-1, 3)
    start = (np.arange(count, dtype=np.int32) * (cells * cells))[:, None]

    def cell(at: np.ndarray) -> np.ndarray:
        place = np.clip(at[:, :2] + half, 0, cells - 1).astype(np.int32)
        return place[:, 1] * cells + place[:, 0] + start
    body = (flat @ points).reshape(count, 3, -1)
    where = cell(body)
    nearest = np.full(count * cells * cells, -1e3, np.float32)
    np.maximum.at(nearest, where.ravel(), body[:, 2].ravel())
    if lookups is not points:
        body = (flat @ lookups).reshape(count, 3, -1)
        where = cell(body)
    ahead = nearest.take(where) - body[:, 2]
    return np.clip((ahead - np.float32(near)) * np.float32(1 / (far - near)), 0, 1)
