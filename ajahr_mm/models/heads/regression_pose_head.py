"""Direct regression of the pose, as in HMR2."""
from typing import Optional

import torch
from torch import Tensor

from ajahr_mm.anatomy.skeleton import NUM_BODY_JOINTS
from ajahr_mm.geometry.rotations import matrix_to_sixd, sixd_to_matrix
from ajahr_mm.models.heads.base import PoseHead, small_linear
from ajahr_mm.models.precision import float32_region
from ajahr_mm.registry import MODELS


@MODELS.register_module()
class RegressionPoseHead(PoseHead):
    """Hidden state (B,dim) -> 23 x 6D by one linear layer, added to an initial pose.

    Args:
        dim: width of the hidden state.
        layout: of the 6D vectors: 'column' (HMR2) or 'row'.
    """

    def __init__(self, dim: int = 1024, layout: str = 'column', init_cfg: dict = None) -> None:
        super().__init__(init_cfg)
        self.layout = layout
        self.pose = small_linear(dim, NUM_BODY_JOINTS * 6)
        self.register_buffer('init_pose', matrix_to_sixd(torch.eye(3), layout).repeat(NUM_BODY_JOINTS))

    def forward(self, hidden: Tensor, is_amputee: Optional[Tensor] = None) -> Tensor:
        sixd = self.pose(hidden)
        with float32_region(hidden):
            sixd = (sixd.float() + self.init_pose).unflatten(1, (NUM_BODY_JOINTS, 6))
            return sixd_to_matrix(sixd, self.layout)
