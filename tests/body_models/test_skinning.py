"""Skinning against a slow, plain numpy version, and against finite differences."""
import numpy as np
import pytest
import torch

from ajahr_mm.anatomy.skeleton import PARENTS
from ajahr_mm.body_models import skinning


def slow(rotations, joints, points, weights):
    """One body: world rotations, posed joints and points, joint by joint and vertex by vertex."""
    world, posed = [rotations[0]], [joints[0]]
    for j in range(1, 24):
        parent = PARENTS[j]
        world.append(world[parent] @ rotations[j])
        posed.append(posed[parent] + world[parent] @ (joints[j] - joints[parent]))
    skinned = [sum(w * (world[j] @ (p - joints[j]) + posed[j]) for j, w in enumerate(row))
               for p, row in zip(points, weights)]
    return np.stack(world), np.stack(posed), np.stack(skinned)


@pytest.fixture
def case():
    rng = np.random.default_rng(3)
    rotations = rng.normal(size=(2, 24, 3, 3))  # any matrices: skinning must not re-normalise
    rotations[0, 16] = 0
    weights = rng.random((7, 24))
    return rotations, rng.normal(size=(2, 24, 3)), rng.normal(size=(2, 7, 3)), weights / weights.sum(1, keepdims=True)


def test_matches_the_slow_version(case):
    rotations, joints, points, weights = (torch.from_numpy(c) for c in case)
    world, posed = skinning.forward_kinematics(rotations, joints)
    skinned = skinning.skin(points.transpose(1, 2), weights.T, skinning.skinning_transforms(world, posed, joints))
    for b in range(2):
        expected = slow(*(c[b] for c in case[:3]), case[3])
        for got, want in zip((world, posed, skinned), expected):
            np.testing.assert_allclose(got[b], want, rtol=1e-9, atol=1e-9)


def test_gradients(case):
    rotations, joints, points, weights = (torch.from_numpy(c) for c in case)

    def posed(rotations, joints, points):
        world, moved = skinning.forward_kinematics(rotations, joints)
        return skinning.skin(points.transpose(1, 2), weights.T, skinning.skinning_transforms(world, moved, joints)), moved

    inputs = [t.requires_grad_() for t in (rotations, joints, points)]
    assert torch.autograd.gradcheck(posed, inputs, fast_mode=True)
    assert torch.autograd.gradgradcheck(posed, inputs, fast_mode=True)


def test_batch_in_pieces_is_the_batch_in_one(case, monkeypatch):
    _, _, points, weights = (torch.from_numpy(c) for c in case)
    points, transforms = points.repeat(3, 1, 1).transpose(1, 2), torch.randn(6, 24, 3, 4, dtype=torch.float64)
    results = []
    for cache in (1, 2 * 12 * 7 * 8, 1e9):  # one body at a time, two, all
        monkeypatch.setattr(skinning, 'CACHE_BYTES', cache)
        inputs = [t.clone().requires_grad_() for t in (points, transforms)]
        moved = skinning.skin(inputs[0], weights.T, inputs[1])
        moved.square().sum().backward()
        results.append([moved.detach(), *(t.grad for t in inputs)])
    for other in results[1:]:
        for a, b in zip(results[0], other):
            torch.testing.assert_close(a, b)


def test_blend_is_base_plus_directions():
    base, directions, coefficients = torch.rand(1, 12), torch.rand(5, 12), torch.rand(2, 5)
    got = skinning.blend(base, directions, coefficients)
    torch.testing.assert_close(got, (base + coefficients @ directions).view(2, 3, 4))


def test_pose_feature_of_a_zeroed_joint_is_minus_identity_unless_silenced():
    rotations = torch.eye(3).repeat(1, 24, 1, 1)
    rotations[:, 5] = 0
    plain = skinning.pose_feature(rotations).view(23, 3, 3)
    torch.testing.assert_close(plain[4], -torch.eye(3))
    assert plain.abs().sum() == 3
    keep = torch.ones(1, 24)
    keep[:, 5] = 0
    assert skinning.pose_feature(rotations, keep).abs().sum() == 0
