"""Anatomical joint angles (degrees, the words of a physiotherapist) and their translation into SMPL rotations.

Poses are written, mixed, perturbed and limited as anatomical angles, because limits of motion are simple intervals there;
an SMPL rotation vector is made only at the end. The right side is the exact mirror image of the left.
"""
import numpy as np

from ajahr_mm.anatomy import skeleton

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


def to_body_pose(angles: np.ndarray) -> np.ndarray:
    """SMPL body pose (N, 69), axis-angle radians of joints 1..23, from anatomical angles (N, NUM_ANGLES) in degrees."""
    from scipy.spatial.transform import Rotation
    radians = np.deg2rad(np.asarray(angles, dtype=np.float64))
    head, left, right = np.split(radians, [_PAIRED_START, _PAIRED_START + len(PAIRED_ANGLES)], axis=-1)
    pose = np.zeros((len(radians), skeleton.NUM_JOINTS, 3))
    flex, side, twist, neck_flex, neck_side, neck_twist = head.T
    trunk = _compose(Rotation, 'YZX', twist / 3, -side / 3, flex / 3)
    for joint in ('spine1', 'spine2', 'spine3'):
        pose[:, skeleton.joint_index(joint)] = trunk
    for joint, share in (('neck', 0.55), ('head', 0.45)):
        pose[:, skeleton.joint_index(joint)] = _compose(
            Rotation, 'YZX', share * neck_twist, -share * neck_side, share * neck_flex)
    for name, rotation in _left_limbs(Rotation, left).items():
        pose[:, skeleton.joint_index(f'left_{name}')] = rotation
    # a rotation mirrored in the plane x = 0 keeps the x component of its vector and negates the others
    for name, rotation in _left_limbs(Rotation, right).items():
        pose[:, skeleton.joint_index(f'right_{name}')] = rotation * np.array([1., -1., -1.])
    return pose[:, 1:].reshape(len(pose), -1).astype(np.float32)


def _compose(rotation_class, axes: str, *angles: np.ndarray) -> np.ndarray:
    return rotation_class.from_euler(axes, np.stack(angles, -1)).as_rotvec()


def _left_limbs(rotation_class, angles: np.ndarray) -> dict:
    """Rotation vectors (N, 3) of the joints of a left arm and leg. SMPL rest pose: left arm along +x, leg along -y, toes +z."""
    value = dict(zip(PAIRED_ANGLES, angles.T))
    zero = np.zeros(len(angles))
    out = {
        'hip': _compose(rotation_class, 'XZY', -value['hip_flex'], value['hip_abduct'], value['hip_rotate']),
        'knee': np.stack([value['knee_flex'], zero, zero], -1),
        'ankle': _compose(rotation_class, 'XZ', -value['ankle_flex'], value['ankle_tilt']),
        'foot': np.stack([-value['toe_flex'], zero, zero], -1),
        'elbow': _compose(rotation_class, 'YX', -value['elbow_flex'], -0.5 * value['forearm_turn']),
        'wrist': _compose(rotation_class, 'XZY', -0.5 * value['forearm_turn'], -value['wrist_flex'], value['wrist_side']),
        'hand': np.stack([zero, zero, -value['finger_flex']], -1),
    }
    # Upper arm: swung from hanging to the wanted direction by the shortest way, so that the elbow's hinge follows naturally
    # (an arm lifted forward bends upwards, an arm at the side bends forward); then turned about its own length.
    raise_, plane = value['shoulder_raise'], value['shoulder_plane']
    swing_axis = np.stack([-np.sin(plane), zero, np.cos(plane)], -1)             # down x direction of the arm
    hanging = rotation_class.from_rotvec(np.array([0, 0, -np.pi / 2]))
    own_turn = rotation_class.from_rotvec(np.stack([-value['shoulder_rotate'], zero, zero], -1))
    arm = rotation_class.from_rotvec(swing_axis * raise_[:, None]) * hanging * own_turn
    # The collar bone carries part of every elevation above 30 degrees (scapulohumeral rhythm), the shoulder the rest.
    lift = 0.22 * np.maximum(raise_ - np.deg2rad(30), 0)
    collar = rotation_class.from_rotvec(np.stack([zero, -0.4 * lift * np.sin(plane), lift * np.cos(0.5 * plane)], -1))
    out['collar'] = collar.as_rotvec()
    out['shoulder'] = (collar.inv() * arm).as_rotvec()
    return out
