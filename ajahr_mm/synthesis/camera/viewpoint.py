"""How the camera sees the person: turn, tilt and framing by the weak-perspective crop camera."""
from typing import Tuple

import numpy as np

from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.camera.framing import frame_person
from ajahr_mm.synthesis.records import Pose, View


def turn_to_camera(roll: float, tilt: float, yaw: float, lean: float) -> Tuple[np.ndarray, np.ndarray]:
    """Orientation (3,) axis-angle into camera axes and the direction up (3,), both float32, from angles in degrees.

    ``tilt`` is how far the camera looks down, ``roll`` turns the picture, ``yaw`` the person about the vertical (0 faces the
    camera), and ``lean`` is how far the person leans forward.
    """
    import cv2
    # Body axes are y up, facing +z; camera axes y down, z forward: half a turn about x lets the person face the camera.
    camera = _about(2, roll) @ _about(0, tilt + 180)
    body = camera @ _about(1, yaw) @ _about(0, lean)
    return cv2.Rodrigues(body)[0].reshape(3).astype(np.float32), camera[:, 1].astype(np.float32)


def _about(axis: int, degrees: float) -> np.ndarray:
    """(3,3) rotation about a coordinate axis."""
    angle, (a, b) = np.deg2rad(degrees), ((axis + 1) % 3, (axis + 2) % 3)
    turn = np.eye(3)
    turn[a, a] = turn[b, b] = np.cos(angle)
    turn[a, b], turn[b, a] = -np.sin(angle), np.sin(angle)
    return turn


@SYNTHESIS.register_module()
class RandomView:
    """Draws turn and framing of the crop camera of HMR2 and AJAHR, whose focal length of 5000 px is all but parallel.

    Args:
        frontal: share of people who roughly face the camera (normal, ``frontal_sigma`` degrees); others face anywhere.
        tilt, roll: standard deviations in degrees of the camera's pitch and roll.
        fill: range of the person's longer side over the frame's side.
        shift: largest offset of the person's middle, share of the frame.
        cropped: share of close pictures whose frame cuts off part of the person.
    """

    def __init__(self, frontal: float = .65, frontal_sigma: float = 40., tilt: float = 7., roll: float = 4.,
                 fill=(.74, .96), shift: float = .05, cropped: float = .1):
        self.frontal, self.frontal_sigma, self.tilt, self.roll = frontal, frontal_sigma, tilt, roll
        self.fill, self.shift, self.cropped = fill, shift, cropped

    def sample(self, rng: np.random.Generator, pose: Pose, size: int) -> View:
        """A view of a person in this pose, for a picture of ``size`` px."""
        yaw = rng.normal() * self.frontal_sigma if rng.random() < self.frontal else rng.uniform(-180, 180)
        roll = rng.normal() * self.roll
        orient, up = turn_to_camera(roll, rng.normal() * self.tilt, yaw, pose.pitch)
        cropped, fill, shift = draw_frame(rng, self.cropped, self.fill, self.shift)
        return View(orient, fill, shift, cropped, up=up)

    def frame(self, view: View, vertices: np.ndarray, keep: np.ndarray, size: int) -> np.ndarray:
        """Translation (3,) float32 metres; see :func:`~ajahr_mm.synthesis.camera.framing.frame_person`."""
        return frame_person(view, vertices, keep, size)

    def facts(self) -> dict:
        """For the dataset card."""
        return dict(camera='weak perspective, 5000 px', cropped=self.cropped)


def draw_frame(rng: np.random.Generator, cropped: float, fill: Tuple[float, float],
               shift: float) -> Tuple[bool, float, np.ndarray]:
    """Whether the frame cuts off part of the person (a share of ``cropped``), its fill, and its shift (2,)."""
    if rng.random() < cropped:
        # close pictures show the head rather than the feet
        return True, float(rng.uniform(1.15, 1.7)), np.array([rng.normal() * .06, rng.uniform(-.1, .35)])
    return False, float(rng.uniform(*fill)), rng.uniform(-1, 1, size=2) * shift
