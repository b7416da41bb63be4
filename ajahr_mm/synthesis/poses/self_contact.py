"""A cheap test whether a pose pushes limbs through the body: spheres that fill the mean body and move with its joints."""
import numpy as np

from ajahr_mm.anatomy import skeleton
from ajahr_mm.synthesis.poses.turns import turns

#: rest joints of the mean open body in the T-pose, metres, y up, left = +x; the right side mirrors the left
_LEFT_AND_MIDLINE = {
    'pelvis': (0, 0, 0), 'left_hip': (.105, -.093, .030), 'spine1': (0, .066, .014), 'left_knee': (.129, -.480, .030),
    'spine2': (0, .141, .012), 'left_ankle': (.129, -.892, .014), 'spine3': (0, .278, .004),
    'left_foot': (.132, -.954, .132), 'neck': (0, .454, .037), 'left_collar': (.023, .382, .053),
    'head': (0, .549, .072), 'left_shoulder': (.170, .395, .048), 'left_elbow': (.408, .395, .048),
    'left_wrist': (.641, .395, .048), 'left_hand': (.740, .395, .048)}
_MIRROR = np.array([-1, 1, 1])
REST_JOINTS = np.array([
    _LEFT_AND_MIDLINE[name] if name in _LEFT_AND_MIDLINE
    else np.array(_LEFT_AND_MIDLINE[name.replace('right', 'left')]) * _MIRROR for name in skeleton.JOINTS])

#: part -> spheres inside the skin as (joint they move with, x, y, z, radius), m in the T-pose. Midline parts are given by
#: their left half where they are wider than one sphere.
_MIDLINE = {
    'hips': [('pelvis', .062, -.070, .045, .100), ('pelvis', .055, .010, .060, .092)],
    'belly': [('spine1', .045, .090, .070, .088), ('spine2', .045, .170, .066, .090)],
    'chest': [('spine2', .055, .245, .060, .100), ('spine3', .060, .320, .050, .088)],
    'head': [('neck', 0, .475, .050, .052), ('head', 0, .545, .100, .074), ('head', 0, .600, .085, .088),
             ('head', 0, .645, .080, .074)]}
_LEFT = {
    'shoulder': [('shoulder', .200, .390, .045, .047), ('shoulder', .255, .386, .042, .044)],
    'upper_arm': [('shoulder', .310, .387, .045, .041), ('shoulder', .365, .388, .048, .038)],
    'forearm': [('elbow', .425, .396, .048, .035), ('elbow', .475, .395, .049, .034), ('elbow', .525, .395, .046, .030),
                ('elbow', .575, .394, .047, .026), ('elbow', .620, .393, .050, .022)],
    'hand': [('wrist', .675, .389, .036, .021), ('wrist', .675, .386, .066, .021), ('wrist', .715, .386, .028, .017),
             ('wrist', .715, .386, .060, .018), ('hand', .755, .379, .026, .014), ('hand', .755, .379, .058, .014),
             ('hand', .795, .369, .028, .012), ('hand', .795, .369, .062, .012), ('hand', .705, .366, .098, .014)],
    'hip': [('hip', .098, -.170, .050, .084), ('hip', .104, -.240, .047, .078)],
    'thigh': [('hip', .118, -.310, .048, .070), ('hip', .126, -.380, .038, .059), ('hip', .127, -.440, .038, .053)],
    'shin': [('knee', .134, -.500, .020, .052), ('knee', .133, -.570, .010, .051), ('knee', .130, -.640, .004, .049),
             ('knee', .134, -.710, .005, .044), ('knee', .134, -.780, .010, .037), ('knee', .132, -.850, .012, .032)],
    'foot': [('ankle', .132, -.915, -.015, .032), ('ankle', .132, -.935, .030, .036), ('ankle', .133, -.945, .085, .031),
             ('foot', .130, -.960, .135, .025), ('foot', .130, -.962, .175, .020)]}
#: parts that may not meet, on the same side or across. Neighbours are left out: flesh always overlaps in a bent joint.
_ANY_SIDE = [('hand', 'hips belly chest head hip thigh shin foot'), ('forearm', 'hips belly chest head hip thigh shin foot'),
             ('upper_arm', 'hips belly head'), ('shin', 'belly chest head'), ('foot', 'hips belly chest head'),
             ('thigh', 'chest head')]
_SAME_SIDE = [('hand', 'shoulder upper_arm')]
_ACROSS = [('hand', 'shoulder upper_arm forearm hand'), ('forearm', 'shoulder upper_arm forearm'),
           ('thigh', 'thigh shin foot'), ('shin', 'hip shin foot'), ('foot', 'hip foot')]


def _spheres() -> dict:
    """Part, such as 'chest' or 'left_hand', -> rows (joint, x, y, z, radius)."""
    found = {}
    for part, rows in _MIDLINE.items():
        found[part] = [(skeleton.joint_index(name), side * x, *rest) for name, x, *rest in rows
                       for side in ((1, -1) if x else (1,))]
    for part, rows in _LEFT.items():
        for side, sign in (('left', 1), ('right', -1)):
            found[f'{side}_{part}'] = [(skeleton.joint_index(f'{side}_{name}'), sign * x, *rest) for name, x, *rest in rows]
    return found


def _part_pairs() -> set:
    """Pairs of parts that may not meet."""
    pairs = set()
    for table, sides in ((_ANY_SIDE, ('same', 'other')), (_SAME_SIDE, ('same',)), (_ACROSS, ('other',))):
        for part, others in table:
            for side, opposite in (('left', 'right'), ('right', 'left')):
                for other in others.split():
                    ends = [other] if other in _MIDLINE else [f'{dict(same=side, other=opposite)[s]}_{other}' for s in sides]
                    pairs |= {tuple(sorted((f'{side}_{part}', end))) for end in ends}
    return pairs


def _sphere_pairs(parts: dict) -> np.ndarray:
    """Numbers (2,P) of the spheres that may not meet, counted through all parts."""
    start = dict(zip(parts, np.cumsum([0, *map(len, parts.values())])))
    return np.array([(start[a] + i, start[b] + j) for a, b in sorted(_part_pairs())
                     for i in range(len(parts[a])) for j in range(len(parts[b]))]).T


def _levels() -> list:
    """Joints with their parents, by distance from the root: each level needs only the one before."""
    depth = [0]
    for parent in skeleton.PARENTS[1:]:
        depth.append(depth[parent] + 1)
    levels = [[joint for joint in range(skeleton.NUM_JOINTS) if depth[joint] == level] for level in range(1, max(depth) + 1)]
    return [(joints, [skeleton.PARENTS[joint] for joint in joints]) for joints in levels]


_PARENTS = np.maximum(skeleton.PARENTS, 0)
_LEVELS = _levels()
_ROWS = np.array([row for rows in _spheres().values() for row in rows])
_OWNER, _PLACE, _RADIUS = _ROWS[:, 0].astype(int), _ROWS[:, 1:4] - REST_JOINTS[_ROWS[:, 0].astype(int)], _ROWS[:, 4]
_FIRST, _SECOND = _sphere_pairs(_spheres())
_REACH = (_RADIUS[_FIRST] + _RADIUS[_SECOND]).astype(np.float32)


def positions(rotations: np.ndarray, rest: np.ndarray = REST_JOINTS) -> tuple:
    """Joints (N,24,3) in metres, and their rotations (N,24,3,3) in the world.

    Args:
        rotations: (N,24,3,3), each in the axes of its parent.
        rest: (24,3) or (N,24,3) joints in the T-pose, by default the mean body's, whose pelvis is the origin.
    """
    offsets = rest - rest[..., _PARENTS, :]
    world, place = rotations.copy(), np.zeros(rotations.shape[:2] + (3,))
    place[:, 0] = rest[..., 0, :]
    for joints, parents in _LEVELS:
        place[:, joints] = place[:, parents] + _turned(world[:, parents], offsets[..., joints, :])
        world[:, joints] = world[:, parents] @ world[:, joints]
    return place, world


def overlap(rotations: np.ndarray) -> np.ndarray:
    """Deepest overlap (N,) float32 in metres of parts that may not meet, 0 where there is none; rotations (N,24,3,3)."""
    place, world = positions(rotations)
    centres = (place[:, _OWNER] + _turned(world[:, _OWNER], _PLACE)).astype(np.float32)
    gap = centres[:, _FIRST] - centres[:, _SECOND]
    gap *= gap
    distance = np.sqrt(gap[..., 0] + gap[..., 1] + gap[..., 2])
    return np.maximum((_REACH - distance).max(-1), 0)


def joint_positions(body_pose: np.ndarray) -> np.ndarray:
    """Joints (N,24,3) as :func:`positions`, for poses (N,69), axis-angle radians."""
    return positions(_rotations(body_pose))[0]


def penetration(body_pose: np.ndarray) -> np.ndarray:
    """Deepest overlap (N,) as :func:`overlap`, for poses (N,69), axis-angle radians."""
    return overlap(_rotations(body_pose))


def _turned(rotations: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    return (rotations @ vectors[..., None])[..., 0]


def _rotations(body_pose: np.ndarray) -> np.ndarray:
    vectors = np.asarray(body_pose, np.float64).reshape(-1, skeleton.NUM_BODY_JOINTS, 3)
    return turns(np.concatenate([np.zeros((len(vectors), 1, 3)), vectors], 1))
