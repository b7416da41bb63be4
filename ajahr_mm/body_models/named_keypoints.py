"""Any keypoint set of a body by its name: from a posed body's output, or as a regressor from posed vertices."""
from typing import Tuple

import numpy as np
from torch import Tensor

from ajahr_mm.anatomy.keypoint_sets import keypoint_set
from ajahr_mm.body_models.assets import BodyArrays
from ajahr_mm.body_models.body_model import BodyOutput


def keypoints_of(output: BodyOutput, name: str) -> Tuple[Tensor, Tensor]:
    """Points (B,K,3) m of a keypoint set and which of them are there, (B,K) bool; vertices are not needed.

    ``name`` is one of :data:`ajahr_mm.anatomy.keypoint_sets.KEYPOINT_SETS`. Raises UserError for another.
    """
    chosen = keypoint_set(name)
    points = chosen.take(output.joints, output.keypoints)
    if output.limb_extent is None:
        return points, points.new_ones(points.shape[:2], dtype=bool)
    return points, ~chosen.missing(output.limb_extent)


def keypoint_regressor(body: BodyArrays, name: str) -> np.ndarray:
    """(K,V) weights that give a keypoint set from posed vertices, as evaluation protocols with a regressor file do.

    Exact in T-pose; on a bent body the joints among the points follow the skin, not the bones. Rows sum to 1 as far as
    those of ``J_regressor`` do. Raises UserError for an unknown name.
    """
    points44 = body.keypoint_joints.astype(np.float64) @ body.J_regressor
    np.add.at(points44.T, body.keypoint_vertex_ids, body.keypoint_vertices.T.astype(np.float64))
    return keypoint_set(name).take(body.J_regressor, points44)
