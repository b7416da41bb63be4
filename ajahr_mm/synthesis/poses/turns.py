"""Rotations of many joints at once in closed form: numpy on plain arrays, the same numbers whatever the batch.

scipy's ``Rotation`` is the oracle of the tests; its objects cost more than all the arithmetic of a batch of 25 people.
"""
import numpy as np


def turn_yzx(y: np.ndarray, z: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Matrices (…,3,3) that turn about y, then about the new z, then about the newest x; angles (…) in radians."""
    (cy, sy), (cz, sz), (cx, sx) = _cos_sin(y), _cos_sin(z), _cos_sin(x)
    return _matrices([[cy * cz, sy * sx - cy * sz * cx, cy * sz * sx + sy * cx],
                      [sz, cz * cx, -cz * sx],
                      [-sy * cz, sy * sz * cx + cy * sx, cy * cx - sy * sz * sx]])


def turn_xzy(x: np.ndarray, z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Matrices (…,3,3) that turn about x, then about the new z, then about the newest y; angles (…) in radians."""
    (cx, sx), (cz, sz), (cy, sy) = _cos_sin(x), _cos_sin(z), _cos_sin(y)
    return _matrices([[cz * cy, -sz, cz * sy],
                      [cx * sz * cy + sx * sy, cx * cz, cx * sz * sy - sx * cy],
                      [sx * sz * cy - cx * sy, sx * cz, sx * sz * sy + cx * cy]])


def turn_about(axis: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Matrices (…,3,3) that turn by ``angle`` (…) radians about unit vectors ``axis`` (…,3) (Rodrigues)."""
    x, y, z = np.moveaxis(axis, -1, 0)
    cos, sin = _cos_sin(angle)
    rest = 1 - cos
    return _matrices([[cos + x * x * rest, x * y * rest - z * sin, x * z * rest + y * sin],
                      [x * y * rest + z * sin, cos + y * y * rest, y * z * rest - x * sin],
                      [x * z * rest - y * sin, y * z * rest + x * sin, cos + z * z * rest]])


def turns(vectors: np.ndarray) -> np.ndarray:
    """Matrices (…,3,3) of rotation vectors (…,3) in radians."""
    vectors = np.asarray(vectors, np.float64)
    angle = np.sqrt((vectors * vectors).sum(-1))
    return turn_about(vectors / np.maximum(angle, 1e-300)[..., None], angle)


def rotation_vectors(matrices: np.ndarray) -> np.ndarray:
    """Rotation vectors (…,3), radians, angle 0 to pi, of rotation matrices (…,3,3).

    By way of the quaternion whose largest component is found first, so that no angle, 0 and pi included, loses digits.
    """
    m = matrices
    diagonal = np.stack([m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]], -1)
    trace = diagonal.sum(-1, keepdims=True)
    squares = np.maximum(np.concatenate([2 * diagonal - trace, trace], -1) + 1, 0)     # 4 x^2, 4 y^2, 4 z^2, 4 w^2
    odd = np.stack([m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]], -1)
    even = np.stack([m[..., 0, 1] + m[..., 1, 0], m[..., 0, 2] + m[..., 2, 0], m[..., 1, 2] + m[..., 2, 1]], -1)
    xy, xz, yz, (wx, wy, wz) = *np.moveaxis(even, -1, 0), np.moveaxis(odd, -1, 0)
    # row k: 4 times component k times (x, y, z, w)
    products = np.stack([np.stack(row, -1) for row in (
        (squares[..., 0], xy, xz, wx), (xy, squares[..., 1], yz, wy), (xz, yz, squares[..., 2], wz),
        (wx, wy, wz, squares[..., 3]))], -2)
    quaternion = np.take_along_axis(products, squares.argmax(-1)[..., None, None], -2)[..., 0, :]
    quaternion = quaternion / np.sqrt((quaternion * quaternion).sum(-1, keepdims=True))
    quaternion = np.where(quaternion[..., 3:] < 0, -quaternion, quaternion)
    sine = np.sqrt((quaternion[..., :3] * quaternion[..., :3]).sum(-1, keepdims=True))
    factor = 2 * np.arctan2(sine, np.asarray(quaternion[..., 3:], order='C')) / np.where(sine > 1e-12, sine, 1)
    return quaternion[..., :3] * np.where(sine > 1e-12, factor, 2)


def _cos_sin(angle: np.ndarray) -> tuple:
    """Arrays with gaps in memory take numpy now through one formula, now through another, with other last bits."""
    angle = np.asarray(angle, order='C')
    return np.cos(angle), np.sin(angle)


def _matrices(rows: list) -> np.ndarray:
    entries = np.broadcast_arrays(*(entry for row in rows for entry in row))
    return np.stack(entries, -1).reshape(*entries[0].shape, 3, 3)
