"""Keypoint sets by name: posed bodies, absent limbs, regressors on shapes and SMPL files that bring no tables."""
import numpy as np
import pytest
import torch

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.keypoint_sets import KEYPOINT_SETS
from ajahr_mm.body_models.assets import OPEN_BODY, load_body
from ajahr_mm.body_models.body_model import BodyModel
from ajahr_mm.body_models.named_keypoints import keypoint_regressor, keypoints_of


def t_posed(body, betas):
    eye = torch.eye(3)
    return body(eye.expand(len(betas), 3, 3), eye.expand(len(betas), 23, 3, 3), betas)


@pytest.mark.parametrize('name', KEYPOINT_SETS)
@pytest.mark.parametrize('source', ['open', 'synthetic'])
def test_regressor_agrees_with_the_body_on_any_shape(name, source, open_body, smpl_path):
    body = open_body if source == 'open' else BodyModel(smpl_path)
    betas = torch.randn(8, 10, generator=torch.Generator().manual_seed(3))
    out = t_posed(body, betas)
    points, present = keypoints_of(out, name)
    regressor = keypoint_regressor(load_body('open' if source == 'open' else smpl_path), name)
    expected = np.einsum('kv,bvd->bkd', regressor, out.vertices.double().numpy())
    assert np.abs(points.numpy() - expected).max() < 1e-5 and present.all()


@pytest.mark.parametrize('name', ['hmr44', 'coco17', 'h36m17', 'tokens21'])
def test_packaged_regressors_are_those_of_the_body(name):
    with np.load(OPEN_BODY) as raw:
        np.testing.assert_allclose(raw[f'J_regressor_{name}'], keypoint_regressor(load_body('open'), name), atol=1e-7)


def test_regressors_stay_near_the_bones_of_bent_bodies(open_body, pose):
    """Skin is not bone: a few centimetres at bent joints, nothing at landmarks."""
    out = open_body(*pose(16, seed=7))
    points, _ = keypoints_of(out, 'coco17')
    regressor = keypoint_regressor(load_body('open'), 'coco17')
    off = np.linalg.norm(np.einsum('kv,bvd->bkd', regressor, out.vertices.double().numpy()) - points.numpy(), axis=-1)
    assert off[:, :5].max() < 1e-5 and 0.001 < off[:, 5:].mean() < 0.02


def test_absent_points_are_told_apart(open_body, pose):
    extent = torch.tensor([[3., 3, 3, 3], [1.4, 3, 3, 2], [3, 0, 0.5, 3]])
    out = open_body(*pose(3, seed=8), limb_extent=extent, amputation='stump', with_vertices=False)
    for name, chosen in KEYPOINT_SETS.items():
        points, present = keypoints_of(out, name)
        assert points.shape == (3, len(chosen.names), 3) and present[0].all()
        assert torch.isfinite(points[present]).all()
    assert torch.equal(keypoints_of(out, 'smpl24')[1], ~limbs.missing_joints(extent))
    lost = {n for n, there in zip(KEYPOINT_SETS['h36m17'].names, keypoints_of(out, 'h36m17')[1][2]) if not there}
    assert lost == {'right_shoulder', 'right_elbow', 'right_wrist', 'left_knee', 'left_ankle'}
