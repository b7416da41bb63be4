"""Iterative regression of pose, shape and camera (HMR, Kanazawa et al., CVPR 2018), as in CLIFF and BEDLAM-CLIFF."""
from typing import Dict, Sequence

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from ajahr_mm.anatomy.skeleton import NUM_BODY_JOINTS, NUM_JOINTS
from ajahr_mm.geometry.rotations import matrix_to_sixd, sixd_to_matrix
from ajahr_mm.models.heads.base import small_linear
from ajahr_mm.models.precision import float32_region
from ajahr_mm.registry import MODELS


@MODELS.register_module()
class CLIFFHead(BaseModule):
    """Hidden state (B,in_dim) -> the whole body: ``global_orient`` (B,3,3), ``body_pose`` (B,23,3,3), ``betas``, ``camera``.

    It stands in the place of ``params_head`` and needs no ``pose_head``. Each step sees the hidden state and the
    estimate so far, and adds to it; there is no activation between the layers.

    Args:
        in_dim: width of the hidden state: pooled features and box information.
        dim: width of the two dense layers.
        num_joints: joints that are regressed, the root first: 24 of SMPL, or the 22 that SMPL-X shares with it; then the
            two hand joints of ``body_pose`` are the identity.
        num_betas: shape coefficients: 10 of SMPL, 11 in BEDLAM's SMPL-X.
        steps: of the regression.
        dropout: between the layers, in training.
        layout: of the 6D vectors.
        camera: initial s, tx, ty.
    """

    def __init__(self, in_dim: int = 723, dim: int = 1024, num_joints: int = NUM_JOINTS, num_betas: int = 10, steps: int = 3,
                 dropout: float = 0.5, layout: str = 'interleaved', camera: Sequence[float] = (0.9, 0.0, 0.0),
                 init_cfg: dict = None) -> None:
        super().__init__(init_cfg)
        if not 2 <= num_joints <= NUM_JOINTS:
            raise ValueError(f'CLIFFHead num_joints={num_joints} is not in 2..{NUM_JOINTS}')
        self.sizes, self.steps, self.layout = (6 * num_joints, num_betas, 3), steps, layout
        self.fc1 = nn.Linear(in_dim + sum(self.sizes), dim)
        self.fc2 = nn.Linear(dim, dim)
        self.dropout = nn.Dropout(dropout)
        self.pose, self.shape, self.camera = (small_linear(dim, size) for size in self.sizes)
        rest = torch.diag_embed(torch.ones(num_joints, 3))
        rest[0, 1:] *= -1  # upright and facing the camera, see FACING_CAMERA
        self.register_buffer('init_pose', matrix_to_sixd(rest, layout).flatten())
        self.register_buffer('init_betas', torch.zeros(num_betas))
        self.register_buffer('init_camera', torch.tensor(camera, dtype=torch.float32))

    def forward(self, hidden: Tensor) -> Dict[str, Tensor]:
        pose, betas, camera = self.regress(hidden)
        with float32_region(hidden):
            rotations = sixd_to_matrix(pose.unflatten(1, (-1, 6)), self.layout)
            hands = torch.eye(3, device=pose.device).expand(len(pose), NUM_BODY_JOINTS + 1 - rotations.shape[1], 3, 3)
            return dict(global_orient=rotations[:, 0], body_pose=torch.cat([rotations[:, 1:], hands], 1), betas=betas,
                        camera=camera)

    def regress(self, hidden: Tensor) -> Sequence[Tensor]:
        """Hidden state -> 6D pose (B,6*num_joints), betas (B,num_betas), camera (B,3), float32."""
        estimate = torch.cat([self.init_pose, self.init_betas, self.init_camera]).expand(len(hidden), -1)
        for _ in range(self.steps):
            x = self.dropout(self.fc1(torch.cat([hidden, estimate.to(hidden.dtype)], 1)))
            x = self.dropout(self.fc2(x))
            estimate = estimate + torch.cat([self.pose(x), self.shape(x), self.camera(x)], 1).float()
        return estimate.split(self.sizes, 1)
