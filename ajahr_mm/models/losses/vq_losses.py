"""What a pose tokenizer must reconstruct (paper Sec. 3.3.2, Eq. 5)."""
from typing import Dict, Optional

from mmengine.model import BaseModule
from torch import Tensor

from ajahr_mm.registry import MODELS


@MODELS.register_module()
class PoseReconstructionLosses(BaseModule):
    """The mixed l2 loss over vertices, joints and pose, and the commitment term of Eq. 5.

    The codebook term of Eq. 5 has no gradient here: the codes are moving averages (see ``EMAQuantizer``). The paper
    gives lambda_mix = 100 for the three parts together; the option file of its ancestor TokenHMR has 20, 100, 100.

    Args:
        pose, joints, vertices, commitment: weights; 0 leaves a term out (and spares the mesh, for ``vertices``).
    """

    def __init__(self, pose: float = 100.0, joints: float = 100.0, vertices: float = 100.0,
                 commitment: float = 1.0) -> None:
        super().__init__()
        self.weights = dict(pose=pose, joints=joints, vertices=vertices, commitment=commitment)

    def forward(self, rotations: Tensor, target_rotations: Tensor, joints: Tensor, target_joints: Tensor,
                vertices: Optional[Tensor], target_vertices: Optional[Tensor], commitment: Tensor) -> Dict[str, Tensor]:
        """Rotations (B,21,3,3), joints (B,J,3) and vertices (B,V,3) in metres -> weighted terms by name."""
        terms = dict(pose=(rotations - target_rotations).square().mean(),
                     joints=(joints - target_joints).square().mean(), commitment=commitment)
        if self.weights['vertices']:
            terms['vertices'] = (vertices - target_vertices).square().mean()
        return {f'loss_{name}': self.weights[name] * value for name, value in terms.items() if self.weights[name]}
