"""The SMPL kinematic tree (Loper et al. 2015): names, parents, mirror."""
from typing import List, Tuple

JOINTS: Tuple[str, ...] = (
    'pelvis', 'left_hip', 'right_hip', 'spine1', 'left_knee', 'right_knee', 'spine2', 'left_ankle', 'right_ankle',
    'spine3', 'left_foot', 'right_foot', 'neck', 'left_collar', 'right_collar', 'head', 'left_shoulder',
    'right_shoulder', 'left_elbow', 'right_elbow', 'left_wrist', 'right_wrist', 'left_hand', 'right_hand')
PARENTS: Tuple[int, ...] = (-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21)

NUM_JOINTS = 24
NUM_BODY_JOINTS = 23   # ``body_pose``: joints 1..23, the root is ``global_orient``
NUM_TOKEN_JOINTS = 21  # joints 1..21: what the pose tokenizers see (the two hands are regressed)


def joint_index(name: str) -> int:
    """Index of the SMPL joint ``name``. Raises ValueError for an unknown one."""
    return JOINTS.index(name)


def _mirror_name(name: str) -> str:
    if name.startswith('left_'):
        return 'right_' + name[len('left_'):]
    if name.startswith('right_'):
        return 'left_' + name[len('right_'):]
    return name


#: ``joints[FLIP]`` are the joints of the mirrored body.
FLIP: Tuple[int, ...] = tuple(joint_index(_mirror_name(name)) for name in JOINTS)


def descendants(joint: int) -> List[int]:
    """``joint`` and all joints below it in the tree, in SMPL order."""
    below = {joint}
    for child, parent in enumerate(PARENTS):  # parents come before children in SMPL order
        if parent in below:
            below.add(child)
    return sorted(below)
