"""A tape and a scale for bodies: stature, volume, girths of T-posed meshes."""
from __future__ import annotations

import numpy as np

from ajahr_mm.anatomy.skeleton import JOINTS

TRUNK = tuple(JOINTS.index(name) for name in ('pelvis', 'spine1', 'spine2', 'spine3', 'left_hip', 'right_hip'))


def stature(vertices: np.ndarray) -> float:
    """Height of a standing body (V,3), m."""
    return float(np.ptp(vertices[:, 1]))


def volume(vertices: np.ndarray, faces: np.ndarray) -> float:
    """Litres inside a closed surface (V,3) m. A person weighs about a kilogram a litre."""
    a, b, c = vertices[faces].astype(np.float64).transpose(1, 0, 2)
    return float(1000 * np.einsum('ij,ij->', a, np.cross(b, c)) / 6)


def girth(vertices: np.ndarray, faces: np.ndarray, height: float) -> float:
    """Length of a tape around the body in the level plane y = ``height``, m; give the faces to measure around."""
    from scipy.spatial import ConvexHull
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    start, end = vertices[edges].astype(np.float64).transpose(1, 0, 2)
    crosses = (start[:, 1] < height) != (end[:, 1] < height)
    start, end = start[crosses], end[crosses]
    fraction = (height - start[:, 1]) / (end[:, 1] - start[:, 1])
    points = (start + fraction[:, None] * (end - start))[:, [0, 2]]
    return float(ConvexHull(points).area)  # in a plane the area of the hull's boundary is its length


def measure(vertices: np.ndarray, joints: np.ndarray, faces: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Measures of a T-posed body: vertices (V,3), joints (24,3) m, part labels (V,).

    Returns stature; volume (litres); girth of chest, waist and hips; distance of the shoulder joints; height of the hip
    joints. All lengths are in cm. The tape lies at the height of the third spine joint, half-way between the first two,
    and at the hip joints.
    """
    at = dict(zip(JOINTS, joints))
    trunk = faces[np.isin(labels, TRUNK)[faces].all(1)]
    levels = {'chest': at['spine3'][1], 'waist': (at['spine1'][1] + at['spine2'][1]) / 2, 'hips': at['left_hip'][1]}
    lengths = {name: girth(vertices, trunk, y) for name, y in levels.items()}
    lengths['shoulders'] = float(np.linalg.norm(at['left_shoulder'] - at['right_shoulder']))
    lengths['leg'] = float(at['left_hip'][1] - vertices[:, 1].min())
    return {'stature': 100 * stature(vertices), 'volume': volume(vertices, faces),
            **{name: 100 * value for name, value in lengths.items()}}
