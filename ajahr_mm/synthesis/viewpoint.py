"""How the camera sees the person: turn, tilt and framing of the weak-perspective crop camera."""
from typing import NamedTuple

import numpy as np

from ajahr_mm.geometry.cameras import FOCAL
from ajahr_mm.registry import SYNTHESIS


class View(NamedTuple):
    """global_orient (3,) axis-angle into camera axes; fill and shift say how the person sits in the frame (see RandomView)."""
    global_orient: np.ndarray
    fill: float
    shift: np.ndarray
    cropped: bool


@SYNTHESIS.register_module()
class RandomView:
    """Draws turn and framing.

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

    def sample(self, rng: np.random.Generator, lean: float) -> View:
        """A view of a person who leans ``lean`` degrees forward."""
        from scipy.spatial.transform import Rotation
        yaw = rng.normal() * self.frontal_sigma if rng.random() < self.frontal else rng.uniform(-180, 180)
        # Body axes are y up, facing +z; camera axes y down, z forward: half a turn about x lets the person face the camera.
        rotation = (Rotation.from_euler('z', rng.normal() * self.roll, degrees=True)
                    * Rotation.from_euler('x', rng.normal() * self.tilt + 180, degrees=True)
                    * Rotation.from_euler('y', yaw, degrees=True) * Rotation.from_euler('x', lean, degrees=True))
        cropped = bool(rng.random() < self.cropped)
        fill = rng.uniform(1.15, 1.7) if cropped else rng.uniform(*self.fill)
        # close pictures show the head rather than the feet
        shift = np.array([rng.normal() * .06, rng.uniform(-.1, .35)]) if cropped else rng.uniform(-1, 1, size=2) * self.shift
        return View(rotation.as_rotvec().astype(np.float32), float(fill), shift, cropped)

    def frame(self, view: View, low: np.ndarray, high: np.ndarray, size: int, fill: float = None,
              shift: np.ndarray = None) -> np.ndarray:
        """Weak camera (3,) s, tx, ty for a person whose x, y (metres) span ``low`` to ``high`` (2,) each."""
        fill, shift = view.fill if fill is None else fill, view.shift if shift is None else shift
        pixels_per_metre = fill * size / max((high - low).max(), 1e-3)
        middle = (low + high) / 2
        move = shift * size / pixels_per_metre - middle
        return np.array([2 * pixels_per_metre / size, *move], np.float32)

    @staticmethod
    def translation(camera: np.ndarray, size: int, focal: float = FOCAL) -> np.ndarray:
        """Weak cameras (N,3) -> translations (N,3) in metres, as ``geometry.cameras.weak_to_translation``."""
        camera = np.asarray(camera, np.float32)
        return np.stack([camera[:, 1], camera[:, 2], 2 * focal / (size * camera[:, 0] + 1e-9)], -1).astype(np.float32)
