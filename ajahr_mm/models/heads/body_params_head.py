"""Everything about the body but its pose: global orientation, shape, camera (paper Sec. 3.3, the 'other branches')."""
from typing import Dict, Sequence

import torch
from mmengine.model import BaseModule
from torch import Tensor

from ajahr_mm.geometry.rotations import matrix_to_sixd, sixd_to_matrix
from ajahr_mm.models.heads.base import small_linear
from ajahr_mm.models.precision import float32_region
from ajahr_mm.registry import MODELS

#: Body space has y up, camera space y down: half a turn about x makes a person stand upright and face the camera.
FACING_CAMERA = torch.diag(torch.tensor([1.0, -1.0, -1.0]))


@MODELS.register_module()
class BodyParamsHead(BaseModule):
    """Hidden state (B,dim) -> ``global_orient`` (B,3,3), ``betas`` (B,num_betas), ``camera`` (B,3) = s, tx, ty.

    Each is a linear read-out added to an initial value, which is kept in a buffer and travels with the weights.

    Args:
        dim: width of the hidden state.
        num_betas: shape coefficients.
        layout: of the 6D orientation: 'row' (TokenHMR, AJAHR) or 'column' (HMR2).
        camera: initial s, tx, ty.
    """

    def __init__(self, dim: int = 1024, num_betas: int = 10, layout: str = 'row',
                 camera: Sequence[float] = (0.9, 0.0, 0.0), init_cfg: dict = None) -> None:
        super().__init__(init_cfg)
        self.layout = layout
        self.orient = small_linear(dim, 6)
        self.shape = small_linear(dim, num_betas)
        self.camera = small_linear(dim, 3)
        # A copy: the rows of a matrix are a view of it, and loading a checkpoint writes into buffers.
        self.register_buffer('init_orient', matrix_to_sixd(FACING_CAMERA, layout).clone())
        self.register_buffer('init_betas', torch.zeros(num_betas))
        self.register_buffer('init_camera', torch.tensor(camera, dtype=torch.float32))

    def forward(self, hidden: Tensor) -> Dict[str, Tensor]:
        orient, betas, camera = self.orient(hidden), self.shape(hidden), self.camera(hidden)
        with float32_region(hidden):
            return dict(global_orient=sixd_to_matrix(orient.float() + self.init_orient, self.layout),
                        betas=betas.float() + self.init_betas, camera=camera.float() + self.init_camera)
