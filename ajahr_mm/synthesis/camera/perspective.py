"""A camera in the room: it stands at some height, looks at the person, and what is near it is large."""
import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.camera.framing import frame_person
from ajahr_mm.synthesis.camera.viewpoint import draw_frame, turn_to_camera
from ajahr_mm.synthesis.records import Pose, View

#: metres; how tall people are on average over all poses, and how high their middle is
_TALL, _MIDDLE = 1.5, .8


@SYNTHESIS.register_module()
class PerspectiveView:
    """Draws a full-perspective camera and its place.

    The distance follows from fill and field of view; how far the camera looks down follows from its height and that
    distance, so near cameras look up or down steeply.

    Args:
        field: range of the field of view over the picture's side, degrees.
        height: quartiles of the camera's height above the floor, metres: a normal distribution, cut at 0.2 and 3.2.
        frontal, frontal_sigma, roll, fill, shift, cropped: as :class:`~ajahr_mm.synthesis.camera.viewpoint.RandomView`.

    Raises:
        UserError: a field of view outside 1 to 120 degrees.
    """

    def __init__(self, field=(25., 75.), height=(1.1, 1.7), frontal: float = .65,
                 frontal_sigma: float = 40., roll: float = 4., fill=(.6, .95), shift: float = .1, cropped: float = .1):
        if not 1 <= field[0] <= field[1] <= 120:
            raise UserError(f'field of view must be a range within 1 to 120 degrees, got {field}; '
                            f'correct the synthesis config')
        self.field, self.height = field, height
        self.frontal, self.frontal_sigma, self.roll = frontal, frontal_sigma, roll
        self.fill, self.shift, self.cropped = fill, shift, cropped

    def sample(self, rng: np.random.Generator, pose: Pose, size: int) -> View:
        """A view of a person in this pose, for a picture of ``size`` px."""
        yaw = rng.normal() * self.frontal_sigma if rng.random() < self.frontal else rng.uniform(-180, 180)
        roll = rng.normal() * self.roll
        cropped, fill, shift = draw_frame(rng, self.cropped, self.fill, self.shift)
        # fields of view in equal steps of distance: phones are wide, portraits are taken with longer lenses
        half = np.deg2rad(np.array(self.field)) / 2
        focal = size / 2 / np.exp(rng.uniform(*np.log(np.tan(half))))
        low, high = self.height
        height = np.clip((low + high) / 2 + rng.normal() * (high - low) / 1.35, .2, 3.2)
        distance = focal * _TALL / (fill * size)
        down = np.arctan2(height - _MIDDLE, distance) - np.arctan(shift[1] * size / focal)
        orient, up = turn_to_camera(roll, float(np.clip(np.rad2deg(down), -50, 50)), yaw, pose.pitch)
        return View(orient, fill, shift, cropped, float(focal), up)

    def frame(self, view: View, vertices: np.ndarray, keep: np.ndarray, size: int) -> np.ndarray:
        """Translation (3,) float32 metres; see :func:`~ajahr_mm.synthesis.camera.framing.frame_person`."""
        return frame_person(view, vertices, keep, size)

    def facts(self) -> dict:
        """For the dataset card."""
        return dict(camera='full perspective', field_of_view=list(self.field), cropped=self.cropped)
