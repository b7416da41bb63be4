import numpy as np
import pytest

from ajahr_mm.anatomy.keypoints import HMR44, LIMB12, LIMB12_IN_HMR44
from ajahr_mm.datasets.transforms import DetectorKeypoints

CLEAN = dict(noise_ratio=0, drop_prob=0, hallucinate_prob=0, all_dropped_prob=0)
WRIST = LIMB12.index('left_wrist')


def record(index=0, absent=()):
    points = np.zeros((44, 3), np.float32)
    points[:, :2] = np.random.default_rng(0).uniform(60, 200, (44, 2))
    points[:, 2] = 1
    for name in absent:
        points[HMR44.index(name)] = 0
    return dict(keypoints_2d=points, projected_2d=np.zeros((44, 3), np.float32), crop_size=256, sample_idx=index)


def many(transform, absent=(), count=400):
    return np.stack([transform(record(i, absent))['input_keypoints'] for i in range(count)])


@pytest.fixture(autouse=True)
def seed():
    np.random.seed(0)


def test_a_perfect_detector_reports_the_truth():
    data = record(absent=['left_wrist'])
    points = DetectorKeypoints(**CLEAN)(data)['input_keypoints']
    np.testing.assert_array_equal(points, data['keypoints_2d'][list(LIMB12_IN_HMR44)])
    np.testing.assert_array_equal(points[WRIST], 0)
    assert points.dtype == np.float32


def test_hidden_joints_are_mostly_reported_and_absent_ones_are_not():
    data = record(absent=['left_wrist', 'right_wrist'])
    data['projected_2d'][HMR44.index('left_wrist')] = [80, 90, 1]  # hidden; the right one does not exist
    reports = np.stack([DetectorKeypoints(**{**CLEAN, 'hidden_prob': 0.8}, seed=i, deterministic=True)(dict(data))[
        'input_keypoints'] for i in range(400)])
    found = reports[:, WRIST, 2] > 0
    assert abs(found.mean() - 0.8) < 0.06
    np.testing.assert_array_equal(reports[found, WRIST, :2], [[80, 90]] * found.sum())
    assert (reports[found, WRIST, 2] < 1).all() and not reports[:, LIMB12.index('right_wrist')].any()


@pytest.mark.parametrize('ratio', [0.25, 0.5, 1])
def test_noise_ratio_and_size(ratio):
    truth = record()['keypoints_2d'][list(LIMB12_IN_HMR44)]
    moved = many(DetectorKeypoints(**{**CLEAN, 'noise_ratio': ratio}, jitter_std=4)) - truth
    noisy = np.abs(moved[..., :2]).max(-1) > 0
    assert abs(noisy.mean() - ratio) < 0.03
    assert abs(moved[..., :2][noisy].std() - 4) < 0.2


def test_dropped_and_all_dropped():
    dropped = many(DetectorKeypoints(**{**CLEAN, 'drop_prob': 0.2}))[..., 2] == 0
    assert abs(dropped.mean() - 0.2) < 0.02
    everything = (many(DetectorKeypoints(**{**CLEAN, 'all_dropped_prob': 0.3})) == 0).all((1, 2))
    assert abs(everything.mean() - 0.3) < 0.07


def test_hallucinations_are_inside_low_and_near_the_body():
    absent = ['left_elbow', 'left_wrist']
    points = many(DetectorKeypoints(**{**CLEAN, 'hallucinate_prob': 0.5}), absent)[:, WRIST]
    made_up = points[:, 2] > 0
    assert abs(made_up.mean() - 0.5) < 0.08
    np.testing.assert_array_equal(points[~made_up], 0)
    made_up = points[made_up]
    assert (made_up[:, 2] >= 0.1).all() and (made_up[:, 2] <= 0.6).all()
    assert ((made_up[:, :2] >= 0) & (made_up[:, :2] < 256)).all()
    assert made_up[:, :2].std(0).min() > 5  # not always the same mistake


def test_no_hallucination_without_its_probability():
    points = many(DetectorKeypoints(hallucinate_prob=0), ['left_wrist'])
    assert not points[:, WRIST].any()


def test_deterministic_per_sample():
    transform = DetectorKeypoints(deterministic=True, seed=3)
    np.random.seed(1)
    first = many(transform, ['left_wrist'], 20)
    np.random.seed(2)
    state = np.random.get_state()[1].copy()
    np.testing.assert_array_equal(many(transform, ['left_wrist'], 20), first)
    np.testing.assert_array_equal(np.random.get_state()[1], state)  # leaves the global generator alone
    assert not np.array_equal(first[0], first[1])
    assert not np.array_equal(many(DetectorKeypoints(deterministic=True, seed=4), ['left_wrist'], 20), first)


def test_nobody_in_the_picture():
    data = record()
    data['keypoints_2d'][:] = 0
    points = DetectorKeypoints(**{**CLEAN, 'hallucinate_prob': 1})(data)['input_keypoints']
    assert (points[:, 2] > 0).any() and ((points[:, :2] >= 0) & (points[:, :2] < 256)).all()
