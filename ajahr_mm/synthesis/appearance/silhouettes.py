"""How cloth and hair stand off the body: what hangs straight down from chest, hip and head, as heights over the skin."""
from typing import NamedTuple

import numpy as np

from ajahr_mm.synthesis.appearance.figure import Figure
from ajahr_mm.synthesis.appearance.points import vertex_normals
from ajahr_mm.synthesis.appearance.surface import Surface

_ANGLES, _STEP = 36, .02      # bins around an axis, m between heights
_ROUNDS, _SHRINK = 14, .72    # of taking back heights that fold faces over, and what is left of them after each


class Silhouettes(NamedTuple):
    """Heights (V,) in metres over the skin of the rest pose."""
    shirt: np.ndarray       # of a wide shirt, which falls straight from chest and shoulder blades
    trousers: np.ndarray    # of wide trousers, which fall straight from hip and thigh
    hair: np.ndarray        # of hair that falls straight from the widest part of the head
    shoe: np.ndarray        # of a smooth shell around foot and toes


def silhouettes(surface: Surface, figure: Figure) -> Silhouettes:
    """Heights of a body's vertices."""
    rest = surface.rest
    normals = vertex_normals(rest, surface.faces)
    chest = np.array([0, 0, figure.trunk_depth], np.float32)
    head = np.array([0, 0, figure.ear[2]], np.float32)
    shirt = np.zeros(len(rest), np.float32)
    trunk = (surface.limb < 0) & (rest[:, 1] < figure.armpit + .02) & (rest[:, 1] > figure.crotch - .02)
    shirt[trunk] = _hang(rest[trunk] - chest, normals[trunk])
    shirt *= 1 - smoothstep((rest[:, 1] - figure.armpit + .03) / .05)
    hips = (surface.along < .25) & (rest[:, 1] < figure.waist) & (rest[:, 1] > figure.crotch)
    hips &= (surface.limb < 0) | (surface.limb >= 2)
    seat = np.zeros(len(rest), np.float32)
    seat[hips] = _hull_height(rest[hips] - chest, normals[hips])
    trousers = np.zeros(len(rest), np.float32)
    for limb in (2, 3):
        own = (surface.limb == limb) & (surface.along < 2) & (rest[:, 1] < figure.crotch + .04)
        side = np.array([1 if limb == 2 else -1, 1, 1], np.float32)
        axis = np.where(rest[own, 1:2] < figure.knee[1], figure.ankle * side, figure.knee * side)
        down = np.clip((figure.knee[1] - rest[own, 1:2]) / (figure.knee[1] - figure.ankle[1]), 0, 1)
        axis = figure.knee * side + down * (figure.ankle - figure.knee) * side
        axis[:, 1] = 0
        trousers[own] = _hang(rest[own] - axis, normals[own])
    room = np.abs(rest[:, 0]) - .004                      # the other leg is in the way
    inner = normals[:, 0] * np.sign(rest[:, 0]) < -.2
    trousers = np.where(inner, np.minimum(trousers, np.maximum(room, 0)), trousers)
    hair = np.zeros(len(rest), np.float32)
    near = (surface.limb < 0) & (rest[:, 1] < figure.crown - .02) & (rest[:, 1] > figure.neck[1] - .1)
    near &= (rest[:, 2] < figure.ear[2] + .02) & (abs(rest[:, 0]) < figure.ear[0] + .045)
    near &= (rest[:, 1] > figure.nose[1] - .02) | (rest[:, 2] < figure.ear[2] - .005)
    hair[near] = _hang(rest[near] - head, normals[near], .55)
    smooth = Smoother(surface)
    trousers = np.maximum(trousers, np.minimum(.7 * seat, .02))
    return Silhouettes(smooth(shirt, 3), smooth(trousers, 3), smooth(hair, 6), _shells(surface, figure, normals))


class Smoother:
    """Averages values (V,) over the neighbours of each vertex."""

    def __init__(self, surface: Surface) -> None:
        from scipy.sparse import csr_matrix, diags
        count, faces = len(surface.rest), surface.faces
        ends = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
        joined = csr_matrix((np.ones(len(ends), np.float32), (ends[:, 0], ends[:, 1])), (count, count))
        joined = ((joined + joined.T) > 0).astype(np.float32)
        degree = np.asarray(joined.sum(1)).ravel()
        self._mean = (diags(.5 / np.maximum(degree, 1)) @ joined + diags(np.full(count, .5))).astype(np.float32).tocsr()

    def __call__(self, values: np.ndarray, rounds: int = 1) -> np.ndarray:
        for _ in range(rounds):
            values = self._mean @ values
        return values.astype(np.float32)


def _shells(surface: Surface, figure: Figure, normals: np.ndarray) -> np.ndarray:
    """(V,) m along the normals to the convex hull of each foot."""
    from scipy.spatial import ConvexHull
    height = np.zeros(len(surface.rest), np.float32)
    for limb in (2, 3):
        own = np.flatnonzero((surface.limb == limb) & (surface.rest[:, 1] < figure.ankle[1]))
        planes = ConvexHull(surface.rest[own].astype(np.float64)).equations
        towards = normals[own] @ planes[:, :3].T
        room = -(surface.rest[own] @ planes[:, :3].T + planes[:, 3])
        height[own] = np.where(towards > .05, np.maximum(room, 0) / np.maximum(towards, .05), np.inf).min(1)
    return np.minimum(height, .02)


def smoothstep(t: np.ndarray) -> np.ndarray:
    """0 to 1, smoothly."""
    t = np.clip(t, 0, 1)
    return t * t * (3 - 2 * t)


def _hang(position: np.ndarray, normals: np.ndarray, least: float = 0.) -> np.ndarray:
    """(N,) m that positions (N,3) rise along their normals (N,3) to a straight fall from above, around the y axis.

    Skin that looks down stays where it is, but for the share ``least``.
    """
    table, radius, row, column = _profile(position)
    table = np.maximum.accumulate(_hull(table), 0)
    table = (np.roll(table, 1, 1) + 2 * table + np.roll(table, -1, 1)) / 4
    return np.maximum(table[row, column] - radius, 0) * np.maximum(_outwards(position, normals), least)


def _hull_height(position: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """(N,) m that positions (N,3) rise along their normals (N,3) to a cloth stretched around them and the y axis."""
    table, radius, row, column = _profile(position)
    return np.maximum(_hull(table)[row, column] - radius, 0) * _outwards(position, normals)


def _outwards(position: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """(N,) 0..1, how much a step along the normal leads away from the y axis."""
    radius = np.maximum(np.hypot(position[:, 0], position[:, 2]), 1e-4)
    return np.clip((position[:, 0] * normals[:, 0] + position[:, 2] * normals[:, 2]) / radius, 0, 1)


def _profile(position: np.ndarray):
    """Largest radii in bins (heights, angles) of positions (N,3) around the y axis, their own radii and bins."""
    radius = np.hypot(position[:, 0], position[:, 2])
    angle = np.arctan2(position[:, 0], position[:, 2]) / (2 * np.pi) % 1 * _ANGLES
    height = (position[:, 1].max() - position[:, 1]) / _STEP
    rows = int(height.max()) + 2
    table = np.zeros((rows, _ANGLES), np.float32)
    row, column = height.astype(int), angle.astype(int) % _ANGLES
    np.maximum.at(table, (row, column), radius)
    for _ in range(3):                                    # fills bins without vertices
        table = np.where(table > 0, table, np.maximum(np.roll(table, 1, 1), np.roll(table, -1, 1)))
    return table, radius, row, column


def _hull(table: np.ndarray) -> np.ndarray:
    """Radii (rows,angles) of the convex hulls of radii (rows,angles): cloth is stretched over hollows."""
    angle = 2 * np.pi * np.arange(_ANGLES) / _ANGLES
    facing = np.cos(angle[:, None] - angle).astype(np.float32)          # (point or result, direction)
    support = (table[:, :, None] * facing).max(1)                       # (rows, direction)
    reach = np.where(facing > .2, support[:, None] / np.maximum(facing, .2), np.inf).min(2)
    return np.maximum(reach, table)


def unfold(height: np.ndarray, rest: np.ndarray, normals: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Heights (V,) m along normals (V,3), lowered where they would turn faces (F,3) of the rest pose (V,3) over."""
    flat = face_normals(rest, faces)
    least = .12 * (flat ** 2).sum(1)
    own = np.flatnonzero((height[faces] > 0).any(1))
    for _ in range(_ROUNDS):
        grown = face_normals(rest + height[:, None] * normals, faces[own])
        turned = own[(flat[own] * grown).sum(1) < least[own]]
        if not len(turned):
            break
        height = height.copy()
        height[np.unique(faces[turned])] *= _SHRINK
    return height


def face_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(F,3) normals of faces (F,3), as long as twice their area."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return np.cross(b - a, c - a)
