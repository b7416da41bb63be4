"""Joints and keypoints as functions of the surface: the joint regressor and the landmark vertices of HMR44."""
from __future__ import annotations

import numpy as np
from surface import Surface

from ajahr_mm.anatomy.skeleton import FLIP, JOINTS

CANDIDATES = 160  # most vertices a joint hangs on
REWEIGHTINGS = 6
TORSO = tuple(JOINTS.index(name) for name in ('pelvis', 'spine1', 'spine2', 'spine3'))


def fit_regressor(vertices: np.ndarray, joints: np.ndarray, mirror: np.ndarray, spread: float, power: int = 2) -> np.ndarray:
    """(24,V) non-negative rows summing to 1 that give the joints (N,24,3) of shapes (N,V,3).

    Sparse and mirror-symmetric; ``spread`` (m) is the price that shares the load among many vertices. The sum of the errors
    to this ``power`` is made small: with more than 2, unusual people count more and the largest error falls.
    """
    mean, rows = vertices.mean(0), np.zeros((len(JOINTS), vertices.shape[1]))
    for j in range(len(JOINTS)):
        if FLIP[j] < j:
            rows[j] = rows[FLIP[j]][mirror]
            continue
        distance = np.linalg.norm(mean - joints[:, j].mean(0), axis=1)
        # All around the joint, not only on its nearest side: the back is closer to the spine than the belly.
        near = np.flatnonzero(distance < (4 if j in TORSO else 2) * np.sort(distance)[20])
        near = near[np.linspace(0, len(near) - 1, min(CANDIDATES, len(near))).astype(int)]
        if FLIP[j] == j:
            near = np.unique(np.concatenate([near, mirror[near]]))
        around, importance = vertices[:, near].transpose(0, 2, 1), np.ones(len(vertices))
        weights = _convex_weights(around, joints[:, j], importance, spread)
        for _ in range(REWEIGHTINGS if power > 2 else 0):  # iteratively reweighted least squares, damped by the root
            error = np.linalg.norm(around @ weights - joints[:, j], axis=1)
            importance *= np.maximum((error / np.sqrt((error ** 2).mean())) ** (power / 2 - 1), 1e-2)
            importance = np.sqrt(importance / importance.mean())
            weights = _convex_weights(around, joints[:, j], importance, spread)
        rows[j, near] = weights
        if FLIP[j] == j:
            rows[j] = (rows[j] + rows[j][mirror]) / 2
    return rows


def _convex_weights(around: np.ndarray, joint: np.ndarray, importance: np.ndarray, spread: float) -> np.ndarray:
    """(n,) weights of least squares, not negative, of sum 1: around (N,3,n) times them is joint (N,3); importance (N,)."""
    from scipy.optimize import nnls
    size = around.shape[2]
    # Heavy last rows hold the sum of the weights at 1; `r` of the QR decomposition is the small equal problem.
    matrix = np.concatenate([(around * importance[:, None, None]).reshape(-1, size),
                             spread * np.sqrt(len(around)) * np.eye(size), np.full((1, size), 1e3)])
    q, r = np.linalg.qr(matrix)
    goal = np.concatenate([(joint * importance[:, None]).reshape(-1), np.zeros(size), [1e3]])
    weights = nnls(r, q.T @ goal, maxiter=50 * size)[0]
    return weights / weights.sum()


def landmark_vertices(surface: Surface, mean: np.ndarray, joints: np.ndarray, labels: np.ndarray) -> dict[str, int]:
    """Vertices of the mean T-posed body (V,3) that mark face and feet; left and midline found, right mirrored."""
    head, x, y, z = labels == JOINTS.index('head'), *mean.T
    midline = head & (surface.mirror == np.arange(len(mean)))

    def best(mask, score):
        return int(np.flatnonzero(mask)[score[mask].argmax()])

    ear = mean[head & (x > 0.9 * x[head].max())].mean(0)
    foot = np.isin(labels, [JOINTS.index('left_foot'), JOINTS.index('left_ankle')]) & (y < joints[7, 1] - 0.02)
    front = foot & (z > joints[10, 2] + 0.02)
    inner, outer = x[front].min(), x[front].max()
    found = {'nose': best(midline & (y > joints[15, 1]), z), 'lsp_head_top': best(midline, y),
             'left_eye': surface.eyes[0], 'left_ear': best(head, -np.linalg.norm(mean - ear, axis=1)),
             'left_big_toe': best(front & (x < inner + 0.25 * (outer - inner)), z),
             'left_small_toe': best(front & (x > outer - 0.15 * (outer - inner)), z),
             'left_heel': best(foot, -z)}
    found.update({name.replace('left', 'right'): int(surface.mirror[v]) for name, v in found.items() if 'left' in name})
    return found
