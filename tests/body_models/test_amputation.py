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
