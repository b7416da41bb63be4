"""Where every vertex sits on its limb: the coordinate that residual limbs are cut along.

The axis of a limb runs through its joints to the tip of the hand or foot. Its coordinate counts segments like a limb
extent: 0 at shoulder or hip, 1 elbow or knee, 2 wrist or ankle, 2.5 knuckles or ball of the foot, 3 the tip. A vertex has
the coordinate of the cut plane that contains it; at the ankle the planes swing round from the shank to the foot.
"""
from dataclasses import dataclass
from typing import Tuple

import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.skeleton import NUM_JOINTS
from ajahr_mm.body_models.assets import BodyArrays

#: Coordinates of the stations of an axis; between them axis and plane normal are interpolated.
STATIONS = np.array([-1., 0., 1., 2., 2.25, 2.5, 3.])
#: How the cut at the root of a limb leans (out, down, forward): below the acromion into the armpit; from the groin up.
ROOT_NORMALS = {'arm': (0.97, -0.24, 0.), 'leg': (0.4, -0.92, 0.)}
_PLANES_OF_HAND = {'arm': (1, 1, 1), 'leg': (1, 0, 1)}  # planes stand upright in a foot
TRUNK_SHARE, TRUNK_STEP = 0.3, 0.5  # skin that follows the limb less stays with the trunk, by up to so many segments
RADIUS_STEP = 0.1  # coordinate between the entries of the table of radii
_RADIUS_GRID = RADIUS_STEP * np.arange(31)


@dataclass
class LimbField:
    """Limb geometry of a body, all in its T-pose; L=4 limbs, T=7 stations, V vertices."""

    coordinate: np.ndarray  # (V,) position on the limb in segments, -1 or less away from limbs
    limb: np.ndarray        # (V,) the limb a vertex belongs to
    stations: np.ndarray    # (L,T,24) axis points as weights on joints
    directions: np.ndarray  # (L,T,3) unit vectors along the limb, in which caps bulge
    radius: np.ndarray      # (L,31) m mean distance of the skin from the axis, at coordinates 0, 0.1 .. 3
    radius_shape: np.ndarray  # (L,31,N) its change with each shape axis


def limb_field(body: BodyArrays) -> LimbField:
    """The limb field of a body's mean shape."""
    joints = body.J_regressor @ body.v_template
    share = np.stack([body.weights[:, list(chain)].sum(1) for chain in limbs.CHAINS])  # (L,V)
    limb = share.argmax(0)
    inner, outer = np.sort(share, 0)[-2:]
    between = outer - inner < 1e-6  # the midline belongs to no side
    stations = np.stack([_stations(joints, body.v_template[(limb == i) & (share[i] > 0.5)], chain, limbs.LIMBS[i][-3:])
                         for i, chain in enumerate(limbs.CHAINS)])
    points = stations @ joints
    directions = np.stack([_directions(p, name) for p, name in zip(points, limbs.LIMBS)])
    normals = directions.copy()  # of the cut planes
    normals[:, :2] = [[_root_normal(name)] * 2 for name in limbs.LIMBS]
    coordinate = np.full(len(limb), -2.)
    radius = np.empty((limbs.NUM_LIMBS, len(_RADIUS_GRID)))
    radius_shape = np.empty((*radius.shape, body.shapedirs.shape[2]))
    joints_shape = np.einsum('jv,vcn->jcn', body.J_regressor, body.shapedirs)
    for i in range(limbs.NUM_LIMBS):
        mine = np.flatnonzero((limb == i) & (share[i] > 1e-3) & ~between)
        vertices = body.v_template[mine]
        flat = _plane_coordinate(vertices, points[i], normals[i])
        coordinate[mine] = flat - TRUNK_STEP * (1 - np.clip(share[i][mine] / TRUNK_SHARE, 0, 1)) ** 2
        radius[i], radius_shape[i] = _radius(vertices, body.shapedirs[mine], coordinate[mine], points[i],
                                             np.einsum('tj,jcn->tcn', stations[i], joints_shape))
    return LimbField(coordinate, limb, stations, directions, radius, radius_shape)


def placement(coordinate: np.ndarray) -> np.ndarray:
    """(V,T) weights that read a quantity given at the stations of a limb (T,C) at the vertices' coordinates (V,)."""
    low = np.clip(np.searchsorted(STATIONS, coordinate, side='right') - 1, 0, len(STATIONS) - 2)
    fraction = np.clip((coordinate - STATIONS[low]) / (STATIONS[low + 1] - STATIONS[low]), 0, 1)
    weights, rows = np.zeros((len(coordinate), len(STATIONS))), np.arange(len(coordinate))
    weights[rows, low], weights[rows, low + 1] = 1 - fraction, fraction
    return weights


def _stations(joints: np.ndarray, vertices: np.ndarray, chain: Tuple[int, ...], kind: str) -> np.ndarray:
    """(T,24) weights of the axis stations on the joints; the tip is found on the limb's own vertices."""
    root, middle, end, last = np.eye(NUM_JOINTS)[list(chain)]
    along = (last - end) @ joints
    # Tip of hand or foot, counted in wrist-knuckle lengths, where the last cut plane touches the skin; a mesh without skin
    # there ends a little beyond the knuckles.
    normal = along * _PLANES_OF_HAND[kind]
    reach = ((vertices - end @ joints) @ normal).max(initial=0) / (along @ normal)
    reach = max(reach, 1.2)
    tip = end + reach * (last - end)
    return np.stack([2 * root - middle, root, middle, end, (end + last) / 2, last, tip])


def _directions(points: np.ndarray, name: str) -> np.ndarray:
    """(T,3) unit vectors: along the axis, halfway between two segments at a joint, level in a foot."""
    steps = np.diff(points, axis=0)
    steps /= np.linalg.norm(steps, axis=1, keepdims=True)
    if name.endswith('leg'):  # behind the ankle the shank's planes turn into the foot's
        directions = np.stack([steps[0], steps[0], steps[1] + steps[2], steps[2]] + [steps[4] * _PLANES_OF_HAND['leg']] * 3)
    else:
        directions = np.stack([steps[0], steps[0], steps[1] + steps[2], steps[2] + steps[3], *steps[3:]])
    return directions / np.linalg.norm(directions, axis=1, keepdims=True)


def _root_normal(name: str) -> np.ndarray:
    side, kind = name.split('_')
    normal = np.array(ROOT_NORMALS[kind]) * (1 if side == 'left' else -1, 1, 1)
    return normal / np.linalg.norm(normal)


def _plane_coordinate(vertices: np.ndarray, points: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """(V,) first coordinate whose plane the vertex does not lie beyond."""
    grid = np.linspace(STATIONS[0], STATIONS[-1], 801)
    centre = np.stack([np.interp(grid, STATIONS, c) for c in points.T], 1)
    normal = np.stack([np.interp(grid, STATIONS, c) for c in normals.T], 1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    beyond = vertices @ normal.T - (centre * normal).sum(1)  # (V,grid) signed distance from every plane
    last = np.where((beyond <= 0).any(1), (beyond <= 0).argmax(1), len(grid) - 1)
    first = np.maximum(last - 1, 0)
    rows = np.arange(len(vertices))
    a, b = beyond[rows, first], beyond[rows, last]
    fraction = np.clip(a / np.where(a > b, a - b, 1), 0, 1)
    return grid[first] + fraction * (grid[last] - grid[first])


def _radius(vertices: np.ndarray, shapedirs: np.ndarray, coordinate: np.ndarray, points: np.ndarray,
            points_shape: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """(31,) m mean distance from the axis at coordinates 0, 0.1 .. 3, and its change (31,N) with each shape axis."""
    at = placement(coordinate)
    offset = vertices - at @ points
    distance = np.linalg.norm(offset, axis=1)
    outwards = offset / np.maximum(distance, 1e-9)[:, None]
    change = np.einsum('vc,vcn->vn', outwards, shapedirs - np.einsum('vt,tcn->vcn', at, points_shape))
    near = np.exp(-0.5 * ((coordinate - _RADIUS_GRID[:, None]) / 0.12) ** 2) + 1e-9
    near /= near.sum(1, keepdims=True)
    return near @ distance, near @ change
