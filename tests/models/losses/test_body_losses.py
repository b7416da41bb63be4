"""The regression terms of Eq. 6."""
import numpy as np
import pytest
import torch

from ajahr_mm.anatomy.keypoints import PELVIS, missing_keypoints
from ajahr_mm.anatomy.limbs import classes_to_extent, missing_joints
from ajahr_mm.geometry.rotations import axis_angle_to_matrix
from ajahr_mm.models import BodyLosses
from ajahr_mm.structures import BodySample


@pytest.fixture
def gt(make_samples):
    return BodySample.stack(make_samples(4))


@pytest.fixture
def pred():
    return dict(global_orient=axis_angle_to_matrix(torch.randn(4, 3)),
                body_pose=axis_angle_to_matrix(torch.randn(4, 23, 3)), betas=torch.randn(4, 10),
                keypoints_3d=torch.randn(4, 44, 3), keypoints_2d=256 * torch.rand(4, 44, 2))


def oracle(pred, gt, distance, space, emphasis):
    """Every term from its definition, in float64 numpy, for one sample after the other."""
    p, g = ({k: v.numpy().astype(np.float64) for k, v in d.items()} for d in (pred, gt))
    size = {'l1': np.abs, 'l2': np.square}[distance]
    terms = np.zeros((4, 4))
    for b in range(4):
        rows = slice(0, 2) if space == 'sixd' else slice(0, 3)
        joints = np.where(missing_joints(g['limb_extent'][b]), emphasis, 1.0)
        points = np.where(missing_keypoints(g['limb_extent'][b]), emphasis, 1.0)
        for j in range(24):
            a, t = ((d['global_orient'][b] if j == 0 else d['body_pose'][b, j - 1])[rows] for d in (p, g))
            terms[b, 0] += joints[j] * ((a - t) ** 2).sum()
        terms[b, 1] = ((p['betas'][b] - g['betas'][b]) ** 2).sum()
        for k in range(44):
            error = (p['keypoints_3d'][b, k] - p['keypoints_3d'][b, PELVIS]) - (
                g['keypoints_3d'][b, k, :3] - g['keypoints_3d'][b, PELVIS, :3])
            terms[b, 2] += points[k] * g['keypoints_3d'][b, k, 3] * size(error).sum()
            error = (p['keypoints_2d'][b, k] - g['keypoints_2d'][b, k, :2]) / 256
            terms[b, 3] += max(g['keypoints_2d'][b, k, 2], 0) * size(error).sum()
    return terms


@pytest.mark.parametrize('distance', ['l1', 'l2'])
@pytest.mark.parametrize('space', ['sixd', 'matrix'])
@pytest.mark.parametrize('reduction', ['mean', 'sum'])
def test_terms_match_numpy(pred, gt, distance, space, reduction):
    gt['keypoints_2d'][:, ::3, 2], gt['keypoints_3d'][:, 1::4, 3] = 0.0, 0.5
    terms = BodyLosses(distance=distance, pose_space=space, reduction=reduction, amputee_weight=3.0)(pred, gt)
    expected = oracle(pred, gt, distance, space, 3.0)
    expected = (expected.mean(0) if reduction == 'mean' else expected.sum(0)) * [1e-3, 5e-4, 5e-2, 1e-2]  # paper Eq. 6
    names = ['loss_pose', 'loss_betas', 'loss_keypoints_3d', 'loss_keypoints_2d']
    assert list(terms) == names
    np.testing.assert_allclose([terms[name].item() for name in names], expected, rtol=1e-5)


def test_absent_2d_points_get_exactly_no_gradient_while_their_3d_points_do(pred, gt):
    absent = missing_keypoints(gt['limb_extent'])
    assert absent.any()
    gt['keypoints_2d'][absent] = 0.0
    gt['keypoints_2d'][0, 5] = torch.tensor([0.0, 0.0, -1.0])  # the release's mark must not reward errors
    pred['keypoints_2d'][absent] = float('inf')                # nor may a point behind the camera spoil the rest
    for name in ('keypoints_2d', 'keypoints_3d'):
        pred[name].requires_grad_()
    terms = BodyLosses()(pred, gt)
    assert terms['loss_keypoints_2d'].isfinite()
    sum(terms.values()).backward()
    gradient = pred['keypoints_2d'].grad
    assert gradient[absent].eq(0).all() and gradient[0, 5].eq(0).all()
    assert gradient[~absent].abs().sum(-1).gt(0).sum() == (~absent).sum() - 1
    assert pred['keypoints_3d'].grad[absent].abs().sum(-1).gt(0).all()


def test_amputated_regions_weigh_more_and_intact_people_as_before(pred, gt):
    light, heavy = (BodyLosses(amputee_weight=w, reduction='sum') for w in (1.0, 2.0))
    intact = {**gt, 'limb_extent': torch.full((4, 4), 3.0)}
    assert all(torch.equal(light(pred, intact)[k], heavy(pred, intact)[k]) for k in light(pred, intact))
    difference = heavy(pred, gt)['loss_pose'] - light(pred, gt)['loss_pose']
    lost = {**gt, 'limb_extent': classes_to_extent(torch.tensor([[0] * 4, [1, 0, 0, 0]] * 2))}
    assert difference > 0 and torch.equal(lost['limb_extent'], gt['limb_extent'])
    for name in ('loss_betas', 'loss_keypoints_2d'):
        assert torch.equal(heavy(pred, gt)[name], light(pred, gt)[name])


@pytest.mark.parametrize('flag, name', [('has_pose', 'loss_pose'), ('has_betas', 'loss_betas')])
def test_unlabelled_parameters_do_not_count(pred, gt, flag, name):
    gt[flag] = torch.tensor([0.0, 0, 0, 1])
    alone = BodyLosses(reduction='sum')({k: v[3:] for k, v in pred.items()}, {k: v[3:] for k, v in gt.items()})
    torch.testing.assert_close(BodyLosses(reduction='sum')(pred, gt)[name], alone[name])


def test_3d_points_are_compared_relative_to_the_pelvis(pred, gt):
    moved = {**pred, 'keypoints_3d': pred['keypoints_3d'] + torch.randn(4, 1, 3)}
    terms = [BodyLosses()(body, gt)['loss_keypoints_3d'] for body in (moved, pred)]
    torch.testing.assert_close(*terms)
    gt['keypoints_3d'][:, PELVIS, 3] = 0
    assert BodyLosses()(pred, gt)['loss_keypoints_3d'] == 0


def test_the_root_may_have_a_weight_of_its_own(pred, gt):
    whole = BodyLosses(pose=1.0)(pred, gt)['loss_pose']
    split = BodyLosses(pose=1.0, global_orient=3.0)(pred, gt)
    torch.testing.assert_close(split['loss_pose'] + split['loss_global_orient'] / 3, whole)
    root = (pred['global_orient'] - gt['global_orient'])[:, :2].square().sum((1, 2)).mean()
    torch.testing.assert_close(split['loss_global_orient'], 3 * root)


def test_occluded_is_not_amputated(pred, gt):
    """A hidden limb has no 2D label either, but nobody may learn harder, or less, from it."""
    intact = {**gt, 'limb_extent': torch.full((4, 4), 3.0), 'keypoints_2d': gt['keypoints_2d'].clone()}
    hidden = missing_keypoints(classes_to_extent(torch.tensor([[0, 2, 0, 0]] * 4)))
    intact['keypoints_2d'][hidden] = 0.0
    losses, plain = BodyLosses(amputee_weight=5.0), BodyLosses(amputee_weight=1.0)
    for name in ('loss_pose', 'loss_keypoints_3d'):
        assert torch.equal(losses(pred, intact)[name], plain(pred, intact)[name])
        amputee = {**intact, 'limb_extent': classes_to_extent(torch.tensor([[0, 2, 0, 0]] * 4))}
        assert losses(pred, amputee)[name] > plain(pred, amputee)[name]


def test_terms_without_weight_are_left_out_and_unknown_words_refused(pred, gt):
    assert set(BodyLosses(pose=0, betas=0)(pred, gt)) == {'loss_keypoints_3d', 'loss_keypoints_2d'}
    for wrong in (dict(distance='l3'), dict(pose_space='quaternion'), dict(reduction='none')):
        with pytest.raises(ValueError, match='is not one of'):
            BodyLosses(**wrong)
