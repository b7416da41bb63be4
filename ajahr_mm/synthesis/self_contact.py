"""A cheap test whether a pose pushes limbs through the body: spheres along the bones of an average skeleton."""
import numpy as np

from ajahr_mm.anatomy import skeleton

#: rest joints of an average adult in the T-pose, metres, y up, left = +x; the right side mirrors the left
_LEFT_AND_MIDLINE = {
    'pelvis': (0, 0, 0), 'left_hip': (.075, -.085, 0), 'spine1': (0, .11, -.01), 'left_knee': (.095, -.48, 0),
    'spine2': (0, .24, 0), 'left_ankle': (.09, -.89, -.03), 'spine3': (0, .30, .01), 'left_foot': (.11, -.95, .09),
    'neck': (0, .50, -.02), 'left_collar': (.07, .42, -.01), 'head': (0, .58, .02), 'left_shoulder': (.18, .45, -.02),
    'left_elbow': (.45, .44, -.03), 'left_wrist': (.70, .45, -.03), 'left_hand': (.79, .44, -.03)}
REST_JOINTS = np.array([
    _LEFT_AND_MIDLINE[name] if name in _LEFT_AND_MIDLINE
    else np.array(_LEFT_AND_MIDLINE[name.replace('right', 'left')]) * (-1, 1, 1) for name in skeleton.JOINTS])

#: bone -> (joint, second joint, how far past the second joint it reaches, radius m, spheres)
_BONES = {
    'trunk': ('pelvis', 'spine3', .10, .105, 5), 'head': ('neck', 'head', 1.2, .085, 3),
    **{f'{side}_{name}': (f'{side}_{a}', f'{side}_{b}', more, radius, count) for side in ('left', 'right')
       for name, a, b, more, radius, count in (
           ('upper_arm', 'shoulder', 'elbow', 0, .04, 4), ('forearm', 'elbow', 'wrist', 0, .032, 4),
           ('hand', 'wrist', 'hand', .8, .028, 3), ('thigh', 'hip', 'knee', 0, .062, 5),
           ('shin', 'knee', 'ankle', 0, .045, 5), ('foot', 'ankle', 'foot', .5, .035, 3))}}


def _pairs():
    """Bones that may not meet. Neighbours of a joint are left out: flesh always overlaps there."""
    arm, leg = ('upper_arm', 'forearm', 'hand'), ('thigh', 'shin', 'foot')
    for side, other in (('left', 'right'), ('right', 'left')):
        for part in ('forearm', 'hand'):
            for target in ('trunk', 'head', *(f'{s}_{p}' for s in (side, other) for p in leg)):
                yield f'{side}_{part}', target
        yield f'{side}_shin', 'trunk'
        yield f'{side}_foot', 'trunk'
    for a in arm:
        for b in arm:
            yield f'left_{a}', f'right_{b}'
    for a in leg:
        for b in leg:
            if (a, b) != ('thigh', 'thigh'):
                yield f'left_{a}', f'right_{b}'


_PAIRS = tuple(_pairs())


def joint_positions(body_pose: np.ndarray) -> np.ndarray:
    """Joints (N, 24, 3) in metres of the average skeleton in poses (N, 69), axis-angle radians, pelvis at the origin."""
    from scipy.spatial.transform import Rotation
    count = len(body_pose)
    local = Rotation.from_rotvec(np.asarray(body_pose, dtype=np.float64).reshape(-1, 3)).as_matrix().reshape(count, 23, 3, 3)
    rotation = [np.broadcast_to(np.eye(3), (count, 3, 3))]
    position = [np.zeros((count, 3))]
    for joint in range(1, skeleton.NUM_JOINTS):
        parent = skeleton.PARENTS[joint]
        position.append(position[parent] + rotation[parent] @ (REST_JOINTS[joint] - REST_JOINTS[parent]))
        rotation.append(rotation[parent] @ local[:, joint - 1])
    return np.stack(position, 1)


def penetration(body_pose: np.ndarray) -> np.ndarray:
    """Deepest overlap (N,) in metres between bones that may not meet; 0 where there is none. Poses (N, 69)."""
    joints = joint_positions(body_pose)
    spheres, radius = {}, {}
    for name, (a, b, more, size, count) in _BONES.items():
        start, end = joints[:, skeleton.joint_index(a)], joints[:, skeleton.joint_index(b)]
        steps = np.linspace(0, 1 + more, count)[None, :, None]
        spheres[name] = (start[:, None] + steps * (end - start)[:, None]).astype(np.float32)
        radius[name] = size
    depth = np.zeros(len(joints), dtype=np.float32)
    for a, b in _PAIRS:
        gap = np.linalg.norm(spheres[a][:, :, None] - spheres[b][:, None], axis=-1).min((1, 2))
        depth = np.maximum(depth, radius[a] + radius[b] - gap)
    return depth
