"""The adversarial prior of HMR and HMR2: predictions shall pass for motion capture (Kanazawa et al., CVPR 2018)."""
from typing import Dict

import numpy as np
import torch
from mmengine.dist import get_rank
from mmengine.model import BaseModule
from torch import Tensor
from torch.func import functional_call

from ajahr_mm.anatomy.skeleton import NUM_BODY_JOINTS
from ajahr_mm.geometry.rotations import axis_angle_to_matrix
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.safe_load import load_npz
from ajahr_mm.registry import MODELS


@MODELS.register_module()
class PoseAdversary(BaseModule):
    """Predicted bodies (B) -> what they lose by not passing for real, and what the discriminator loses.

    Both terms come from one forward pass and go into one sum: the first flows through the discriminator without touching
    it, the second sees the predictions detached. One optimiser over both sides then takes exactly the steps that two
    would take in turn, because neither step changes what the other is computed from; so checkpoints, mixed precision and
    several processes need nothing special. ``paramwise_cfg=dict(custom_keys=dict(adversary=dict(lr_mult=…)))`` gives it a
    learning rate of its own; a ``clip_grad`` would clip both sides together.

    Args:
        poses: npz of real bodies: ``body_pose`` (N,69), or (N,72) with the root first, axis-angle, and ``betas`` (N,10).
        weight: of both terms.
        real_ratio: real bodies for each predicted one. Their term is divided by B all the same, as in HMR2, where it
            thus weighs twice as much.
        discriminator: config of a ``PoseDiscriminator``.
        seed: of the draw, which also depends on the process and on the number of calls; that is part of the state.

    Raises:
        UserError: the file is missing, or lacks a column.
    """

    def __init__(self, poses: str, weight: float = 5e-4, real_ratio: int = 2, discriminator: dict = None,
                 seed: int = 0) -> None:
        super().__init__()
        self.discriminator = MODELS.build(discriminator or dict(type='PoseDiscriminator'))
        self.weight, self.real_ratio, self.seed = weight, real_ratio, seed
        pose, betas = _read(poses)
        self.register_buffer('real_pose', pose, persistent=False)
        self.register_buffer('real_betas', betas, persistent=False)
        self.register_buffer('calls', torch.tensor(0))

    def forward(self, pred: Dict[str, Tensor]) -> Dict[str, Tensor]:
        """``body_pose`` (B,23,3,3) and ``betas`` (B,10) -> ``loss_adversarial`` and ``loss_discriminator``."""
        pose, betas = pred['body_pose'], pred['betas']
        still = {name: value.detach() for name, value in self.discriminator.named_parameters()}
        judged = functional_call(self.discriminator, still, (pose, betas))
        fake = self.discriminator(pose.detach(), betas.detach())
        real = self.discriminator(*self.draw(self.real_ratio * len(pose)))
        scale = self.weight / len(pose)
        return dict(loss_adversarial=scale * (judged - 1).square().sum(),
                    loss_discriminator=scale * (fake.square().sum() + (real - 1).square().sum()))

    @torch.no_grad()
    def draw(self, count: int) -> tuple:
        """Rotations (count,23,3,3) and betas (count,10) of real bodies."""
        generator = torch.Generator().manual_seed(self.seed + int(self.calls) + 1_000_000_007 * get_rank())
        self.calls += 1
        rows = torch.randint(len(self.real_pose), (count,), generator=generator).to(self.real_pose.device)
        return axis_angle_to_matrix(self.real_pose[rows].unflatten(1, (NUM_BODY_JOINTS, 3))), self.real_betas[rows]


def _read(path: str) -> tuple:
    table = load_npz(path)
    absent = [name for name in ('body_pose', 'betas') if name not in table]
    if absent:
        raise UserError(f'{path} lacks the columns {", ".join(absent)}; give poses with shapes, such as the '
                        'annotations.npz of a training split.')
    pose, betas = (torch.from_numpy(np.array(table[name], np.float32)) for name in ('body_pose', 'betas'))
    if pose.ndim != 2 or pose.shape[1] not in (69, 72) or len(pose) != len(betas) or not len(pose):
        raise UserError(f'{path}: body_pose is {tuple(pose.shape)} and betas {tuple(betas.shape)}, expected (N,69) or '
                        '(N,72) and (N,10).')
    return pose[:, -3 * NUM_BODY_JOINTS:].contiguous(), betas
