"""Collapse: literal zero matrices on the joints of the paper's table."""
import numpy as np
import pytest
import torch

from ajahr_mm.anatomy import limbs
from ajahr_mm.body_models import amputation
from ajahr_mm.io import UserError


@pytest.mark.parametrize('label', range(12))
def test_zeroed_joints_are_those_of_the_limb_table(label):
    extent = torch.from_numpy(limbs.classes_to_extent(limbs.label_to_classes(label)))[None]
    lost = (amputation.kept_joints(extent)[0] == 0).nonzero()[:, 0].tolist()
    assert lost == sorted(limbs.zeroed_joints(*limbs.label_to_limb(label)))


def test_partly_kept_segments_count_as_lost_and_limbs_add_up():
    extent = torch.tensor([[1.4, 3, 2.99, 0.]])
    assert (amputation.kept_joints(extent)[0] == 0).nonzero()[:, 0].tolist() == [2, 5, 7, 8, 10, 11, 18, 20, 22]
    assert (amputation.kept_joints(torch.full((2, 4), 3.)) == 1).all()


def test_joints_agree_with_the_limb_classes_everywhere():
    rng = np.random.default_rng(0)
    extent = np.concatenate([rng.uniform(0, 3, (50, 4)), rng.integers(0, 4, (50, 4))]).astype(np.float32)
    kept = amputation.kept_joints(torch.from_numpy(extent)).numpy()
    for row, classes in zip(kept, limbs.extent_to_classes(extent)):
        expected = {j for limb, c in enumerate(classes) for j in limbs.zeroed_joints(limb, int(c))}
        assert set(np.flatnonzero(row == 0)) == expected


def test_collapse_writes_zeros_and_stops_gradients_there():
    rotations = torch.randn(1, 24, 3, 3, generator=torch.Generator().manual_seed(0)).requires_grad_()
    kept = amputation.kept_joints(torch.tensor([[3., 3., 1., 3.]]))
    out = amputation.collapse(rotations, kept)
    assert (out[:, [4, 7, 10]] == 0).all() and torch.equal(out[:, 1], rotations[:, 1])
    out.sum().backward()
    assert (rotations.grad[:, [4, 7, 10]] == 0).all() and (rotations.grad[:, 5] == 1).all()


@pytest.mark.parametrize('extent, message', [
    (torch.full((2, 3), 3.), 'was expected'), (torch.full((1, 4), 3.), 'was expected'),
    (torch.tensor([[3., 3, 3, 3.1]] * 2), 'outside'), (torch.tensor([[3., -0.1, 3, 3]] * 2), 'outside'),
    (torch.tensor([[3., float('nan'), 3, 3]] * 2), 'outside')])
def test_wrong_extents_are_refused(extent, message):
    with pytest.raises(UserError, match=message):
        amputation.check_extent(extent, 2)


def test_shape_alone_can_be_checked():
    amputation.check_extent(torch.full((2, 4), 9.), 2, values=False)


def test_lost_joints_do_not_bend_and_whole_limbs_bend_exactly():
    extent = torch.cat([torch.rand(200, 4, generator=torch.Generator().manual_seed(0)) * 3, torch.full((1, 4), 3.)])
    alive = amputation.alive(extent)
    assert (alive[limbs.missing_joints(extent)] == 0).all() and (alive[-1] == 1).all()
    assert (alive[:, [0, 3, 6, 9, 12, 13, 14, 15]] == 1).all() and ((0 <= alive) & (alive <= 1)).all()


def test_stiffened_joints_move_with_the_last_one_that_bends():
    transforms = torch.randn(1, 24, 3, 4, generator=torch.Generator().manual_seed(1))
    out = amputation.stiffen(transforms, amputation.alive(torch.tensor([[1.4, 3., 0., 2.]])))
    assert torch.equal(out[:, [20, 22]], transforms[:, [18, 18]])
    assert torch.equal(out[:, [1, 4, 7, 10]], transforms[:, [0] * 4])
    assert torch.equal(out[:, [8, 11]], transforms[:, [5, 5]])
    others = [j for j in range(24) if j not in (20, 22, 1, 4, 7, 10, 8, 11)]
    assert torch.equal(out[:, others], transforms[:, others])


def test_only_lost_joints_are_pinned():
    extent = torch.tensor([[1.4, 3., 0., 2.7]])
    transforms = torch.eye(3, 4).repeat(1, 24, 1, 1)
    transforms[..., 3] = torch.tensor([0., 0., 10.])
    joints, ends = torch.zeros(1, 24, 3), torch.arange(1., 5.)[None, :, None].expand(1, 4, 3)
    out = amputation.pin(joints, transforms, ends, extent)
    assert (out[0, [20, 22]] == torch.tensor([1., 1., 11.])).all()
    assert (out[0, [1, 4, 7, 10]] == torch.tensor([3., 3., 13.])).all()
    assert (out != 0).any(-1).sum() == 6


def test_collapsed_limbs_show_whole_segments():
    extent = torch.tensor([[3., 2.7, 1.4, 0.]])
    shown = amputation.collapsed_extent(extent)
    torch.testing.assert_close(shown, torch.tensor([[3., 2., 1., 0.]]))
    missing = limbs.missing_joints(shown)[0]
    assert missing[23] and not missing[21]            # of a partial hand the wrist is there, the hand is not
    assert missing[[7, 10]].all() and not missing[4]  # of a transtibial limb the knee
    torch.testing.assert_close(amputation.smoothstep(torch.tensor([-1., 0., 0.5, 1., 2.])), torch.tensor([0, 0, 0.5, 1, 1]))
