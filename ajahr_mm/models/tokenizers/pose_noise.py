"""Poses with one body part turned a little, for a tokenizer that shall see through noise."""
from typing import Sequence

import torch
from mmengine.model import BaseModule
from torch import Tensor

from ajahr_mm.anatomy.limbs import CHAINS
from ajahr_mm.anatomy.skeleton import NUM_TOKEN_JOINTS
from ajahr_mm.geometry.rotations import axis_angle_to_matrix
from ajahr_mm.registry import MODELS


def _part_masks() -> Tensor:
    """(5,21) bool over SMPL joints 1..21: the four limbs, and the trunk with the head."""
    masks = torch.zeros(5, NUM_TOKEN_JOINTS, dtype=torch.bool)
    for limb, chain in enumerate(CHAINS):
        masks[limb, [joint - 1 for joint in chain if joint <= NUM_TOKEN_JOINTS]] = True
    masks[4] = ~masks[:4].any(0)
    return masks


@MODELS.register_module()
class PoseNoise(BaseModule):
    """Rotations (B,21,3,3) -> the same, with the joints of one body part turned at random in some of the samples.

    The ancestor of the paper's tokenizer announces this and writes the noise into a copy, so that it does nothing; here
    it does. The clean pose stays the target. The draw depends on ``seed`` and on the number of calls, which is part of
    the state: a resumed run repeats it.

    Args:
        share: of the samples that get noise.
        scales: standard deviation of the turn about each axis, rad, one for each stage; the last one stays.
        stage: calls in a stage.
        seed: of the draws.
    """

    def __init__(self, share: float = 0.5, scales: Sequence[float] = (0.01, 0.05, 0.1, 0.1, 0.5, 0.5),
                 stage: int = 5000, seed: int = 0) -> None:
        super().__init__()
        self.share, self.scales, self.stage, self.seed = share, tuple(scales), stage, seed
        self.register_buffer('parts', _part_masks(), persistent=False)
        self.register_buffer('calls', torch.tensor(0))

    def forward(self, rotations: Tensor) -> Tensor:
        batch, calls = len(rotations), int(self.calls)
        generator = torch.Generator().manual_seed(self.seed + calls)
        turn = torch.randn(batch, NUM_TOKEN_JOINTS, 3, generator=generator)
        part = torch.randint(len(self.parts), (batch,), generator=generator)
        noisy = torch.rand(batch, generator=generator) < self.share
        self.calls += 1
        scale = self.scales[min(calls // self.stage, len(self.scales) - 1)]
        where = self.parts[part.to(rotations.device)] & noisy.to(rotations.device)[:, None]
        turn = axis_angle_to_matrix(scale * turn.to(rotations)) @ rotations
        return torch.where(where[..., None, None], turn, rotations)
