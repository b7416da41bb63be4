"""Random adults on the reduced surface: phenotypes -> symmetric T-posed bodies, and the axes along which they vary."""
from __future__ import annotations

from collections import UserDict
from pathlib import Path

import numpy as np
from makehuman import load_base_mesh, load_bone_weights, load_mirror, load_targets, target_coefficients
from posing import BONE_FLIP, BONES, bone_index, to_t_pose

from ajahr_mm.anatomy.skeleton import JOINTS

MIRROR_X = np.array([-1., 1., 1.])
JOINT_CUBES = {'pelvis': 'spine-4', 'spine1': 'spine-3', 'spine2': 'spine-2', 'spine3': 'spine-1', 'neck': 'neck',
               'head': 'head', 'hip': 'upper-leg', 'knee': 'knee', 'ankle': 'ankle', 'foot': 'foot-1',
               'collar': 'clavicle', 'shoulder': 'shoulder', 'elbow': 'elbow', 'wrist': 'hand', 'hand': 'finger-3-1'}
KNUCKLES = ('joint-l-finger-2-1', 'joint-l-finger-5-1')


def sample_phenotypes(count: int, seed: int) -> dict[str, np.ndarray]:
    """Adults of 18 to 80 years: both sexes, build around the average (clipped normals), mixed ancestry."""
    rng = np.random.default_rng(seed)

    def normal(deviation):
        return np.clip(rng.normal(0.5, deviation, count), 0, 1)

    values = {'gender': np.clip(rng.integers(0, 2, count) + rng.normal(0, 0.12, count), 0, 1),
              'age': rng.uniform(18, 80, count), 'muscle': normal(0.2), 'weight': normal(0.22), 'height': normal(0.05),
              'proportions': normal(0.2), 'cup': normal(0.2), 'firmness': normal(0.2)}
    values['race'] = rng.dirichlet((1, 1, 1), count)
    return values


def _cube(joint: str) -> tuple[str, bool]:
    """Helper cube of MakeHuman that marks a joint of the left side, and whether the joint is on the right."""
    side, _, part = joint.rpartition('_')
    return f'joint-{"l-" if side else ""}{JOINT_CUBES[part]}', side == 'right'


class _BoneTable(UserDict):
    def __missing__(self, bone: str) -> int:
        return bone_index(bone)


class People:
    """Draws bodies from the CC0 data in ``root``; every shape is made exactly left-right symmetric."""

    def __init__(self, root: Path):
        self.base = load_base_mesh(root)
        count = len(self.base.vertices)
        self.mirror = load_mirror(root, count)
        self.targets, self.names = load_targets(root, count, np.arange(count))
        weights = load_bone_weights(root, count, _BoneTable(), len(BONES))
        self.weights = (weights + weights[self.mirror][:, BONE_FLIP]) / 2

    def rest(self, phenotype: dict[str, np.ndarray], ids: np.ndarray) -> np.ndarray:
        """(N,len(ids),3) m base vertices ``ids`` in MakeHuman's relaxed rest pose."""
        coefficients = target_coefficients(phenotype, self.names)
        both = np.concatenate([ids, self.mirror[ids]])
        full = self.base.vertices[both] + np.tensordot(coefficients, self.targets[:, both].astype(np.float64), 1)
        return (full[:, :len(ids)] + full[:, len(ids):] * MIRROR_X) / 2

    def marked_joints(self, phenotype: dict[str, np.ndarray]) -> np.ndarray:
        """(N,24,3) m centres of MakeHuman's helper cubes in the rest pose."""
        return np.stack([self.rest(phenotype, self.base.groups[name]).mean(1) * (MIRROR_X if right else 1)
                         for name, right in map(_cube, JOINTS)], 1)

    def t_posed(self, phenotype: dict[str, np.ndarray], ids: np.ndarray,
                regressor: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Vertices (N,len(ids),3) and joints (N,24,3) m in T-pose, pelvis at the origin.

        The rest joints come from the surface through ``regressor`` (24,len(ids)): the helper cubes jump by centimetres
        between the male and the female targets, which no surface can follow.
        """
        vertices = self.rest(phenotype, ids)
        knuckles = np.stack([self.rest(phenotype, self.base.groups[name]).mean(1) for name in KNUCKLES], 1)
        vertices, joints = to_t_pose(vertices, np.einsum('jv,nvd->njd', regressor, vertices), knuckles, self.weights[ids])
        return vertices - joints[:, :1], joints - joints[:, :1]


def shape_axes(vertices: np.ndarray, mirror: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Principal axes of symmetric shapes (N,V,3): mean (V,3), axes (V,3,count) m per standard deviation, their shares.

    The sign of an axis makes the body bigger (more surface away from the pelvis).
    """
    mean = vertices.mean(0)
    centred = (vertices - mean).reshape(len(vertices), -1)
    values, vectors = np.linalg.eigh(centred @ centred.T / (len(vertices) - 1))
    values, vectors = values[::-1], vectors[:, ::-1][:, :count]
    axes = (centred.T @ vectors / np.sqrt(len(vertices) - 1)).reshape(*mean.shape, count)
    axes = (axes + axes[mirror] * MIRROR_X[:, None]) / 2  # remove round-off from the symmetry
    outward = np.einsum('vik,vi->k', axes, mean)
    return (mean + mean[mirror] * MIRROR_X) / 2, axes * np.where(outward < 0, -1, 1), values[:count] / values.sum()
