"""Anatomical joint angles (degrees, the words of a physiotherapist) and their translation into SMPL rotations.

Poses are written, mixed, perturbed and limited as anatomical angles, because limits of motion are simple intervals there;
an SMPL rotation vector is made only at the end. The right side is the exact mirror image of the left.
"""
import numpy as np

from ajahr_mm.anatomy import skeleton
from ajahr_mm.synthesis.poses import turns

#: name -> (lowest, highest, standard deviation of the random perturbation), degrees. Ranges follow the usual clinical
#: tables of active motion (AAOS), slightly narrowed. A paired angle exists once per side.
MIDLINE_ANGLES = {
    'spine_flex': (-25, 70, 7), 'spine_side': (-28, 28, 5), 'spine_twist': (-40, 40, 7),
    'neck_flex': (-40, 40, 8), 'neck_side': (-30, 30, 6), 'neck_twist': (-65, 65, 14),
}
PAIRED_ANGLES = {
    'hip_flex': (-20, 120, 7), 'hip_abduct': (-18, 50, 5), 'hip_rotate': (-30, 45, 7),      # + forward, outward, toes out
    'knee_flex': (0, 145, 8),
    'ankle_flex': (-40, 22, 6), 'ankle_tilt': (-15, 15, 4), 'toe_flex': (-8, 40, 3),        # + toes towards the shin
    'shoulder_raise': (0, 172, 10), 'shoulder_plane': (-45, 130, 12), 'shoulder_rotate': (-75, 75, 12),
    'elbow_flex': (0, 145, 12), 'forearm_turn': (-75, 80, 14),                              # + palm up
    'wrist_flex': (-55, 60, 9), 'wrist_side': (-18, 28, 5), 'finger_flex': (0, 65, 14),
}
NAMES = tuple(MIDLINE_ANGLES) + tuple(f'{side}_{name}' for side in ('left', 'right') for name in PAIRED_ANGLES)
NUM_ANGLES = len(NAMES)
_ROWS = list(MIDLINE_ANGLES.values()) + 2 * list(PAIRED_ANGLES.values())
LOWEST, HIGHEST, SPREAD = (np.array([row[i] for row in _ROWS], dtype=np.float64) for i in range(3))
INDEX = {name: i for i, name in enumerate(NAMES)}
_PAIRED_START = len(MIDLINE_ANGLES)
#: angles of the lower body: legs move together, so they are mixed as one block, trunk and arms as another
LOWER_BODY = np.array([any(part in name for part in ('hip_', 'knee_', 'ankle_', 'toe_')) for name in NAMES])


def pack(**angles) -> np.ndarray:
    """Angle vector (NUM_ANGLES,) from names; a paired name takes one number for both sides or (left, right).

    Raises KeyError for an unknown name.
    """
    vector = np.zeros(NUM_ANGLES)
    for name, value in angles.items():
        if name in INDEX:
            vector[INDEX[name]] = value
            continue
        left, right = value if np.ndim(value) else (value, value)
        vector[INDEX[f'left_{name}']], vector[INDEX[f'right_{name}']] = left, right
    return vector


def mirror(angles: np.ndarray) -> np.ndarray:
    """Mirror image of angle vectors (..., NUM_ANGLES): sides swapped, sideways bends and twists of the trunk negated."""
    count = len(PAIRED_ANGLES)
    head, left, right = np.split(angles, [_PAIRED_START, _PAIRED_START + count], axis=-1)
    head = head * np.array([-1. if name.endswith(('side', 'twist')) else 1. for name in MIDLINE_ANGLES])
    return np.concatenate([head, right, left], axis=-1)


def limit(angles: np.ndarray) -> np.ndarray:
    """Angle vectors (..., NUM_ANGLES) with every angle inside its anatomical interval."""
    return np.clip(angles, LOWEST, HIGHEST)


#: joint -> its turns about y, then z, then x, as shares of angles
_YZX = {
    **{f'spine{k}': ((1 / 3, 'spine_twist'), (-1 / 3, 'spine_side'), (1 / 3, 'spine_flex')) for k in (1, 2, 3)},
    **{joint: ((share, 'neck_twist'), (-share, 'neck_side'), (share, 'neck_flex'))
       for joint, share in (('neck', .55), ('head', .45))},
    'elbow': ((-1, 'elbow_flex'), None, (-.5, 'forearm_turn'))}
#: joint -> its turns about x, then z, then y. SMPL rest pose: left arm along +x, leg along -y, toes +z.
_XZY = {
    'hip': ((-1, 'hip_flex'), (1, 'hip_abduct'), (1, 'hip_rotate')), 'knee': ((1, 'knee_flex'), None, None),
    'ankle': ((-1, 'ankle_flex'), (1, 'ankle_tilt'), None), 'foot': ((-1, 'toe_flex'), None, None),
    'wrist': ((-.5, 'forearm_turn'), (-1, 'wrist_flex'), (1, 'wrist_side')), 'hand': (None, (-1, 'finger_flex'), None)}
#: a matrix mirrored in the plane x = 0, entry by entry
_MIRRORED = np.array([[1., -1., -1.], [-1., 1., 1.], [-1., 1., 1.]])
_RIGHT = np.array([name.startswith('right_') for name in skeleton.JOINTS])


def _both_sides(table: dict) -> tuple:
    """Joints (K,), and for each of their three turns the angle (3,K) it hangs on and its share (3,K)."""
    joints, index, share = [], [], []
    for name, turns_of_joint in table.items():
        for side in ('',) if name in skeleton.JOINTS else ('left_', 'right_'):
            joints.append(skeleton.joint_index(side + name))
            index.append([INDEX[side + turn[1]] if turn else 0 for turn in turns_of_joint])
            share.append([turn[0] if turn else 0. for turn in turns_of_joint])
    return np.array(joints), np.array(index).T, np.deg2rad(np.array(share).T)


_CHAINS = ((turns.turn_yzx, *_both_sides(_YZX)), (turns.turn_xzy, *_both_sides(_XZY)))
_COLLARS, _SHOULDERS = ([skeleton.joint_index(f'{side}_{name}') for side in ('left', 'right')]
                        for name in ('collar', 'shoulder'))
_ARM = [np.array([INDEX[f'{side}_shoulder_{name}'] for side in ('left', 'right')]) for name in ('raise', 'plane', 'rotate')]


def to_rotations(angles: np.ndarray) -> np.ndarray:
    """Rotation matrices (N,24,3,3) float64 of the SMPL joints from anatomical angles (N, NUM_ANGLES) in degrees.

    The root does not turn. A row does not depend on the rows beside it.
    """
    angles = np.asarray(angles, dtype=np.float64)
    out = np.empty((len(angles), skeleton.NUM_JOINTS, 3, 3))
    out[:, 0] = np.eye(3)
    for turn, joints, index, share in _CHAINS:
        out[:, joints] = turn(*(angles[:, which] * factor for which, factor in zip(index, share)))
    out[:, _COLLARS], out[:, _SHOULDERS] = _left_arm(*(np.deg2rad(angles[:, which]) for which in _ARM))
    out[:, _RIGHT] *= _MIRRORED
    return out


def to_body_pose(angles: np.ndarray) -> np.ndarray:
    """SMPL body pose (N, 69), axis-angle radians of joints 1..23, from anatomical angles (N, NUM_ANGLES) in degrees."""
    return rotations_to_body_pose(to_rotations(angles))


def rotations_to_body_pose(rotations: np.ndarray) -> np.ndarray:
    """SMPL body pose (N, 69) float32 from rotation matrices (N,24,3,3)."""
    return turns.rotation_vectors(rotations[:, 1:]).reshape(len(rotations), -1).astype(np.float32)


def _left_arm(raised: np.ndarray, plane: np.ndarray, turned: np.ndarray) -> tuple:
    """Matrices (…,3,3) of collar and shoulder of left arms from shoulder_raise, _plane and _rotate (…) in radians.

    The upper arm is swung from hanging to the wanted direction by the shortest way, so that the elbow's hinge follows
    naturally (an arm lifted forward bends upwards, an arm at the side bends forward); then turned about its own length.
    """
    nothing = np.zeros_like(plane)
    swing = turns.turn_about(np.stack([-np.sin(plane), nothing, np.cos(plane)], -1), raised)
    hanging = np.stack([-swing[..., 1], swing[..., 0], swing[..., 2]], -1)  # the T-pose's arm let down, then swung
    arm = hanging @ turns.turn_xzy(-turned, nothing, nothing)
    # The collar bone carries part of every elevation above 30 degrees (scapulohumeral rhythm), the shoulder the rest.
    lift = 0.22 * np.maximum(raised - np.deg2rad(30), 0)
    collar = turns.turns(np.stack([nothing, -0.4 * lift * np.sin(plane), lift * np.cos(0.5 * plane)], -1))
    return collar, np.swapaxes(collar, -1, -2) @ arm
