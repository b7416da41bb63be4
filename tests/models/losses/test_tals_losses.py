"""Threshold-adaptive loss scaling against its definition."""
import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from ajahr_mm.anatomy.keypoints import PELVIS
from ajahr_mm.geometry.rotations import axis_angle_to_matrix
from ajahr_mm.models import TALSLosses
from ajahr_mm.models.losses.tals_losses import ANGLE, ERROR_2D, rotation_angle
from ajahr_mm.structures import BodySample

NAMES = ['bedlam', 'coco', 'a3d', '']


@pytest.fixture
def gt(make_samples):
    gt = BodySample.stack(make_samples(4))
    gt['keypoints_2d'][:, ::5, 2] = 0.4
    gt['keypoints_2d'][:, 1::7, 2] = 0.0
    gt['has_pose'] = torch.tensor([1.0, 1, 1, 0])
    return {**gt, 'dataset_names': NAMES}


@pytest.fixture
def pred(gt):
    """Near the labels, so that both sides of every threshold occur."""
    turn = axis_angle_to_matrix(0.25 * torch.randn(4, 24, 3))
    return dict(global_orient=turn[:, 0] @ gt['global_orient'], body_pose=turn[:, 1:] @ gt['body_pose'],
                betas=torch.randn(4, 10), keypoints_3d=torch.randn(4, 44, 3),
                keypoints_2d=gt['keypoints_2d'][..., :2] + 256 * 0.07 * torch.randn(4, 44, 2))


def oracle(pred, gt, loose, trusted):
    """One sample and one joint after the other, in float64 numpy."""
    p = {k: v.numpy().astype(np.float64) for k, v in pred.items()}
    g = {k: v.numpy().astype(np.float64) for k, v in gt.items() if k != 'dataset_names'}
    total, seen = dict(pose=0.0, betas=0.0, keypoints_3d=0.0, keypoints_2d=0.0), set()
    for b, name in enumerate(gt['dataset_names']):
        exact = name in trusted
        for j in range(24):
            a, t = ((d['global_orient'][b] if j == 0 else d['body_pose'][b, j - 1]) for d in (p, g))
            angle = Rotation.from_matrix(a @ t.T).magnitude()
            wrong = angle > (0.46 if j == 0 else 0.8 * ANGLE[j - 1])
            seen.add(('pose', wrong, exact))
            total['pose'] += g['has_pose'][b] * (1 if wrong or exact else loose) * ((a - t) ** 2).sum()
        total['betas'] += exact * ((p['betas'][b] - g['betas'][b]) ** 2).sum()
        for k in range(44):
            error = (p['keypoints_2d'][b, k] - g['keypoints_2d'][b, k, :2]) / 256
            confidence = g['keypoints_2d'][b, k, 2]
            far = confidence * (error ** 2).sum() > ERROR_2D[k]
            seen.add(('2d', far, exact))
            total['keypoints_2d'] += confidence * (1 if far else loose) * np.abs(error).sum()
            if exact or (far and confidence > 0.5):
                error = (p['keypoints_3d'][b, k] - p['keypoints_3d'][b, PELVIS]) - (
                    g['keypoints_3d'][b, k, :3] - g['keypoints_3d'][b, PELVIS, :3])
                total['keypoints_3d'] += np.abs(error).sum()
    return total, seen


@pytest.mark.parametrize('trusted', [('a3d', 'bedlam', 'h36m'), ('bedlam',), ()])
def test_terms_match_numpy(pred, gt, trusted):
    terms = TALSLosses(loose_weight=0.05, trusted=trusted)(pred, gt)
    expected, seen = oracle(pred, gt, 0.05, trusted)
    assert {case[:2] for case in seen} == {(kind, side) for kind in ('pose', '2d') for side in (True, False)}
    weights = dict(pose=1e-3, betas=5e-4, keypoints_3d=5e-2, keypoints_2d=1e-2)
    for name, value in expected.items():
        assert terms[f'loss_{name}'].item() == pytest.approx(weights[name] * value, rel=1e-5), name


def test_labels_are_left_as_they_were(pred, gt):
    before = {name: value.clone() for name, value in gt.items() if name != 'dataset_names'}
    TALSLosses()(pred, gt)
    assert all(torch.equal(gt[name], value) for name, value in before.items())


def test_with_full_weight_and_trust_it_is_the_plain_loss(pred, gt):
    from ajahr_mm.models import BodyLosses
    options = dict(distance='l1', pose_space='matrix', reduction='sum', amputee_weight=3.0)
    loose = TALSLosses(loose_weight=1.0, trusted=set(NAMES), **options)(pred, gt)
    plain = BodyLosses(**options)(pred, gt)
    assert loose.keys() == plain.keys() and all(torch.equal(loose[name], plain[name]) for name in plain)


def test_tables_have_one_threshold_a_joint():
    assert len(ERROR_2D) == 44 and len(ANGLE) == 23


def test_angle_against_scipy():
    first, second = Rotation.random(50, random_state=0), Rotation.random(50, random_state=1)
    matrices = [torch.from_numpy(rotation.as_matrix()) for rotation in (first, second)]
    np.testing.assert_allclose(rotation_angle(*matrices), (first * second.inv()).magnitude(), atol=1e-6)
