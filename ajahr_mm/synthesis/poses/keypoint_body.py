"""A body reduced to its joints: fast enough to pose every fit of a data set, one at a time, always with the same result."""
from typing import Dict, Optional

import numpy as np

from ajahr_mm.synthesis.poses.self_contact import positions
from ajahr_mm.synthesis.poses.turns import turns


class KeypointBody:
    """Keypoints of a body model without its skin; those that hang on vertices (face, toes, heels) are left out.

    Args:
        config: keyword arguments of ``body_models.build_body``; the same body that the fits are of.

    Attributes:
        has_shape: whether the body knows the shape axes of SMPL's fits; the open body has axes of its own.
        known: (44,) bool, the keypoints of HMR44 that it gives.
    """

    def __init__(self, config: Optional[Dict] = None) -> None:
        from ajahr_mm.body_models import build_body
        config = dict(config or dict(source='open'))
        body = build_body(**config)
        self.has_shape = config.get('source', 'open') != 'open'
        self._template = body.joint_template.double().numpy().reshape(24, 3)
        self._shape = body.joint_shapedirs.double().numpy().reshape(-1, 24, 3)
        self._keypoints = body.keypoint_joints.double().numpy()
        self.known = np.abs(self._keypoints.sum(1) - 1) < 1e-4

    def keypoints(self, global_orient: np.ndarray, body_pose: np.ndarray, betas: np.ndarray) -> np.ndarray:
        """(44,3) m about the body's origin, in the axes that ``global_orient`` (3,) turns into; body_pose (69,)."""
        rotations = turns(np.concatenate([global_orient, body_pose]).reshape(1, 24, 3))
        rest = self._template
        if self.has_shape:
            shape = self._shape[:len(betas)]
            rest = rest + (shape * np.asarray(betas, np.float64)[:len(shape), None, None]).sum(0)
        return self._keypoints @ positions(rotations, rest)[0][0]
