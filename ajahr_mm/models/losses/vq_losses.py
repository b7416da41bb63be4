"""What a pose tokenizer must reconstruct (paper Sec. 3.3.2, Eq. 5)."""
from typing import Dict, Optional

import torch
from mmengine.model import BaseModule
from torch import Tensor

from ajahr_mm.anatomy.skeleton import NUM_TOKEN_JOINTS
from ajahr_mm.registry import MODELS

VERTEX_WEIGHTINGS = ('uniform', 'area')


@MODELS.register_module()
class PoseReconstructionLosses(BaseModule):
    """Eq. 5: the mixed l2 loss over vertices, joints and pose, the codebook term and the commitment term.

    The paper gives lambda_mix = 100 for the three parts together. Its ancestor TokenHMR has ``pose=20``,
    ``vertex_weighting='area'`` and ``body_joints_only=True``.

    Args:
        pose, joints, vertices: shares of lambda_mix; 0 leaves a term out (and spares the mesh, for ``vertices``).
        commitment: lambda_com.
        codebook: lambda_cb; acts on codecs with ``learning='gradient'``, moving averages need no term.
        vertex_weighting: 'uniform', or 'area': each vertex counts by the size of the faces around it.
        body_joints_only: compare SMPL joints 1..21 only, those that have tokens.
    """

    def __init__(self, pose: float = 100.0, joints: float = 100.0, vertices: float = 100.0, commitment: float = 1.0,
                 codebook: float = 1.0, vertex_weighting: str = 'uniform', body_joints_only: bool = False) -> None:
        super().__init__()
        if vertex_weighting not in VERTEX_WEIGHTINGS:
            raise ValueError(f'vertex_weighting {vertex_weighting!r} is not one of {VERTEX_WEIGHTINGS}')
        self.weights = dict(pose=pose, joints=joints, vertices=vertices, commitment=commitment, codebook=codebook)
        self.vertex_weighting, self.body_joints_only = vertex_weighting, body_joints_only

    def forward(self, rotations: Tensor, target_rotations: Tensor, joints: Tensor, target_joints: Tensor,
                vertices: Optional[Tensor], target_vertices: Optional[Tensor], commitment: Tensor,
                codebook: Optional[Tensor] = None, vertex_weight: Optional[Tensor] = None) -> Dict[str, Tensor]:
        """Rotations (B,21,3,3), joints (B,24,3) and vertices (B,V,3) in metres -> weighted terms by name.

        ``commitment`` and ``codebook`` come from the quantiser, ``vertex_weight`` (V,) from :func:`area_weights`.
        """
        compared = slice(1, 1 + NUM_TOKEN_JOINTS) if self.body_joints_only else slice(None)
        terms = dict(pose=(rotations - target_rotations).square().mean(),
                     joints=(joints - target_joints)[:, compared].square().mean(), commitment=commitment)
        if codebook is not None:
            terms['codebook'] = codebook
        if self.weights['vertices']:
            error = (vertices - target_vertices).square()
            terms['vertices'] = (error if vertex_weight is None else error * vertex_weight[:, None]).mean()
        return {f'loss_{name}': self.weights[name] * value for name, value in terms.items() if self.weights[name]}


def area_weights(vertices: Tensor, faces: Tensor) -> Tensor:
    """Vertices (V,3) and faces (F,3) of a body at rest -> (V,): areas of the faces around each vertex.

    The areas are first brought to 0..1 over all faces; the sums are not normalised, as in TokenHMR. Raises ValueError
    for faces of another mesh.
    """
    if int(faces.max()) >= len(vertices):
        raise ValueError("vertex_weighting='area' needs the whole body: leave out vertex_ids")
    a, b, c = vertices[faces].unbind(1)
    area = torch.linalg.cross(b - a, c - a).norm(dim=1)
    area = (area - area.min()) / (area.max() - area.min())
    return torch.zeros_like(vertices[:, 0]).index_add_(0, faces.flatten(), area.repeat_interleave(3))
