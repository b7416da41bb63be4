"""The four regression terms of the mesh network (paper Eq. 6); the fifth, of the limbs, belongs to BPAC-Net."""
from typing import Dict

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
        distance: of the keypoints, 'l2' (the paper: squared error) or 'l1' (its ancestors HMR2 and TokenHMR).
        pose_space: 'sixd' (the paper) or 'matrix' (its ancestors); always squared error.
        amputee_weight: factor on joints and 3D keypoints of lost parts, "increasing loss for amputated regions" (Sec.
            3.3.1, role 1 of BPAC-Net). The paper gives no number.
        reduction: over the batch, 'mean' or the releases' 'sum'.
    """

    def __init__(self, pose: float = 1e-3, betas: float = 5e-4, keypoints_3d: float = 5e-2,
                 keypoints_2d: float = 1e-2, distance: str = 'l2', pose_space: str = 'sixd',
                 amputee_weight: float = 2.0, reduction: str = 'mean') -> None:
        super().__init__()
        for value, allowed in ((distance, ('l2', 'l1')), (pose_space, ('sixd', 'matrix')),
                               (reduction, ('mean', 'sum'))):
            if value not in allowed:
                raise ValueError(f'{value!r} is not one of {allowed}')
        self.weights = dict(pose=pose, betas=betas, keypoints_3d=keypoints_3d, keypoints_2d=keypoints_2d)
        self.distance, self.pose_space = distance, pose_space
        self.amputee_weight, self.reduction = amputee_weight, reduction

    def forward(self, pred: Dict[str, Tensor], gt: Dict[str, Tensor], crop_size: float = 256) -> Dict[str, Tensor]:
        """Weighted terms by name.

        ``pred``: ``global_orient`` (B,3,3), ``body_pose`` (B,23,3,3), ``betas`` (B,10), ``keypoints_3d`` (B,44,3),
        ``keypoints_2d`` (B,44,2) crop px. ``gt``: the fields of ``BodySample.gt``, batched.
        """
        terms = dict(pose=self._pose(pred, gt), betas=self._betas(pred, gt), keypoints_3d=self._keypoints_3d(pred, gt),
                     keypoints_2d=self._keypoints_2d(pred, gt, crop_size))
        return {f'loss_{name}': self.weights[name] * self._reduce(value)
                for name, value in terms.items() if self.weights[name]}

    def _pose(self, pred: Dict[str, Tensor], gt: Dict[str, Tensor]) -> Tensor:
        error = (self._vectors(pred) - self._vectors(gt)).square().sum(-1)
        return (error * self._emphasis(missing_joints(gt['limb_extent']))).sum(1) * gt['has_pose']

    def _vectors(self, body: Dict[str, Tensor]) -> Tensor:
        """(B,24,6) or (B,24,9)."""
        rotations = torch.cat([body['global_orient'][:, None], body['body_pose']], 1)
        return matrix_to_sixd(rotations) if self.pose_space == 'sixd' else rotations.flatten(2)

    @staticmethod
    def _betas(pred: Dict[str, Tensor], gt: Dict[str, Tensor]) -> Tensor:
        return (pred['betas'] - gt['betas']).square().sum(1) * gt['has_betas']

    def _keypoints_3d(self, pred: Dict[str, Tensor], gt: Dict[str, Tensor]) -> Tensor:
        points, target = pred['keypoints_3d'], gt['keypoints_3d']
        pelvis = target[:, PELVIS, None]
        error = points - points[:, PELVIS, None] - (target[..., :3] - pelvis[..., :3])
        # Without a pelvis the other points have no origin.
        weight = target[..., 3].clamp_min(0) * (pelvis[..., 3] > 0)
        return self._distance(error, weight * self._emphasis(missing_keypoints(gt['limb_extent'])))

    def _keypoints_2d(self, pred: Dict[str, Tensor], gt: Dict[str, Tensor], crop_size: float) -> Tensor:
        error = (pred['keypoints_2d'] - gt['keypoints_2d'][..., :2]) / crop_size
        # The release marks absent points with confidence -1, which must not reward errors.
        return self._distance(error, gt['keypoints_2d'][..., 2].clamp_min(0))

    def _distance(self, error: Tensor, weight: Tensor) -> Tensor:
        """(B,N,d), (B,N) -> (B,). Errors without weight are cut out, not multiplied: 0 x infinity is not 0."""
        error = torch.where(weight[..., None] > 0, error, torch.zeros_like(error))
        each = error.abs() if self.distance == 'l1' else error.square()
        return (each.sum(-1) * weight).sum(1)

    def _emphasis(self, missing: Tensor) -> Tensor:
        return 1 + (self.amputee_weight - 1) * missing.float()

    def _reduce(self, per_sample: Tensor) -> Tensor:
        return per_sample.mean() if self.reduction == 'mean' else per_sample.sum()
