"""Noise that, unlike its ancestor's, reaches the pose."""
import copy

import pytest
import torch

from ajahr_mm.models import PoseNoise
from ajahr_mm.models.tokenizers.pose_noise import _part_masks


@pytest.fixture
def poses(rotations):
    return rotations.repeat(200, 1, 1, 1)


def turned(before, after):
    """Angle in radians by which each joint was turned (B,21)."""
    trace = (after @ before.mT).diagonal(dim1=-2, dim2=-1).sum(-1)
    return ((trace.double() - 1) / 2).clamp(-1, 1).acos()


def test_one_body_part_of_half_of_the_samples_is_turned(poses):
    changed = (PoseNoise(scales=[0.5])(poses) != poses).any(-1).any(-1)
    noisy = changed.any(1)
    assert noisy.float().mean() == pytest.approx(0.5, abs=0.05)
    parts = {tuple(row.tolist()) for row in changed[noisy]}
    assert parts == {tuple(row.tolist()) for row in _part_masks()}


def test_parts_divide_the_body():
    assert _part_masks().sum(0).eq(1).all() and sorted(_part_masks().sum(1).tolist()) == [3, 3, 4, 4, 7]


@pytest.mark.parametrize('calls, scale', [(0, 0.01), (9, 0.01), (10, 0.05), (59, 0.5), (1000, 0.5)])
def test_turns_are_proper_rotations_of_the_size_of_the_stage(poses, calls, scale):
    noise = PoseNoise(stage=10)
    noise.calls.fill_(calls)
    out = noise(poses)
    torch.testing.assert_close(out @ out.mT, torch.eye(3).expand_as(out), atol=1e-5, rtol=0)
    angle = turned(poses, out)
    # The angle of a small turn is chi-distributed: its mean square is 3 scale^2.
    assert (angle[angle > 1e-3] ** 2).mean().sqrt().item() == pytest.approx(scale * 3 ** 0.5, rel=0.05)


def test_draws_differ_from_call_to_call_and_repeat_from_the_state(poses):
    noise = PoseNoise(scales=[0.5])
    noise(poses)
    resumed = PoseNoise(scales=[0.5])
    resumed.load_state_dict(copy.deepcopy(noise.state_dict()))
    torch.manual_seed(5)  # the global generator has no part in it
    second, third = noise(poses), noise(poses)
    assert torch.equal(resumed(poses), second) and not torch.equal(third, second)
