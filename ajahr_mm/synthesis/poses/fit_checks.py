"""Which SMPL fits cannot be used, and why, in words. Fits of others come with NaN, guesses and swapped units."""
from typing import Dict, Mapping, Optional, Tuple

import numpy as np

LARGEST_BETA = 5.                   # standard deviations
LARGEST_TURN = 1.5 * np.pi          # radians; beyond pi there is a shorter way round, beyond this it is no rotation vector
LEAST_KEYPOINTS = 3
LARGEST_MISS = .1                   # of the box, root mean square
_CHUNK = 4096


def impossible_poses(body_pose: np.ndarray) -> np.ndarray:
    """(N,) bool: poses (N, 3 J), axis-angle radians, that are not finite or turn a joint beyond LARGEST_TURN."""
    turn = np.linalg.norm(np.asarray(body_pose, np.float64).reshape(len(body_pose), -1, 3), axis=-1).max(-1)
    return ~(turn <= LARGEST_TURN)  # NaN compares false


def useless_fits(columns: Mapping[str, np.ndarray], rows: np.ndarray) -> Dict[int, str]:
    """Row -> why it is useless, of ``rows`` of a table in the columns of ``BodyDataset``.

    ``body_pose``, ``global_orient`` and ``size`` must be there. Nothing is said about pictures, which are not opened.
    """
    found: Dict[int, str] = {}
    for chunk in np.split(rows, range(_CHUNK, len(rows), _CHUNK)):
        def column(name: str, default: float = 0.) -> np.ndarray:
            if name in columns:
                return np.asarray(columns[name][chunk], np.float64)
            return np.full(len(chunk), default)
        turn = np.concatenate([column('global_orient'), column('body_pose')], 1)
        shape = np.abs(column('betas')).reshape(len(chunk), -1) * (column('has_betas', 1) > 0)[:, None]
        framed = (column('camera').reshape(len(chunk), -1)[:, 0] > 0) | (column('transl').reshape(len(chunk), -1)[:, -1] > 0)
        seen = (column('keypoints_2d')[..., 2] > 0).sum(1) if 'keypoints_2d' in columns else np.zeros(len(chunk), int)
        for bad, reason in (
                (~np.isfinite(shape).all(1) | impossible_poses(turn), 'its pose or shape is NaN or no rotation'),
                (column('has_pose', 1) <= 0, 'it has no pose'),
                (shape.max(1) > LARGEST_BETA, f'its shape is more than {LARGEST_BETA:g} standard deviations off'),
                (~(column('size') > 2), 'its box has no size'),
                (~framed & (seen < LEAST_KEYPOINTS), f'less than {LEAST_KEYPOINTS} of its keypoints are visible')):
            for row in chunk[bad].tolist():
                found.setdefault(row, reason)
    return found


def misplaced(center: np.ndarray, size: float, shape: Tuple[int, int]) -> Optional[str]:
    """Why a box cannot be in a photograph (H,W), or None."""
    low, high = np.asarray(center) - size / 2, np.asarray(center) + size / 2
    if (high <= 0).any() or (low >= np.array(shape[::-1])).any():
        return f'its box lies outside the picture of {shape[1]} x {shape[0]} px'
    if size > 10 * max(shape):
        return f'its box is {size:.0f} px in a picture of {shape[1]} x {shape[0]} px'
    return None
