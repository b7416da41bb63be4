"""A stick figure in place of a body model: independent of body_models, small, with joints and vertices that move."""
from types import SimpleNamespace

import pytest
import torch

from ajahr_mm.anatomy.limbs import missing_joints
from ajahr_mm.anatomy.skeleton import PARENTS
from ajahr_mm.registry import BODY_MODELS


class StickBody(torch.nn.Module):
    """24 joints by plain forward kinematics; two vertices beside each joint; keypoints 20..43 are the joints."""

    num_betas = 10

    def __init__(self):
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        self.register_buffer('bones', torch.rand(24, 3, generator=generator) * 0.3 - 0.15)
        self.register_buffer('skin', torch.rand(24, 2, 3, generator=generator) * 0.1 - 0.05)
        self.part_labels = torch.arange(24).repeat_interleave(2)
        self.calls = 0

    def forward(self, global_orient, body_pose, betas, transl=None, limb_extent=None, amputation='collapse'):
        self.calls += 1
        bones = self.bones * (1 + 0.1 * betas[:, :1, None])
        local = torch.cat([global_orient[:, None], body_pose], 1)
        missing = missing_joints(limb_extent)
        local = torch.where(missing[..., None, None], torch.zeros_like(local), local)
        turns, places = [local[:, 0]], [bones[:, 0]]
        for joint in range(1, 24):
            parent = PARENTS[joint]
            places.append(places[parent] + (turns[parent] @ bones[:, joint, :, None])[..., 0])
            turns.append(turns[parent] @ local[:, joint])
        joints = torch.stack(places, 1)
        skin = torch.einsum('bjrc,jvc->bjvr', torch.stack(turns, 1), self.skin)
        return SimpleNamespace(
            vertices=(joints[:, :, None] + skin).flatten(1, 2), joints=joints,
            keypoints=torch.cat([joints[:, :20], joints], 1), joint_present=~missing,
            keypoint_present=torch.cat([~missing[:, :20], ~missing], 1))


BODY_MODELS.register_module(name='StickBody', module=StickBody, force=True)


@pytest.fixture
def stick_body():
    return StickBody()
