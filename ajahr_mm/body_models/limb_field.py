"""Where every vertex sits on its limb: the coordinate that residual limbs are cut along.

The axis of a limb runs through its joints to the tip of the hand or foot. Its coordinate counts segments like a limb
extent: 0 at shoulder or hip, 1 elbow or knee, 2 wrist or ankle, 2.5 knuckles or ball of the foot, 3 the tip. A vertex has
the coordinate of the cut plane that contains it; at the ankle the planes swing round from the shank to the foot.
"""
from dataclasses import dataclass

import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.skeleton import NUM_JOINTS
from ajahr_mm.body_models.assets import BodyArrays

#: Coordinates of the stations of an axis; between them axis and plane normal are interpolated.
STATIONS = np.array([-1., 0., 1., 2., 2.25, 2.5, 3.])
ROOT_SLANT = 0.5  # segments by which a vertex that follows the trunk lies further in: tilts the cuts at armpit and groin
_RADIUS_GRID = np.linspace(0, 3, 31)


@dataclass
class LimbField:
    """Limb geometry of a body, all in its T-pose; L=4 limbs, T=7 stations, V vertices."""

    coordinate: np.ndarray  # (V,) position on the limb in segments, -1 or less away from limbs
    limb: np.ndarray        # (V,) the limb a vertex belongs to
    stations: np.ndarray    # (L,T,24) axis points as weights on joints
    normals: np.ndarray     # (L,T,3) unit normals of the cut planes, towards the tip
    radius: np.ndarray      # (L,31) m mean distance of the skin from the axis, at coordinates 0, 0.1 .. 3


def limb_field(body: BodyArrays) -> LimbField:
    """The limb field of a body's mean shape."""
    joints = body.J_regressor @ body.v_template
    share = np.stack([body.weights[:, list(chain)].sum(1) for chain in limbs.CHAINS])  # (L,V)
    limb = share.argmax(0)
    stations = np.stack([_stations(joints, body.v_template[(limb == i) & (share[i] > 0.5)], chain)
                         for i, chain in enumerate(limbs.CHAINS)])
    points = stations @ joints
    normals = np.stack([_normals(p) for p in points])
    coordinate = np.full(len(limb), -2.)
    radius = np.empty((limbs.NUM_LIMBS, len(_RADIUS_GRID)))
    for i in range(limbs.NUM_LIMBS):
        mine = np.flatnonzero((limb == i) & (share[i] > 1e-3))
        vertices = body.v_template[mine]
        flat = _plane_coordinate(vertices, points[i], normals[i])
        coordinate[mine] = flat - ROOT_SLANT * (1 - share[i][mine])
        radius[i] = _radius(vertices, coordinate[mine], points[i])
    return LimbField(coordinate, limb, stations, normals, radius)


def placement(coordinate: np.ndarray, limb: np.ndarray) -> np.ndarray:
    """(V,4*T) weights that read a quantity given at all stations (4,T) of all limbs at the vertices' coordinates."""
    weights = np.zeros((len(limb), limbs.NUM_LIMBS, len(STATIONS)))
    low = np.clip(np.searchsorted(STATIONS, coordinate, side='right') - 1, 0, len(STATIONS) - 2)
    fraction = np.clip((coordinate - STATIONS[low]) / (STATIONS[low + 1] - STATIONS[low]), 0, 1)
    rows = np.arange(len(limb))
    weights[rows, limb, low] = 1 - fraction
    weights[rows, limb, low + 1] = fraction
    return weights.reshape(len(limb), -1)


def _stations(joints: np.ndarray, vertices: np.ndarray, chain) -> np.ndarray:
    """(T,24) weights of the axis stations on the joints; the tip is found on the limb's own vertices."""
    root, middle, end, last = np.eye(NUM_JOINTS)[list(chain)]
    along = (last - end) @ joints
    reach = ((vertices - end @ joints) @ along).max() / (along @ along)  # tip of the hand or foot, in wrist-knuckle lengths
    tip = end + reach * (last - end)
    return np.stack([2 * root - middle, root, middle, end, (end + last) / 2, last, tip])


def _normals(points: np.ndarray) -> np.ndarray:
    """(T,3) plane normals: along the axis, halfway between two segments at a joint, level with the ground in a foot."""
    steps = np.diff(points, axis=0)
    steps /= np.linalg.norm(steps, axis=1, keepdims=True)
    normals = np.stack([steps[0], steps[0], steps[0] + steps[1], steps[2] + steps[1], steps[3], steps[4], steps[5]])
    if steps[1][1] < -0.7 and steps[4][2] > 0.5:  # a leg: the shank's plane turns into the foot's
        normals[3] = steps[2]
        normals[4:] = steps[4] * (1, 0, 1)
    elif steps[1][1] > -0.7:
        normals[3] = steps[2] + steps[3]
    return normals / np.linalg.norm(normals, axis=1, keepdims=True)


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


def _radius(vertices: np.ndarray, coordinate: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(31,) m mean distance from the axis at coordinates 0, 0.1 .. 3."""
    centre = np.stack([np.interp(coordinate, STATIONS, c) for c in points.T], 1)
    distance = np.linalg.norm(vertices - centre, axis=1)
    near = np.exp(-0.5 * ((coordinate - _RADIUS_GRID[:, None]) / 0.12) ** 2) + 1e-9
    return (near * distance).sum(1) / near.sum(1)
