import numpy as np
import pytest
import torch
from mmengine.evaluator import Evaluator
from mmengine.structures import BaseDataElement
from scipy.spatial.transform import Rotation

from ajahr_mm.anatomy import limbs
from ajahr_mm.evaluation import BodyMetric
from ajahr_mm.io.errors import UserError
from ajahr_mm.structures import BodySample

NAMES = ('mpjpe', 'pa_mpjpe', 'mve')


def pose(seed, spread=0.5):
    turns = Rotation.from_rotvec(np.random.default_rng(seed).normal(0, spread, (24, 3))).as_matrix()
    return torch.from_numpy(turns).float()


def person(seed, label=12, said=12, error=0.2, classifier=True, has_pose=1.0):
    """Ground truth with one label, and a prediction that is off by ``error`` and says another label."""
    true, extent = pose(seed), torch.tensor(3 - limbs.label_to_classes(label)).float()
    guess = true @ pose(seed + 1000, error) if error else true
    sample = BodySample(metainfo=dict(sample_id=f'test/{seed}'))
    sample.gt = BaseDataElement(global_orient=true[0], body_pose=true[1:], betas=torch.full((10,), 0.3),
                                has_pose=torch.tensor(has_pose), limb_extent=extent)
    sample.pred = BaseDataElement(global_orient=guess[0], body_pose=guess[1:], betas=torch.full((10,), 0.3))
    if classifier:
        sample.pred.limb_extent = torch.tensor(3 - limbs.label_to_classes(said)).float()
    return sample


def evaluate(samples, batch=3, **kwargs):
    """Through MMEngine's Evaluator, as in a test loop."""
    evaluator = Evaluator(BodyMetric(body=dict(type='StickBody'), **kwargs))
    for start in range(0, len(samples), batch):
        evaluator.process(data_samples=samples[start:start + batch], data_batch=None)
    return evaluator.evaluate(len(samples))


def by_hand(body, sample, extent, indices=range(24)):
    """(mpjpe, mve) in mm, one body at a time in numpy."""
    def build(part, reach):
        out = body(part.global_orient[None], part.body_pose[None], part.betas[None], limb_extent=reach[None])
        return out.joints[0].numpy(), out.vertices[0].numpy()
    (a, av), (b, bv) = build(sample.pred, extent), build(sample.gt, sample.gt.limb_extent)
    joints = [np.linalg.norm((a[j] - a[0]) - (b[j] - b[0])) for j in indices]
    return 1000 * np.mean(joints), 1000 * np.linalg.norm((av - a[0]) - (bv - b[0]), axis=1).mean()


def test_a_perfect_prediction_has_no_error():
    metrics = evaluate([person(i, label=i, said=i, error=0) for i in range(13)])
    assert set(metrics) == {f'{p}/{n}' for p in ('gt_labels', 'predicted_labels') for n in NAMES} | {'mpjpe'}
    assert all(value < 1e-2 for value in metrics.values())


def test_both_protocols_are_the_means_of_a_loop(stick_body):
    samples = [person(i, label=i, said=(i * 5) % 13) for i in range(7)]
    metrics = evaluate(samples)
    for protocol, extents in (('gt_labels', [s.gt.limb_extent for s in samples]),
                              ('predicted_labels', [s.pred.limb_extent for s in samples])):
        expected = np.mean([by_hand(stick_body, s, e) for s, e in zip(samples, extents)], axis=0)
        np.testing.assert_allclose([metrics[f'{protocol}/mpjpe'], metrics[f'{protocol}/mve']], expected, rtol=1e-5)
    assert metrics['mpjpe'] == metrics['gt_labels/mpjpe']
    assert metrics['gt_labels/pa_mpjpe'] < metrics['gt_labels/mpjpe']


def test_wrong_limbs_cost_only_under_predicted_labels():
    metrics = evaluate([person(i, label=2, said=5, error=0) for i in range(3)])
    assert metrics['gt_labels/mpjpe'] < 1e-2 < 5 < metrics['predicted_labels/mpjpe']


def test_without_a_classifier_the_prediction_stays_intact(stick_body):
    samples = [person(i, label=2, classifier=False) for i in range(3)]
    metrics = evaluate(samples)
    expected = np.mean([by_hand(stick_body, s, torch.full((4,), 3.0)) for s in samples], axis=0)
    assert metrics['predicted_labels/mpjpe'] == pytest.approx(expected[0], rel=1e-5)


def test_missing_joints_can_be_left_out(stick_body):
    sample = person(0, label=2)  # whole right arm
    present = [j for j in range(24) if j not in (17, 19, 21, 23)]
    metrics = evaluate([sample], count_missing=False, protocols=['gt_labels'])
    assert metrics['gt_labels/mpjpe'] == pytest.approx(by_hand(stick_body, sample, sample.gt.limb_extent, present)[0],
                                                       rel=1e-5)
    assert metrics['gt_labels/mve'] != pytest.approx(evaluate([sample])['gt_labels/mve'])


@pytest.mark.parametrize('joints', ['smpl24', 'smpl24_hips', 'eval14', 'hmr44'])
def test_joint_sets(joints):
    metrics = evaluate([person(0, label=2)], joints=joints)
    assert metrics['gt_labels/mpjpe'] > metrics['gt_labels/pa_mpjpe'] > 0


def test_joint_sets_differ():
    assert len({evaluate([person(0)], joints=j)['mpjpe'] for j in ('smpl24', 'smpl24_hips', 'eval14')}) == 3


def test_breakdown():
    samples = [person(i, label=12 if i % 2 else 3) for i in range(5)]
    metrics = evaluate(samples, breakdown=True)
    assert metrics['gt_labels/intact/mve'] == pytest.approx(evaluate(samples[1::2])['gt_labels/mve'])
    assert metrics['gt_labels/amputee/mve'] == pytest.approx(evaluate(samples[::2])['gt_labels/mve'])
    assert 'gt_labels/amputee/mve' not in evaluate(samples[1::2], breakdown=True)


def test_batch_size_and_padding_do_not_matter():
    samples = [person(i, label=i) for i in range(7)]
    expected = evaluate(samples, batch=7)
    assert evaluate(samples, batch=2) == pytest.approx(expected)
    evaluator = Evaluator(BodyMetric(body=dict(type='StickBody')))
    evaluator.process(data_samples=samples + samples[:1], data_batch=None)  # a rank that was padded to equal length
    assert evaluator.evaluate(7) == pytest.approx(expected)


def test_people_without_a_pose_do_not_count():
    samples = [person(0), person(1, error=2.0, has_pose=0.0)]
    assert evaluate(samples) == pytest.approx(evaluate(samples[:1]))
    with pytest.raises(UserError, match='has_pose'):
        evaluate(samples[1:])


def test_prefix():
    assert 'a3d/gt_labels/mve' in evaluate([person(0)], prefix='a3d')


def test_refusals():
    with pytest.raises(UserError, match="joints='coco'"):
        BodyMetric(body=dict(type='StickBody'), joints='coco')
    with pytest.raises(UserError, match='protocols'):
        BodyMetric(body=dict(type='StickBody'), protocols=['gt'])
    broken = person(4)
    broken.pred.betas = torch.full((10,), torch.nan)
    with pytest.raises(UserError, match='predicted betas of sample test/4 is not finite'):
        evaluate([person(3), broken])
    bare = BodySample(metainfo=dict(sample_id='test/5'), gt=broken.gt)
    with pytest.raises(UserError, match="sample test/5 has no 'pred'"):
        evaluate([bare])
