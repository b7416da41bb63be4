"""The four regression terms of the mesh network (paper Eq. 6); the fifth, of the limbs, belongs to BPAC-Net."""
from typing import Dict, Optional

import torch
from mmengine.model import BaseModule
from torch import Tensor

from ajahr_mm.anatomy.keypoints import PELVIS, missing_keypoints
from ajahr_mm.anatomy.limbs import missing_joints
from ajahr_mm.geometry.rotations import matrix_to_sixd
from ajahr_mm.registry import MODELS


@MODELS.register_module()
class BodyLosses(BaseModule):
    """Pose, shape, 3D and 2D keypoints. Each term is summed over joints and coordinates of a sample.

    2D points are in crop units (-0.5..0.5 is the crop), 3D points in metres relative to the pelvis. Points without
    confidence (absent, occluded, unlabelled) get a gradient of exactly zero. The pose of a lost limb stays supervised:
    it is known in the data, and the tokenizer's prior needs it (paper Sec. 3.2).

    Args:
        pose, betas, keypoints_3d, keypoints_2d: the weights of Eq. 6; 0 leaves a term out.
        global_orient: weight of the root's rotation in a term of its own; None counts it with the pose.
        distance: of the keypoints, 'l2' (the paper: squared error) or 'l1' (its ancestors HMR2 and TokenHMR).
        pose_space: 'sixd' (the paper) or 'matrix' (its ancestors); always squared error.
        amputee_weight: factor on joints and 3D keypoints of lost parts, "increasing loss for amputated regions" (Sec.
            3.3.1, role 1 of BPAC-Net). The paper gives no number.
        reduction: over the batch, 'mean' or the releases' 'sum'.
    """

    def __init__(self, pose: float = 1e-3, betas: float = 5e-4, keypoints_3d: float = 5e-2,
                 keypoints_2d: float = 1e-2, global_orient: Optional[float] = None, distance: str = 'l2',
                 pose_space: str = 'sixd', amputee_weight: float = 2.0, reduction: str = 'mean') -> None:
        super().__init__()
        for value, allowed in ((distance, ('l2', 'l1')), (pose_space, ('sixd', 'matrix')),
                               (reduction, ('mean', 'sum'))):
            if value not in allowed:
                raise ValueError(f'{value!r} is not one of {allowed}')
        self.weights = dict(pose=pose, betas=betas, keypoints_3d=keypoints_3d, keypoints_2d=keypoints_2d,
                            global_orient=global_orient)
        self.distance, self.pose_space = distance, pose_space
        self.amputee_weight, self.reduction = amputee_weight, reduction

    def forward(self, pred: Dict[str, Tensor], gt: Dict[str, Tensor], crop_size: float = 256) -> Dict[str, Tensor]:
        """Weighted terms by name.

        ``pred``: ``global_orient`` (B,3,3), ``body_pose`` (B,23,3,3), ``betas`` (B,10), ``keypoints_3d`` (B,44,3),
        ``keypoints_2d`` (B,44,2) crop px. ``gt``: the fields of ``BodySample.gt``, batched.
        """
        trust = self.trust(pred, gt, crop_size)
        pose = (self._vectors(pred) - self._vectors(gt)).square().sum(-1) * trust['pose']
        pelvis = [points[:, PELVIS, None, :3] for points in (pred['keypoints_3d'], gt['keypoints_3d'])]
        error_3d = pred['keypoints_3d'] - pelvis[0] - (gt['keypoints_3d'][..., :3] - pelvis[1])
        terms = dict(
            pose=pose.sum(1), betas=(pred['betas'] - gt['betas']).square().sum(1) * trust['betas'],
            keypoints_3d=self._distance(error_3d, trust['keypoints_3d']),
            keypoints_2d=self._distance(error_2d(pred, gt, crop_size), trust['keypoints_2d']))
        if self.weights['global_orient'] is not None:
            terms.update(pose=pose[:, 1:].sum(1), global_orient=pose[:, 0])
        return {f'loss_{name}': self.weights[name] * self._reduce(value)
                for name, value in terms.items() if self.weights[name]}

    def trust(self, pred: Dict[str, Tensor], gt: Dict[str, Tensor], crop_size: float) -> Dict[str, Tensor]:
        """How much each part of each sample counts: ``pose`` (B,24), ``betas`` (B,), keypoints (B,44), without gradient."""
        points = gt['keypoints_3d'][..., 3].clamp_min(0)
        return dict(
            pose=gt['has_pose'][:, None] * self._emphasis(missing_joints(gt['limb_extent'])), betas=gt['has_betas'],
            # Without a pelvis the other points have no origin.
            keypoints_3d=points * (points[:, PELVIS, None] > 0) * self._emphasis(missing_keypoints(gt['limb_extent'])),
            # The release marks absent points with confidence -1, which must not reward errors.
            keypoints_2d=gt['keypoints_2d'][..., 2].clamp_min(0))

    def _vectors(self, body: Dict[str, Tensor]) -> Tensor:
        """(B,24,6) or (B,24,9)."""
        rotations = all_rotations(body)
        return matrix_to_sixd(rotations) if self.pose_space == 'sixd' else rotations.flatten(2)

    def _distance(self, error: Tensor, weight: Tensor) -> Tensor:
        """(B,N,d), (B,N) -> (B,). Errors without weight are cut out, not multiplied: 0 x infinity is not 0."""
        error = torch.where(weight[..., None] > 0, error, torch.zeros_like(error))
        each = error.abs() if self.distance == 'l1' else error.square()
        return (each.sum(-1) * weight).sum(1)

    def _emphasis(self, missing: Tensor) -> Tensor:
        return 1 + (self.amputee_weight - 1) * missing.float()

    def _reduce(self, per_sample: Tensor) -> Tensor:
        return per_sample.mean() if self.reduction == 'mean' else per_sample.sum()


def all_rotations(body: Dict[str, Tensor]) -> Tensor:
    """Rotations (B,24,3,3) of a body: the root's, then those of the other joints."""
    return torch.cat([body['global_orient'][:, None], body['body_pose']], 1)


def error_2d(pred: Dict[str, Tensor], gt: Dict[str, Tensor], crop_size: float) -> Tensor:
    """Displacement (B,44,2) of the 2D points in crops."""
    return (pred['keypoints_2d'] - gt['keypoints_2d'][..., :2]) / crop_size
