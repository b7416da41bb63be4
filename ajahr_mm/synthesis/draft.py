"""What is known of one person of one picture while it is being made."""
from dataclasses import dataclass
from typing import List, Optional

import numpy as np

from ajahr_mm.synthesis.records import Background, Light, Look, Pose, Subject, View


@dataclass
class Draft:
    """One person: drawn first, then posed (:class:`~ajahr_mm.synthesis.posing.Poser`), placed, lit and rendered.

    Everything in metres is in camera axes; before ``transl`` is known relative to the body's origin.
    """
    split: str
    index: int
    subject: Subject
    pose: Pose
    view: View
    look: Look
    background: Background
    light: Light
    companion: Optional['Draft'] = None    # a second person in the same picture

    vertices: Optional[np.ndarray] = None  # (V,3) of the dressed surface
    normals: Optional[np.ndarray] = None   # (V,3)
    points: Optional[np.ndarray] = None    # (44,3) keypoints of the collapsed body
    root: Optional[np.ndarray] = None      # (3,) root joint
    ends: Optional[np.ndarray] = None      # (L,3) where the lost limbs end
    transl: Optional[np.ndarray] = None    # (3,) added to all of these once the camera is chosen
    behind: Optional[np.ndarray] = None    # (44,) bool: the own body hides the keypoint

    def place(self, transl: np.ndarray) -> None:
        """Moves the person to ``transl`` (3,)."""
        self.transl = np.asarray(transl, np.float32)
        for name in ('vertices', 'points', 'ends'):
            setattr(self, name, (getattr(self, name) + self.transl).astype(np.float32))

    def project(self, points: np.ndarray, size: int) -> np.ndarray:
        """Points (N,3) -> px (N,2) float32 of a picture of ``size`` px, whole numbers at the pixels' centres."""
        return (points[:, :2] / points[:, 2:] * self.view.focal + size / 2).astype(np.float32)

    @property
    def people(self) -> List['Draft']:
        """This person and the companion, if there is one."""
        return [self] if self.companion is None else [self, self.companion]
