"""How much of the space of poses a set covers, measured against the poses it was made from. Pure functions, numpy only.

The distance of two poses is the angle (degrees) by which a joint of one is turned against the same joint of the other,
averaged over SMPL's joints 1..21; hands, which most sources lack, do not count.
"""
from typing import Dict, Sequence

import numpy as np

from ajahr_mm.anatomy.skeleton import JOINTS, NUM_TOKEN_JOINTS

_CHUNK = 256
#: Cells of the histogram whose entropy is taken, degrees.
CELL = 20.


def _quaternions(poses: np.ndarray) -> np.ndarray:
    """(21,N,4) unit quaternions x, y, z, w of poses (N, 63 or more), axis-angle radians."""
    vectors = np.asarray(poses, np.float64)[:, :3 * NUM_TOKEN_JOINTS].reshape(len(poses), NUM_TOKEN_JOINTS, 3)
    angle = np.linalg.norm(vectors, axis=-1, keepdims=True)
    axis = vectors / np.maximum(angle, 1e-12)
    return np.concatenate([axis * np.sin(angle / 2), np.cos(angle / 2)], -1).swapaxes(0, 1)


def pose_distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Distances (N,M) float32, degrees, of poses (N, 63 or more) and (M, 63 or more)."""
    total = np.zeros((len(first), len(second)), np.float32)
    for one, other in zip(_quaternions(first), _quaternions(second)):
        cosine = np.abs(one @ other.T)
        total += 2 * np.degrees(np.arccos(np.minimum(cosine, 1))).astype(np.float32)
    return total / NUM_TOKEN_JOINTS


def nearest(source: np.ndarray, made: np.ndarray) -> np.ndarray:
    """Distance (N,) of each source pose (N, 63 or more) from the nearest pose that was made (M, 63 or more)."""
    return np.concatenate([pose_distances(source[k:k + _CHUNK], made).min(1) for k in range(0, len(source), _CHUNK)])


def joint_ranges(poses: np.ndarray, share: float = .98) -> np.ndarray:
    """(21,3,2): between which values the middle ``share`` of poses lies, of each component of each rotation vector."""
    vectors = np.asarray(poses, np.float64)[:, :3 * NUM_TOKEN_JOINTS].reshape(len(poses), NUM_TOKEN_JOINTS, 3)
    tail = (1 - share) / 2
    return np.moveaxis(np.quantile(vectors, [tail, 1 - tail], axis=0), 0, -1)


def range_covered(source: np.ndarray, made: np.ndarray, share: float = .98) -> np.ndarray:
    """(21,) share of each joint's range in the source that what was made spans, the mean of the axes it turns about.

    Axes about which the source turns the joint by less than 5 degrees do not count; a joint without any is covered.
    """
    wanted, found = joint_ranges(source, share), joint_ranges(made, share)
    length = wanted[..., 1] - wanted[..., 0]
    overlap = np.minimum(wanted[..., 1], found[..., 1]) - np.maximum(wanted[..., 0], found[..., 0])
    counts = length > np.radians(5)
    covered = np.where(counts, np.clip(overlap / np.where(counts, length, 1), 0, 1), 0).sum(-1)
    return np.where(counts.any(-1), covered / np.maximum(counts.sum(-1), 1), 1.)


def joint_entropy(poses: np.ndarray, cell: float = CELL) -> np.ndarray:
    """(21,) entropy in bits of each joint's rotation vector, counted in cubes with sides of ``cell`` degrees."""
    vectors = np.asarray(poses, np.float64)[:, :3 * NUM_TOKEN_JOINTS].reshape(len(poses), NUM_TOKEN_JOINTS, 3)
    cells = np.floor(vectors / np.radians(cell) + .5).astype(np.int64)
    found = []
    for joint in range(NUM_TOKEN_JOINTS):
        counts = np.unique(cells[:, joint], axis=0, return_counts=True)[1] / len(poses)
        found.append(-(counts * np.log2(counts)).sum())
    return np.array(found)


def coverage(source: np.ndarray, made: np.ndarray, within: Sequence[float] = (5., 10., 15.), most: int = 2000) -> Dict:
    """What the dataset card says of a set of poses (M, 63 or more) and the poses (N, 63 or more) it was made from.

    Of more than ``most`` poses, evenly chosen ones stand for all.

    Returns:
        JSON-able: ``covered`` (degrees -> share of source poses that have a made one within that distance), ``distance``
        (mean and 95 % quantile of the distance to the nearest, degrees), ``range_covered`` (mean, and the joint where it is
        least), ``entropy_bits`` (mean over joints, of the made poses and of the source) and the numbers of poses.
    """
    source, made = (poses[np.linspace(0, len(poses) - 1, min(most, len(poses))).astype(int)] for poses in (source, made))
    distance, ranges = nearest(source, made), range_covered(source, made)
    least = int(ranges.argmin())
    return dict(
        source_poses=len(source), made_poses=len(made),
        covered={f'{limit:g}': round(float((distance <= limit).mean()), 4) for limit in within},
        distance=dict(mean=round(float(distance.mean()), 2), q95=round(float(np.quantile(distance, .95)), 2)),
        range_covered=dict(mean=round(float(ranges.mean()), 4), least=round(float(ranges[least]), 4),
                           joint=JOINTS[least + 1]),
        entropy_bits={name: round(float(joint_entropy(poses).mean()), 3)
                      for name, poses in (('made', made), ('source', source))})
