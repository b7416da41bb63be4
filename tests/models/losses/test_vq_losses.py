"""The weighted terms of tokenizer training."""
import pytest
import torch

from ajahr_mm.models import PoseReconstructionLosses


def test_terms_and_weights():
    r, j, v = torch.randn(2, 2, 21, 3, 3), torch.randn(2, 2, 24, 3), torch.randn(2, 2, 50, 3)
    terms = PoseReconstructionLosses(pose=20, joints=100, vertices=10, commitment=0.5)(
        r[0], r[1], j[0], j[1], v[0], v[1], torch.tensor(3.0))
    expected = {name: w * ((a[0] - a[1]).numpy() ** 2).mean()
                for name, w, a in (('loss_pose', 20, r), ('loss_joints', 100, j), ('loss_vertices', 10, v))}
    assert set(terms) == {*expected, 'loss_commitment'} and terms['loss_commitment'] == 1.5
    assert all(terms[name].item() == pytest.approx(value, rel=1e-5) for name, value in expected.items())


def test_terms_without_weight_are_left_out_and_need_no_mesh():
    r, j = torch.zeros(2, 21, 3, 3), torch.zeros(2, 24, 3)
    terms = PoseReconstructionLosses(vertices=0, commitment=0)(r, r, j, j, None, None, torch.tensor(1.0))
    assert set(terms) == {'loss_pose', 'loss_joints'}
