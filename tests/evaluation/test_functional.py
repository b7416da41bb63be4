"""Against scipy and plain numpy loops."""
import numpy as np
import pytest
import torch
from scipy.linalg import orthogonal_procrustes
from scipy.spatial.transform import Rotation

from ajahr_mm.evaluation import limb_scores, mpjpe, mve, pa_mpjpe


@pytest.fixture
def points():
    rng = np.random.default_rng(0)
    target = rng.normal(size=(5, 24, 3))
    return target + rng.normal(0, 0.05, target.shape) + rng.normal(size=(5, 1, 3)), target


def aligned_by_scipy(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Similarity alignment without reflection, from scipy's orthogonal Procrustes."""
    a, b = source - source.mean(0), target - target.mean(0)
    rotation, _ = orthogonal_procrustes(a, b)
    if np.linalg.det(rotation) < 0:  # turn the least important axis back
        u, _, vt = np.linalg.svd(a.T @ b)
        rotation = u @ np.diag([1, 1, -1]) @ vt
    scale = np.trace(rotation.T @ a.T @ b) / (a ** 2).sum()
    return scale * a @ rotation + target.mean(0)


def test_mpjpe_is_the_loop(points):
    pred, target = points
    expected = [1000 * np.mean([np.linalg.norm((p[j] - p[3]) - (t[j] - t[3])) for j in range(24)])
                for p, t in zip(pred, target)]
    np.testing.assert_allclose(mpjpe(pred, target, root=3), expected)


def test_mpjpe_roots_and_presence(points):
    pred, target = points
    hips = mpjpe(pred, target, root=(1, 2))
    a, b = (x - x[:, 1:3].mean(1, keepdims=True) for x in points)
    np.testing.assert_allclose(hips, 1000 * np.linalg.norm(a - b, axis=2).mean(1))
    np.testing.assert_allclose(hips, mpjpe(a, b, root=None))
    present = np.random.default_rng(1).random((5, 24)) < 0.5
    present[4] = False
    got = mpjpe(a, b, root=None, present=present)
    for i in range(4):
        assert got[i] == pytest.approx(1000 * np.linalg.norm(a[i] - b[i], axis=1)[present[i]].mean())
    assert np.isnan(got[4])


def test_known_distance_in_millimetres():
    target = np.zeros((1, 2, 3))
    pred = np.array([[[5.0, 5, 5], [5.3, 5.4, 5]]])  # root at 5,5,5; the other joint 0.5 m away from the truth
    assert mpjpe(pred, target)[0] == pytest.approx(250)


def test_pa_mpjpe_is_scipys(points):
    pred, target = points
    pred = pred * 1.3 @ Rotation.random(random_state=0).as_matrix()
    expected = [1000 * np.linalg.norm(aligned_by_scipy(p, t) - t, axis=1).mean() for p, t in zip(pred, target)]
    np.testing.assert_allclose(pa_mpjpe(pred, target), expected, rtol=1e-6)
    assert (pa_mpjpe(pred, target) < mpjpe(pred, target)).all()


def test_pa_mpjpe_forgives_similarities_but_not_mirrors(points):
    _, target = points
    turned = 0.4 * target @ Rotation.random(random_state=1).as_matrix() + 7
    np.testing.assert_allclose(pa_mpjpe(turned, target), 0, atol=1e-6)
    mirrored = target * [-1, 1, 1]
    expected = [1000 * np.linalg.norm(aligned_by_scipy(p, t) - t, axis=1).mean() for p, t in zip(mirrored, target)]
    np.testing.assert_allclose(pa_mpjpe(mirrored, target), expected, rtol=1e-6)
    assert (pa_mpjpe(mirrored, target) > 100).all()


def test_pa_mpjpe_of_present_joints_ignores_the_others(points):
    pred, target = points
    present = np.ones((5, 24), bool)
    present[1, [4, 9]] = False
    present[2] = False
    wild = pred.copy()
    wild[1, [4, 9]] = 1e3
    got = pa_mpjpe(wild, target, present=present)
    kept = present[1]
    expected = 1000 * np.linalg.norm(aligned_by_scipy(pred[1][kept], target[1][kept]) - target[1][kept], axis=1).mean()
    assert got[1] == pytest.approx(expected, rel=1e-6)
    assert np.isnan(got[2]) and got[0] == pytest.approx(pa_mpjpe(pred, target)[0])


def test_mve_uses_the_roots_of_the_joints():
    rng = np.random.default_rng(0)
    pred, target, pred_root, target_root = rng.normal(size=(4, 2, 50, 3))
    pred_root, target_root = pred_root[:, 0], target_root[:, 0]
    moved = (pred - pred_root[:, None]) - (target - target_root[:, None])
    distance = 1000 * np.sqrt((moved ** 2).sum(-1))
    np.testing.assert_allclose(mve(pred, target, pred_root, target_root), distance.mean(1))
    np.testing.assert_allclose(mve(pred, target), 1000 * np.linalg.norm(pred - target, axis=2).mean(1))
    present = np.arange(50) < 20
    np.testing.assert_allclose(mve(pred, target, pred_root, target_root, np.stack([present] * 2)),
                               distance[:, :20].mean(1))


def test_same_kind_out_as_in(points):
    pred, target = (torch.from_numpy(p).float() for p in points)
    for function in (mpjpe, pa_mpjpe, mve):
        result = function(pred, target)
        assert isinstance(result, torch.Tensor) and result.shape == (5,)
        np.testing.assert_allclose(result, function(*points), rtol=1e-4)


def test_shape_errors(points):
    pred, target = points
    with pytest.raises(ValueError, match='agree in shape'):
        mpjpe(pred, target[:, :5])
    with pytest.raises(ValueError, match='both roots'):
        mve(pred, target, pred_root=pred[:, 0])


# ------------------------------------------------------------------ limbs

@pytest.fixture
def classes():
    rng = np.random.default_rng(0)
    gt = rng.choice(4, (300, 4), p=[0.7, 0.1, 0.1, 0.1])
    pred = np.where(rng.random((300, 4)) < 0.8, gt, rng.integers(0, 4, (300, 4)))
    return pred, gt


def test_detection_scores_are_the_counts(classes):
    pred, gt = classes
    scores = limb_scores(pred, gt)
    hits = sum(p > 0 and g > 0 for p, g in zip(pred.ravel(), gt.ravel()))
    said, true = (pred > 0).sum(), (gt > 0).sum()
    precision, recall = hits / said, hits / true
    assert scores['precision'] == pytest.approx(precision) and scores['recall'] == pytest.approx(recall)
    assert scores['f1'] == pytest.approx(2 * precision * recall / (precision + recall))
    each = []
    for limb in range(4):
        both = ((pred[:, limb] > 0) & (gt[:, limb] > 0)).sum()
        each.append(2 * both / ((pred[:, limb] > 0).sum() + (gt[:, limb] > 0).sum()))
    assert scores['macro_f1'] == pytest.approx(np.mean(each)) and scores['f1_left_leg'] == pytest.approx(each[2])


def test_accuracies(classes):
    pred, gt = classes
    scores = limb_scores(pred, gt)
    assert scores['accuracy'] == pytest.approx(sum(p == g for p, g in zip(pred.ravel(), gt.ravel())) / gt.size)
    assert scores['person_accuracy'] == pytest.approx(np.mean([tuple(p) == tuple(g) for p, g in zip(pred, gt)]))
    majority = [np.bincount(gt[:, limb]).argmax() for limb in range(4)]
    assert scores['majority_accuracy'] == pytest.approx((gt == majority).mean())


def test_weighted_f1_by_its_definition(classes):
    pred, gt = classes
    heads = []
    for limb in range(4):
        p, g = pred[:, limb], gt[:, limb]
        total = 0
        for c in range(4):
            precision = (g[p == c] == c).mean()
            recall = (p[g == c] == c).mean()
            total += (g == c).mean() * 2 * precision * recall / (precision + recall)
        heads.append(total)
    assert limb_scores(pred, gt)['weighted_f1'] == pytest.approx(np.mean(heads))


def test_confusion_counts_true_by_predicted():
    gt, pred = np.array([[0, 1, 2, 3], [0, 1, 2, 3]]), np.array([[0, 2, 2, 0], [3, 1, 2, 0]])
    confusion = limb_scores(torch.from_numpy(pred), torch.from_numpy(gt))['confusion']
    assert confusion.shape == (4, 4, 4) and confusion.sum() == 8
    assert confusion[0, 0, 0] == confusion[0, 0, 3] == confusion[1, 1, 2] == confusion[1, 1, 1] == 1
    assert confusion[2, 2, 2] == 2 and confusion[3, 3, 0] == 2


def test_extremes():
    everyone_whole = np.zeros((3, 4), int)
    scores = limb_scores(everyone_whole, everyone_whole)
    assert scores['accuracy'] == 1 and scores['f1'] == scores['precision'] == scores['recall'] == 0
    wrong_level = limb_scores(np.full((3, 4), 1), np.full((3, 4), 2))
    assert wrong_level['f1'] == 1 and wrong_level['accuracy'] == 0
    for bad in (np.full((2, 4), 4), np.full((2, 4), -1), np.zeros((2, 3), int), np.zeros((0, 4), int)):
        with pytest.raises(ValueError):
            limb_scores(bad, bad)
