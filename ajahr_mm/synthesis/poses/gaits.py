"""Movements that repeat: closed rows of key poses, interpolated periodically. A pose of such a source is a phase of it.

``walk`` comes from MakeHuman's CC0 walk cycle (``assets/walk_cycle.json``); all others are hand-written. Left and right are
those of one side in front; whoever draws a phase may mirror it.
"""
import json
from pathlib import Path
from typing import Dict, NamedTuple

import numpy as np

from ajahr_mm.synthesis.poses.joint_angles import NAMES, limit, mirror
from ajahr_mm.synthesis.poses.key_poses import key

_WALK = Path(__file__).parents[2] / 'assets/walk_cycle.json'


class Gait(NamedTuple):
    """One movement.

    Attributes:
        phases: (K,) increasing, from 0 on and below 1.
        keys: (K, NUM_ANGLES + 1) degrees; the last column is the pitch.
    """
    phases: np.ndarray
    keys: np.ndarray

    def at(self, phase: np.ndarray) -> np.ndarray:
        """(N, NUM_ANGLES + 1) at phases (N,), of which the fraction counts: a periodic cubic spline inside the limits."""
        from scipy.interpolate import CubicSpline
        spline = CubicSpline([*self.phases, 1.], [*self.keys, self.keys[0]], bc_type='periodic')
        values = spline(np.asarray(phase) % 1.)
        return np.concatenate([limit(values[:, :-1]), values[:, -1:]], 1)


def _gait(*keys: tuple, symmetric: bool = False) -> Gait:
    """Key poses at equal distances. ``symmetric``: they are one half, the other half is their mirror image."""
    rows = [np.append(angles, pitch) for angles, pitch in keys]
    if symmetric:
        rows += [np.append(mirror(row[:-1]), row[-1]) for row in rows]
    return Gait(np.arange(len(rows)) / len(rows), np.array(rows))


def _walk() -> Gait:
    content = json.loads(_WALK.read_text(encoding='utf-8'))
    if tuple(content['names']) != NAMES:
        raise ValueError(f'{_WALK} was made with other joint angles; run {content["made_by"]}')
    return Gait(np.array(content['phases']), np.pad(limit(np.array(content['angles'])), [(0, 0), (0, 1)]))


#: hands on rims or handles
_GRIP = dict(finger_flex=60)
_SEATED = dict(hip_flex=88, knee_flex=82, hip_abduct=6, **_GRIP)
_RACING = dict(hip_flex=118, knee_flex=128, ankle_flex=-30, spine_flex=42, neck_flex=-36, **_GRIP)
_FLUTTER = dict(ankle_flex=-36, neck_flex=-14, finger_flex=4)
_SADDLE = dict(shoulder_raise=72, shoulder_plane=80, elbow_flex=18, spine_flex=26, neck_flex=-34, **_GRIP)

GAITS: Dict[str, Gait] = {
    'walk': _walk(),
    'run': _gait(
        key(8, hip_flex=(36, -6), knee_flex=(18, 84), ankle_flex=(4, -16), spine_flex=6, spine_twist=-9,
            shoulder_raise=(42, 40), shoulder_plane=(-40, 78), elbow_flex=(86, 92)),
        key(8, hip_flex=(14, 10), knee_flex=(40, 116), ankle_flex=(18, -12), spine_flex=7,
            shoulder_raise=14, shoulder_plane=20, elbow_flex=88),
        key(8, hip_flex=(-18, 52), knee_flex=(14, 92), ankle_flex=(-24, 6), toe_flex=(26, 0), spine_flex=7, spine_twist=8,
            shoulder_raise=(44, 46), shoulder_plane=(80, -42), elbow_flex=(94, 88)),
        key(8, hip_flex=(-16, 50), knee_flex=(44, 46), ankle_flex=(-20, 4), spine_flex=6, spine_twist=10,
            shoulder_raise=(44, 46), shoulder_plane=(80, -44), elbow_flex=(92, 84)), symmetric=True),
    'stairs_up': _gait(
        key(10, hip_flex=(62, -2), knee_flex=(72, 8), ankle_flex=(10, -6), spine_flex=9,
            shoulder_raise=(18, 28), shoulder_plane=(-20, 70), elbow_flex=(18, 34)),
        key(9, hip_flex=(36, 6), knee_flex=(44, 40), ankle_flex=(12, -18), toe_flex=(0, 20), spine_flex=9,
            shoulder_raise=14, elbow_flex=24),
        key(7, hip_flex=(10, 58), knee_flex=(10, 94), ankle_flex=(2, 4), spine_flex=8,
            shoulder_raise=(22, 16), shoulder_plane=(64, -16), elbow_flex=(30, 18)), symmetric=True),
    'stairs_down': _gait(
        key(3, hip_flex=(30, 16), knee_flex=(56, 10), ankle_flex=(18, -22), neck_flex=20, shoulder_raise=(22, 20)),
        key(3, hip_flex=(24, 18), knee_flex=(70, 18), ankle_flex=(20, -6), toe_flex=(22, 0), neck_flex=22,
            shoulder_raise=(18, 26), shoulder_plane=(-10, 50), elbow_flex=22),
        key(2, hip_flex=(34, 10), knee_flex=(66, 20), ankle_flex=(-8, 10), neck_flex=18, shoulder_raise=16,
            elbow_flex=24), symmetric=True),
    'crutches_swing_through': _gait(
        key(8, hip_flex=0, knee_flex=6, ankle_flex=8, shoulder_raise=34, shoulder_plane=70, elbow_flex=22, spine_flex=6,
            **_GRIP),
        key(10, hip_flex=20, knee_flex=32, ankle_flex=-10, shoulder_raise=18, shoulder_plane=24, elbow_flex=20, spine_flex=8,
            **_GRIP),
        key(-2, hip_flex=32, knee_flex=10, ankle_flex=2, shoulder_raise=30, shoulder_plane=-38, elbow_flex=16, spine_flex=4,
            **_GRIP),
        key(2, hip_flex=10, knee_flex=6, shoulder_raise=20, shoulder_plane=28, elbow_flex=38, **_GRIP)),
    'crutches_one_leg': _gait(
        key(7, hip_flex=(-2, 16), knee_flex=(6, 46), ankle_flex=(8, -14), shoulder_raise=34, shoulder_plane=68,
            elbow_flex=24, spine_flex=6, **_GRIP),
        key(9, hip_flex=(22, 20), knee_flex=(36, 52), ankle_flex=(-8, -16), shoulder_raise=18, shoulder_plane=24,
            elbow_flex=20, spine_flex=7, **_GRIP),
        key(-1, hip_flex=(30, 14), knee_flex=(8, 44), ankle_flex=(4, -14), shoulder_raise=28, shoulder_plane=-36,
            elbow_flex=16, **_GRIP),
        key(3, hip_flex=(10, 12), knee_flex=(10, 48), ankle_flex=(2, -14), shoulder_raise=20, shoulder_plane=26,
            elbow_flex=36, **_GRIP)),
    'hop': _gait(
        key(10, hip_flex=(38, 14), knee_flex=(58, 62), ankle_flex=(20, -10), spine_flex=10, shoulder_raise=26,
            shoulder_plane=-20, elbow_flex=42),
        key(4, hip_flex=(2, 24), knee_flex=(6, 70), ankle_flex=(-30, -12), toe_flex=(24, 0), shoulder_raise=46,
            shoulder_plane=44, elbow_flex=58),
        key(4, hip_flex=(16, 30), knee_flex=(26, 76), ankle_flex=(-22, -14), shoulder_raise=54, shoulder_plane=34,
            elbow_flex=50),
        key(7, hip_flex=(30, 20), knee_flex=(40, 64), ankle_flex=(12, -12), spine_flex=6, shoulder_raise=44,
            shoulder_plane=10, elbow_flex=40)),
    'jump': _gait(
        key(0, hip_flex=6, knee_flex=8, shoulder_raise=16),
        key(22, hip_flex=72, knee_flex=84, ankle_flex=20, hip_abduct=10, spine_flex=14, shoulder_raise=44,
            shoulder_plane=-36),
        key(2, hip_flex=-4, knee_flex=6, ankle_flex=-36, toe_flex=20, shoulder_raise=150, shoulder_plane=54, elbow_flex=12),
        key(6, hip_flex=44, knee_flex=62, ankle_flex=-26, hip_abduct=8, shoulder_raise=120, shoulder_plane=50,
            elbow_flex=24),
        key(12, hip_flex=40, knee_flex=46, ankle_flex=8, hip_abduct=8, shoulder_raise=66, shoulder_plane=50, elbow_flex=26)),
    'wheelchair_push': _gait(
        key(2, **_SEATED, spine_flex=6, shoulder_raise=46, shoulder_plane=-36, elbow_flex=78),
        key(7, **_SEATED, spine_flex=12, shoulder_raise=34, shoulder_plane=16, elbow_flex=66),
        key(12, **_SEATED, spine_flex=17, neck_flex=-8, shoulder_raise=42, shoulder_plane=64, elbow_flex=32),
        key(8, **_SEATED, spine_flex=12, shoulder_raise=24, shoulder_plane=44, elbow_flex=40),
        key(4, **_SEATED, spine_flex=8, shoulder_raise=36, shoulder_plane=-20, elbow_flex=84)),
    'wheelchair_race': _gait(
        key(22, **_RACING, shoulder_raise=54, shoulder_plane=-36, elbow_flex=108),
        key(24, **_RACING, shoulder_raise=44, shoulder_plane=16, elbow_flex=92),
        key(26, **_RACING, shoulder_raise=62, shoulder_plane=62, elbow_flex=36),
        key(24, **_RACING, shoulder_raise=48, shoulder_plane=40, elbow_flex=70)),
    'pedal': _gait(
        key(34, hip_flex=(100, 58), knee_flex=(104, 40), ankle_flex=(8, -8), **_SADDLE),
        key(34, hip_flex=(86, 76), knee_flex=(76, 82), ankle_flex=(10, -16), **_SADDLE), symmetric=True),
    'crawl_on_knees': _gait(
        key(82, hip_flex=(66, 98), knee_flex=(84, 96), ankle_flex=-36, shoulder_raise=(96, 74), shoulder_plane=84,
            elbow_flex=6, neck_flex=-30, wrist_flex=-42),
        key(80, hip_flex=(84, 86), knee_flex=(92, 98), ankle_flex=-36, shoulder_raise=(86, 90), shoulder_plane=82,
            elbow_flex=(6, 26), neck_flex=-26, wrist_flex=(-44, -10)), symmetric=True),
    'swim_crawl': _gait(
        key(86, **_FLUTTER, hip_flex=(8, -10), knee_flex=(6, 16), spine_twist=12,
            shoulder_raise=(166, 20), shoulder_plane=(46, -10), elbow_flex=(6, 20)),
        key(86, **_FLUTTER, hip_flex=(-10, 8), knee_flex=(16, 6), spine_twist=20, neck_twist=-24,
            shoulder_raise=(128, 58), shoulder_plane=(74, -34), elbow_flex=(42, 78)),
        key(86, **_FLUTTER, hip_flex=(8, -10), knee_flex=(6, 16), spine_twist=4, neck_twist=-10,
            shoulder_raise=(72, 128), shoulder_plane=(76, 6), elbow_flex=(66, 76)), symmetric=True),
}
