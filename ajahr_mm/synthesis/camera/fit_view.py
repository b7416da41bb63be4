"""The camera of a fit: a person who replaces one in a photograph stands where that one stood."""
from typing import Union

import numpy as np

from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.camera.framing import frame_person, in_sight
from ajahr_mm.synthesis.records import Pose, View


@SYNTHESIS.register_module()
class FitView:
    """Keeps orientation and weak camera of poses that were fitted to a picture (paper supplement A).

    Args:
        other: config of the view part for poses without a place.
    """

    def __init__(self, other: Union[dict, object]):
        self.other = SYNTHESIS.build(other) if isinstance(other, dict) else other

    def sample(self, rng: np.random.Generator, pose: Pose, size: int) -> View:
        """A view of a person in this pose, for a picture of ``size`` px."""
        if pose.place is None:
            return self.other.sample(rng, pose, size)
        orient = np.asarray(pose.place.global_orient, np.float32).reshape(3)
        return View(orient, fill=.88, shift=np.zeros(2), cropped=False, place=pose.place)

    def frame(self, view: View, vertices: np.ndarray, keep: np.ndarray, size: int) -> np.ndarray:
        """Translation (3,) float32 metres: that of the fit, or one that puts the person into the frame where the end of a
        lost limb (``keep`` (L,3)) would be out of sight, or the fit has no size."""
        if view.place is None:
            return self.other.frame(view, vertices, keep, size)
        scale, x, y = (float(value) for value in view.place.camera)
        if scale > 0:
            transl = np.array([x, y, 2 * view.focal / (size * scale)], np.float32)
            if in_sight(keep + transl, view.focal, size):
                return transl
        return frame_person(view, vertices, keep, size)

    def facts(self) -> dict:
        """For the dataset card."""
        return dict(camera='that of the fit', without_fit=getattr(self.other, 'facts', dict)())
