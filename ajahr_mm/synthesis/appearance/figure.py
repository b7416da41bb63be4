"""Where clothes sit on a body: landmarks of the rest pose, and coordinates that run over trunk and limbs like cloth."""
from dataclasses import dataclass
from typing import Tuple

import numpy as np

from ajahr_mm.anatomy import limbs, skeleton
from ajahr_mm.synthesis.appearance.points import Points
from ajahr_mm.synthesis.appearance.surface import Surface

#: half axes, in m, of the ellipse that trunk angles are measured on, and m of a turn around trunk, arm and leg
_TRUNK_AXES, TURN = (.16, .10), (.9, .3, .45)


@dataclass
class Figure:
    """Landmarks of a body in the rest pose; heights in metres, points (3,)."""
    crotch: float
    hips: float
    waist: float
    armpit: float
    neck: np.ndarray
    shoulder: np.ndarray       # left
    knee: np.ndarray           # left
    ankle: np.ndarray          # left
    wrist: np.ndarray          # left
    trunk_depth: float         # z of the trunk's axis
    sole: float                # height of the floor
    nose: np.ndarray
    eye: np.ndarray            # left
    ear: np.ndarray            # left
    crown: float
    scale: float               # distance of the eyes over that of the open body, for sizes in the face

    @classmethod
    def of(cls, surface: Surface) -> 'Figure':
        """Landmarks of a surface."""
        joint = {name: surface.joints[skeleton.joint_index(name)].astype(np.float32) for name in (
            'neck', 'left_hip', 'left_shoulder', 'left_knee', 'left_ankle', 'left_wrist', 'spine1')}
        rest, trunk = surface.rest, surface.limb < 0
        middle = trunk & (abs(rest[:, 0]) < .02) & (rest[:, 1] < joint['spine1'][1])
        chest = trunk & (rest[:, 1] < joint['left_shoulder'][1]) & (rest[:, 1] > joint['spine1'][1])
        nose, eye, ear = _face(surface)
        return cls(
            crotch=float(rest[middle, 1].min()), hips=float(joint['left_hip'][1]), waist=float(joint['spine1'][1]),
            armpit=float(joint['left_shoulder'][1] - .085), neck=joint['neck'], shoulder=joint['left_shoulder'],
            knee=joint['left_knee'], ankle=joint['left_ankle'], wrist=joint['left_wrist'],
            trunk_depth=float(rest[chest, 2].mean()), sole=float(rest[:, 1].min()), nose=nose, eye=eye, ear=ear,
            crown=float(rest[:, 1].max()), scale=float(eye[0] / .0265))

    @property
    def mouth(self) -> float:
        """Height of the line between the lips."""
        return self.nose[1] - .0347 * self.scale

    def measure(self, points: Points) -> None:
        """Adds the coordinates of cloth to ``points.fields``.

        ``spread``: m along the skin away from the neck, for necklines and collars. ``around`` (turns, 0 in front or on top)
        and ``along`` (m) run over trunk, arms and legs; ``region`` is 0 trunk, 1 arm, 2 leg. ``outer``: turns from the outer
        side seam of a leg. ``behind``: half turns around the head, 0 in front, 1 behind. ``lips``, where there is no mask.
        """
        x, y, z = points.x, points.y, points.z
        side = abs(x)
        if 'lips' not in points.fields:
            mouth = self.mouth
            ellipse = (x / (.0225 * self.scale)) ** 2 + ((y - mouth) / (.0105 * self.scale)) ** 2
            points.fields['lips'] = (points.is_part('head') & (ellipse < 1) & (z > self.ear[2] + .05)).astype(np.float32)
        points.fields['spread'] = np.hypot(.95 * x, z - self.neck[2] + .008) + np.maximum(self.neck[1] - y, -.06)
        region = np.where(points.arm > .06, 1, np.where(points.leg > .05, 2, 0)).astype(np.float32)
        trunk = np.arctan2(x / _TRUNK_AXES[0], (z - self.trunk_depth) / _TRUNK_AXES[1])
        chest = np.clip((y - self.armpit + .03) / .08, 0, 1)           # cloth runs straight over the shoulders
        across = np.float32(2 * np.pi) * x / TURN[0]
        trunk += chest * (np.where(points.normal[..., 2] > -.05, across, np.sign(x) * np.float32(np.pi) - across) - trunk)
        arm = np.arctan2(z - self.shoulder[2], y - self.shoulder[1])
        knee_to = np.clip((y - self.knee[1]) / (self.knee[1] - self.ankle[1]), -1, 0)
        axis_x = self.knee[0] + knee_to * (self.knee[0] - self.ankle[0])
        axis_z = self.knee[2] + knee_to * (self.knee[2] - self.ankle[2])
        leg = np.arctan2(side - axis_x, z - axis_z)
        around = np.choose(region.astype(int), (trunk, arm, leg)) / np.float32(2 * np.pi)
        along = np.where(region == 1, side, y)
        points.fields.update(region=region, around=around.astype(np.float32), along=along.astype(np.float32),
                             behind=(np.arctan2(side, z - self.ear[2]) / np.float32(np.pi)).astype(np.float32),
                             outer=(abs(np.arctan2(z - axis_z, side - axis_x)) / np.float32(2 * np.pi)).astype(np.float32))


def _face(surface: Surface) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nose, left eye and left ear, (3,) each; guessed from the head's extent where the body has no such landmarks."""
    nose, eye, ear = (surface.keypoint(name).astype(np.float32) for name in ('nose', 'left_eye', 'left_ear'))
    if min(eye[0], ear[0]) < .01:
        head = surface.rest[surface.is_part('head')]
        nose = head[head[:, 2].argmax()] * np.array([0, 1, 1], np.float32)
        eye = nose + np.array([.0265, .033, -.025], np.float32)
        joint = surface.joints[skeleton.joint_index('head')]
        ear = np.array([abs(head[:, 0]).max() - .005, nose[1] + .015, joint[2] - .005], np.float32)
    return nose, eye, ear


def reach_in_metres(figure: Figure, points: Points, limb: str) -> np.ndarray:
    """(h,w) m along arms (``limb`` 'arm') or legs from shoulder or hip; negative in the trunk."""
    place = points.arm if limb == 'arm' else points.leg
    start, end = (figure.shoulder, figure.wrist) if limb == 'arm' else (np.array([0, figure.hips, 0]), figure.ankle)
    segment = (abs(end[0] - start[0]) if limb == 'arm' else abs(end[1] - start[1])) / limbs.JOINT_POSITION[2]
    return place * np.float32(segment)
