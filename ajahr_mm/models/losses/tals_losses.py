"""Threshold-adaptive loss scaling: labels that are only estimates shall not pull once they are nearly met (TokenHMR)."""
from typing import Dict, Optional, Sequence

import torch
from torch import Tensor

from ajahr_mm.models.losses.body_losses import BodyLosses, all_rotations, error_2d
from ajahr_mm.registry import MODELS

#: Squared 2D error, in crops, of each of the 44 keypoints, up to which a label may be wrong (Dwivedi et al., CVPR 2024).
ERROR_2D = (
    .0085024, .00648666, .00747825, .01103439, .01355629, .00741691, .01096735, .01414461, .00974212, .01127469, .01663222,
    .00564927, .01126335, .01615757, .00532595, .00829731, .00831497, .00737241, .00743286, .00543739, .00550524, .00535504,
    .00565414, .00581685, .00573041, .00554029, .01515258, .00986267, .00997563, .01519944, .00511402, .01288267, .01105894,
    .00710525, .00709785, .01092387, .01388091, .00648326, .00766487, .00931454, .00646622, .00677057, .00744011, .00752381)
#: The same in radians for the rotations of SMPL joints 1..23, and for the root.
ANGLE = (
    .273709, .26481161, .1838198, .41490657, .37521194, .20793171, .24905021, .33887333, .14481062, .35632194, .34944217,
    .30542146, .32835298, .33110567, .34813467, .36357761, .40062272, .43493496, .4400709, .78017052, .7375746, .24927082,
    .24966981)
ROOT_ANGLE = 0.46
ANGLE_SCALE = 0.8  # on the joints, not on the root


@MODELS.register_module()
class TALSLosses(BodyLosses):
    """:class:`BodyLosses` that hold back where a doubtful label is met within its own error.

    2D points and rotations nearer to their label than the threshold count ``loose_weight``. Sets that are not trusted
    teach 3D points only where the 2D point is still far off, and no shape. Defaults beyond that are TokenHMR's: absolute
    keypoint errors, matrices, sums over the batch.

    Args:
        loose_weight: of what is near enough.
        trusted: names of datasets with exact 3D labels (``dataset_name`` of a sample). TokenHMR trusts Human3.6M and BEDLAM;
            A3D is exact too, and its absent 2D points must not take the 3D points with them.
        others: see :class:`BodyLosses`.
    """

    def __init__(self, pose: float = 1e-3, betas: float = 5e-4, keypoints_3d: float = 5e-2, keypoints_2d: float = 1e-2,
                 global_orient: Optional[float] = None, distance: str = 'l1', pose_space: str = 'matrix',
                 amputee_weight: float = 1.0, reduction: str = 'sum', loose_weight: float = 0.05,
                 trusted: Sequence[str] = ('a3d', 'bedlam', 'h36m')) -> None:
        super().__init__(pose, betas, keypoints_3d, keypoints_2d, global_orient, distance, pose_space, amputee_weight,
                         reduction)
        self.loose_weight, self.trusted = loose_weight, frozenset(trusted)
        self.register_buffer('error_2d', torch.tensor(ERROR_2D), persistent=False)
        angle = torch.cat([torch.tensor([ROOT_ANGLE]), ANGLE_SCALE * torch.tensor(ANGLE)])
        self.register_buffer('angle', angle, persistent=False)

    @torch.no_grad()
    def trust(self, pred: Dict[str, Tensor], gt: Dict[str, Tensor], crop_size: float) -> Dict[str, Tensor]:
        """As in the base class; ``gt['dataset_names']`` tells where each of the B samples is from."""
        trust = super().trust(pred, gt, crop_size)
        exact = torch.tensor([name in self.trusted for name in gt['dataset_names']], device=trust['betas'].device)[:, None]
        confidence = trust['keypoints_2d']
        far = confidence * error_2d(pred, gt, crop_size).square().sum(-1) > self.error_2d
        wrong = rotation_angle(all_rotations(pred), all_rotations(gt)) > self.angle
        return dict(
            keypoints_2d=confidence * self._loosen(far), pose=trust['pose'] * self._loosen(wrong | exact),
            keypoints_3d=trust['keypoints_3d'] * (exact | far & (confidence > 0.5)), betas=trust['betas'] * exact[:, 0])

    def _loosen(self, strict: Tensor) -> Tensor:
        return torch.where(strict, 1.0, self.loose_weight)


def rotation_angle(first: Tensor, second: Tensor) -> Tensor:
    """Angle (…) in radians between rotations (…,3,3)."""
    cosine = ((first * second).sum((-2, -1)) - 1) / 2
    return cosine.clamp(-1, 1).acos()
