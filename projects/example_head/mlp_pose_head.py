"""A pose head from outside the package: a two-layer network that regresses the pose, no tokens."""
from typing import Optional

import torch
from torch import Tensor, nn

from ajahr_mm.geometry.rotations import matrix_to_sixd, sixd_to_matrix
from ajahr_mm.models.heads import PoseHead
from ajahr_mm.registry import MODELS

NUM_BODY_JOINTS = 23


@MODELS.register_module()
class MLPPoseHead(PoseHead):
    """Hidden state (B,dim) -> rotations (B,23,3,3), by 6D vectors in row layout added to the rest pose.

    Args:
        dim: width of the decoder's hidden state.
        width: of the hidden layer.
        dropout: after the hidden layer.
    """

    def __init__(self, dim: int = 1024, width: int = 256, dropout: float = 0.1, init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        self.mlp = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, width), nn.GELU(), nn.Dropout(dropout),
                                 nn.Linear(width, NUM_BODY_JOINTS * 6))
        self.register_buffer('rest_pose', matrix_to_sixd(torch.eye(3), 'row'))

    def forward(self, hidden: Tensor, is_amputee: Optional[Tensor] = None) -> Tensor:
        # Rotations are sensitive to rounding: the estimator may run this head in bfloat16, so leave it here.
        with torch.autocast(hidden.device.type, enabled=False):
            sixd = self.mlp(hidden.float()).unflatten(1, (NUM_BODY_JOINTS, 6)) + self.rest_pose
            return sixd_to_matrix(sixd, 'row')
