"""The weighted terms of tokenizer training."""
import numpy as np
import pytest
import torch

from ajahr_mm.models import PoseReconstructionLosses
from ajahr_mm.models.losses.vq_losses import area_weights


@pytest.fixture
def reconstruction():
    r, j, v = torch.randn(2, 2, 21, 3, 3), torch.randn(2, 2, 24, 3), torch.randn(2, 2, 50, 3)
    return r[0], r[1], j[0], j[1], v[0], v[1]


def mean_square(a, b):
    return ((a - b).numpy().astype(np.float64) ** 2).mean()


def test_defaults_are_the_papers(reconstruction):
    terms = PoseReconstructionLosses()(*reconstruction, torch.tensor(3.0), torch.tensor(2.0))
    expected = {f'loss_{name}': 100 * mean_square(*reconstruction[2 * i:2 * i + 2])  # lambda_mix
                for i, name in enumerate(('pose', 'joints', 'vertices'))}
    expected.update(loss_commitment=3.0, loss_codebook=2.0)  # lambda_com, lambda_cb = 1
    assert set(terms) == set(expected)
    assert all(terms[name].item() == pytest.approx(value, rel=1e-5) for name, value in expected.items())


def test_weights(reconstruction):
    terms = PoseReconstructionLosses(pose=20, joints=0, vertices=10, commitment=0.5)(*reconstruction, torch.tensor(3.0))
    assert set(terms) == {'loss_pose', 'loss_vertices', 'loss_commitment'} and terms['loss_commitment'] == 1.5
    assert terms['loss_pose'].item() == pytest.approx(20 * mean_square(*reconstruction[:2]), rel=1e-5)
    assert terms['loss_vertices'].item() == pytest.approx(10 * mean_square(*reconstruction[4:]), rel=1e-5)


def test_terms_without_weight_are_left_out_and_need_no_mesh():
    r, j = torch.zeros(2, 21, 3, 3), torch.zeros(2, 24, 3)
    terms = PoseReconstructionLosses(vertices=0, commitment=0)(r, r, j, j, None, None, torch.tensor(1.0))
    assert set(terms) == {'loss_pose', 'loss_joints'}


def test_the_ancestors_way(reconstruction):
    r, r2, j, j2, v, v2 = reconstruction
    weight = torch.rand(50)
    losses = PoseReconstructionLosses(vertex_weighting='area', body_joints_only=True)
    terms = losses(*reconstruction, torch.tensor(0.0), vertex_weight=weight)
    weighted = ((v - v2).numpy().astype(np.float64) ** 2 * weight.numpy()[:, None]).mean()
    assert terms['loss_vertices'].item() == pytest.approx(100 * weighted, rel=1e-5)
    assert terms['loss_joints'].item() == pytest.approx(100 * mean_square(j[:, 1:22], j2[:, 1:22]), rel=1e-5)
    with pytest.raises(ValueError, match="'volume'"):
        PoseReconstructionLosses(vertex_weighting='volume')


def test_area_weights_are_the_sums_of_the_scaled_areas_around_a_vertex():
    vertices = torch.tensor([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, -3, 0], [2, 0, 0]])
    faces = torch.tensor([[0, 1, 2], [0, 1, 3], [1, 4, 2]])  # areas 1/2, 3/2, 1/2
    assert area_weights(vertices, faces).tolist() == [1.0, 1.0, 0.0, 1.0, 0.0]
    assert area_weights(vertices * 7, faces).tolist() == [1.0, 1.0, 0.0, 1.0, 0.0]
    with pytest.raises(ValueError, match='whole body'):
        area_weights(vertices[:4], faces)
