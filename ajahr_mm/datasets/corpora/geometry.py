"""Boxes, cameras and rotations as the corpora need them: numpy, many people at a time, metres and pixels."""
from typing import Tuple

import numpy as np
from scipy.spatial.transform import Rotation

#: Width to height of the crop that HMR2 widens its boxes to (192:256).
HMR2_ASPECT = 192 / 256
#: SPIN, and the corpora after it, make the box this much larger than the keypoints or the annotated person.
SPIN_FACTOR = 1.2


def hmr2_size(sides: np.ndarray) -> np.ndarray:
    """Width and height (N,2) or one side (N,1) px of HMR2's boxes -> side (N,) of the square that they are cropped with."""
    sides = np.broadcast_to(sides, (len(sides), 2))
    return np.maximum(sides[:, 1], sides[:, 0] / HMR2_ASPECT)


def scale_to_px(scale: np.ndarray, unit: str = 'auto') -> np.ndarray:
    """``scale`` of SPIN, HMR2 and A3D in px, whether the file has it in px or in units of 200 px.

    No set has people of less than 15 px or of more than 3,000 px; so with ``unit='auto'`` the median tells.

    Args:
        unit: ``px``, ``200px`` or ``auto``.
    """
    if unit == 'auto':
        unit = '200px' if len(scale) and np.nanmedian(scale) < 15 else 'px'
    return scale * 200 if unit == '200px' else scale


def box_of_points(points: np.ndarray, factor: float = SPIN_FACTOR) -> Tuple[np.ndarray, np.ndarray]:
    """Points (N,K,3) px with confidence -> centre (N,2) and side (N,): the longer extent times ``factor`` (SPIN).

    People without a point get a side of NaN, which no data set accepts.
    """
    seen = points[..., 2:] > 0
    low = np.where(seen, points[..., :2], np.inf).min(1)
    high = np.where(seen, points[..., :2], -np.inf).max(1)
    nobody = ~seen.any((1, 2))
    low[nobody] = high[nobody] = np.nan
    return box_of_corners(np.concatenate([low, high], 1), factor)


def box_of_corners(corners: np.ndarray, factor: float = SPIN_FACTOR) -> Tuple[np.ndarray, np.ndarray]:
    """Corners (N,4) = x0, y0, x1, y1 px -> centre (N,2) and side (N,): the longer side times ``factor``."""
    low, high = corners[:, :2], corners[:, 2:]
    return (low + high) / 2, (high - low).max(1) * factor


def to_matrix(rotations: np.ndarray) -> np.ndarray:
    """Axis-angle (…,3) -> matrices (…,3,3). NaN stays NaN."""
    flat = rotations.reshape(-1, 3)
    known = np.isfinite(flat).all(1)
    matrices = np.full((len(flat), 3, 3), np.nan)
    if known.any():
        matrices[known] = Rotation.from_rotvec(flat[known]).as_matrix()
    return matrices.reshape(*rotations.shape[:-1], 3, 3)


def to_axis_angle(matrices: np.ndarray) -> np.ndarray:
    """Matrices (…,3,3) -> axis-angle (…,3) float32.

    A zero matrix, the mark of an amputated joint, has no rotation and gives zeros; NaN stays NaN.
    """
    flat = matrices.reshape(-1, 3, 3).astype(np.float64)
    vectors = np.zeros((len(flat), 3))
    known = np.isfinite(flat).all((1, 2))
    vectors[~known] = np.nan
    turning = known & (np.abs(np.linalg.det(np.where(known[:, None, None], flat, 0))) > 1e-6)
    if turning.any():
        vectors[turning] = Rotation.from_matrix(flat[turning]).as_rotvec()
    return vectors.reshape(*matrices.shape[:-2], 3).astype(np.float32)


def turn_root(global_orient: np.ndarray, camera_rotation: np.ndarray) -> np.ndarray:
    """Root rotations (N,3) axis-angle in the world -> in cameras whose axes are the rows of (N,3,3) or (3,3)."""
    return to_axis_angle(camera_rotation @ to_matrix(global_orient))


def to_camera(points: np.ndarray, extrinsics: np.ndarray) -> np.ndarray:
    """World points (N,K,3) through extrinsics (N,4,4) or (4,4) -> camera points (N,K,3)."""
    extrinsics = np.broadcast_to(extrinsics, (len(points), 4, 4))
    return np.einsum('nij,nkj->nki', extrinsics[:, :3, :3], points) + extrinsics[:, None, :3, 3]


def camera_transl(transl: np.ndarray, root_offset: np.ndarray, extrinsics: np.ndarray) -> np.ndarray:
    """SMPL's translation (N,3) in the world -> in the camera.

    SMPL turns about the pelvis, which lies ``root_offset`` (N,3) from its origin whatever the pose; so it is the pelvis
    that moves like a point: R (t + o) + T - o.
    """
    return to_camera((transl + root_offset)[:, None], extrinsics)[:, 0] - root_offset


def project(points: np.ndarray, intrinsics: np.ndarray) -> np.ndarray:
    """Camera points (N,K,3) through intrinsics (N,3,3) or (3,3) -> px and confidence (N,K,3): 1 in front, else 0."""
    intrinsics = np.broadcast_to(intrinsics, (len(points), 3, 3))
    depth = points[..., 2:]
    ahead = depth > 1e-3
    planes = np.where(ahead, points / np.where(ahead, depth, 1), 0)
    pixels = np.einsum('nij,nkj->nki', intrinsics, np.where(ahead, planes, [0, 0, 1]))[..., :2]
    return np.concatenate([np.where(ahead, pixels, 0), ahead], -1)


def with_confidence(points: np.ndarray, confidence: np.ndarray = np.ones(1)) -> np.ndarray:
    """Points (N,K,C) and confidence (N,K) or one number -> (N,K,C+1)."""
    confidence = np.broadcast_to(confidence, points.shape[:-1])
    return np.concatenate([points, confidence[..., None]], -1)


def pelvis_offset(pelvis_px: np.ndarray, transl: np.ndarray, extrinsics: np.ndarray, intrinsics: np.ndarray,
                  guess: Tuple[float, float, float] = (0.0, -0.22, 0.03), trust: float = 1e-3) -> np.ndarray:
    """Offset (3,) m of SMPL's pelvis from its origin, the same in all frames of a person, from where the pelvis is seen.

    Linear least squares over the frames: each pixel (N,2) gives two equations for R (t + o) + T, with translations (N,3),
    extrinsics (N,4,4) and intrinsics (3,3). What the views leave open is settled by ``guess``, SMPL's mean shape.
    """
    rotation = extrinsics[:, :3, :3].astype(np.float64)
    base = to_camera(transl[:, None].astype(np.float64), extrinsics)[:, 0]
    rays = (pelvis_px - intrinsics[:2, 2]) / intrinsics[[0, 1], [0, 1]]
    rows = rotation[:, :2] - rays[..., None] * rotation[:, 2:]        # (N,2,3)
    rest = base[:, :2] - rays * base[:, 2:]                            # (N,2)
    known = np.isfinite(rays).all(1) & (base[:, 2] > 0.1)
    weight = 1 / np.maximum(base[known, 2:], 0.1)                      # equations in units of the picture, not of metres
    matrix = np.concatenate([(rows[known] * weight[..., None]).reshape(-1, 3), trust * np.eye(3)])
    value = np.concatenate([-(rest[known] * weight).reshape(-1), trust * np.asarray(guess)])
    return np.linalg.lstsq(matrix, value, rcond=None)[0].astype(np.float32)
