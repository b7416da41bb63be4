"""From MakeHuman's relaxed rest pose to the SMPL T-pose, per body shape.

Every sampled person is posed with their own joints: arms along +-x with straight elbows, palms down and thumbs forward,
legs nearly vertical, feet flat as modelled. The left side is computed, the right side mirrors it.
"""
from __future__ import annotations

import numpy as np

from ajahr_mm.anatomy.skeleton import FLIP, JOINTS, PARENTS

COLLAR_RAISE = np.radians(14.)  # raised arms lift the shoulder girdle
THIGH_SPREAD = np.radians(3.5)
#: Extra bones that share out the twist of an arm, and the joint that they become part of afterwards.
TWIST_BONES = {'left_upper_twist': 'left_shoulder', 'right_upper_twist': 'right_shoulder',
               'left_lower_twist': 'left_elbow', 'right_lower_twist': 'right_elbow'}
BONES = JOINTS + tuple(TWIST_BONES)
BONE_FLIP = FLIP + (25, 24, 27, 26)
BONE_JOINT = tuple(range(24)) + tuple(JOINTS.index(j) for j in TWIST_BONES.values())
X, Y, Z = np.eye(3)


def bone_index(bone: str) -> int:
    """Which of BONES a bone of MakeHuman's default rig belongs to."""
    name, _, side = bone.partition('.')
    side = {'L': 'left_', 'R': 'right_'}.get(side, '')
    if name in ('root', 'pelvis', 'spine05', 'spine04'):
        joint = 'pelvis'
    elif name in ('spine03', 'spine02', 'spine01', 'breast'):
        joint = {'spine03': 'spine1', 'spine01': 'spine3'}.get(name, 'spine2')
    elif name.startswith('neck'):
        joint = 'neck'
    elif name in ('clavicle', 'shoulder01'):
        joint = side + 'collar'
    elif name.startswith(('upperarm', 'lowerarm')):
        joint = side + {'upperarm01': 'upper_twist', 'upperarm02': 'shoulder', 'lowerarm01': 'elbow',
                        'lowerarm02': 'lower_twist'}[name]
    elif name.startswith(('wrist', 'metacarpal')) or name == 'finger1-1':
        joint = side + 'wrist'
    elif name.startswith('finger'):
        joint = side + 'hand'
    elif name.startswith(('upperleg', 'lowerleg')):
        joint = side + {'upper': 'hip', 'lower': 'knee'}[name[:5]]
    elif name == 'foot':
        joint = side + 'ankle'
    elif name.startswith('toe'):
        joint = side + 'foot'
    else:
        joint = 'head'  # face, eyes, jaw and tongue
    return BONES.index(joint)


def frame(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(N,3,3) rotation whose columns are ``first``, ``second`` made orthogonal to it, and their cross product."""
    first = first / np.linalg.norm(first, axis=-1, keepdims=True)
    second = second - (second * first).sum(-1, keepdims=True) * first
    second = second / np.linalg.norm(second, axis=-1, keepdims=True)
    return np.stack([first, second, np.cross(first, second)], -1)


def rotation(axis: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """(N,3,3) rotation by ``angle`` (N,) about a unit ``axis`` (3,) (Rodrigues)."""
    k = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    angle = np.atleast_1d(angle)[:, None, None]
    return np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * k @ k


def swing(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """(N,3,3) smallest rotation that turns directions ``source`` (N,3) onto ``target`` (3,)."""
    source = source / np.linalg.norm(source, axis=-1, keepdims=True)
    axis = np.cross(source, target)
    cosine = (source * target).sum(-1)[:, None, None]
    k = np.zeros(axis.shape[:1] + (3, 3))
    k[:, 0, 1], k[:, 0, 2], k[:, 1, 2] = -axis[:, 2], axis[:, 1], -axis[:, 0]
    k -= k.swapaxes(-1, -2)
    return np.eye(3) + k + k @ k / (1 + cosine)


def part_twist(start: np.ndarray, end: np.ndarray, part: float) -> np.ndarray:
    """(N,3,3) ``start`` turned about x by ``part`` of the twist that leads to ``end``."""
    turn = end @ start.swapaxes(-1, -2)
    return rotation(X, part * np.arctan2(turn[:, 2, 1] - turn[:, 1, 2], turn[:, 1, 1] + turn[:, 2, 2])) @ start


def world_rotations(joints: np.ndarray, knuckles: np.ndarray) -> np.ndarray:
    """Rotation of each of BONES from rest to T-pose.

    Args: joints (N,24,3) rest joints m; knuckles (N,2,3) first knuckle of the left index and little finger.
    Returns: (N,28,3,3).
    """
    at = {name: joints[:, i] for i, name in enumerate(JOINTS)}
    side = {}
    side['collar'] = rotation(Z, np.full(len(joints), COLLAR_RAISE))
    upper, lower = at['left_elbow'] - at['left_shoulder'], at['left_wrist'] - at['left_elbow']
    hinge = np.cross(upper, lower)  # the bent elbow tells how the arm is twisted
    straight = frame(X[None], -Y[None])
    side['shoulder'] = straight @ frame(upper, hinge).swapaxes(-1, -2)
    side['elbow'] = straight @ frame(lower, hinge).swapaxes(-1, -2)
    side['wrist'] = frame(X[None], Z[None]) @ frame(at['left_hand'] - at['left_wrist'],
                                                    knuckles[:, 0] - knuckles[:, 1]).swapaxes(-1, -2)
    side['hand'] = side['wrist']
    side['lower_twist'] = part_twist(side['elbow'], side['wrist'], 0.6)
    arm = side['collar'] @ swing(upper, side['collar'][0].T @ X)  # raised without turning about its axis
    side['upper_twist'] = part_twist(arm, side['shoulder'], 0.4)
    side['hip'] = swing(at['left_knee'] - at['left_hip'], np.array([np.sin(THIGH_SPREAD), -np.cos(THIGH_SPREAD), 0.]))
    side['knee'] = swing(at['left_ankle'] - at['left_knee'], np.array([0., -1., -0.04]) / np.hypot(1., 0.04))
    world = np.tile(np.eye(3), (len(joints), len(BONES), 1, 1))
    mirror = np.diag([-1., 1., 1.])
    for name, matrix in side.items():
        world[:, BONES.index('left_' + name)] = matrix
        world[:, BONES.index('right_' + name)] = mirror @ matrix @ mirror
    return world


def to_t_pose(vertices: np.ndarray, joints: np.ndarray, knuckles: np.ndarray, weights: np.ndarray):
    """Pose rest bodies to T and put the pelvis at the origin.

    Args: vertices (N,V,3), joints (N,24,3), knuckles (N,2,3) m; weights (V,28).
    Returns: vertices (N,V,3), joints (N,24,3).
    """
    world = world_rotations(joints, knuckles)
    posed = np.zeros_like(joints)
    for j, parent in enumerate(PARENTS):
        if parent >= 0:
            posed[:, j] = posed[:, parent] + np.einsum('nij,nj->ni', world[:, parent], joints[:, j] - joints[:, parent])
    base = list(BONE_JOINT)
    shift = posed[:, base] - np.einsum('nbij,nbj->nbi', world, joints[:, base])
    out = np.empty_like(vertices)
    for n in range(len(vertices)):
        blend = weights @ np.concatenate([world[n].reshape(-1, 9), shift[n]], 1)
        out[n] = np.einsum('vij,vj->vi', blend[:, :9].reshape(-1, 3, 3), vertices[n]) + blend[:, 9:]
    return out, posed
