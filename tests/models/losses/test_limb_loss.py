"""Eq. 2 against numpy."""
import numpy as np
import pytest
import torch

from ajahr_mm.models.losses import limb_cross_entropy


def oracle(logits, classes, valid, weight=None, gamma=0.0, mean=True):
    z = logits.numpy().astype(np.float64)
    p = np.exp(z) / np.exp(z).sum(-1, keepdims=True)
    total = 0.0
    for b in range(len(z)):
        for limb in range(4):
            c = int(classes[b, limb])
            factor = valid[b] * (1 if weight is None else weight[c]) * (1 - p[b, limb, c]) ** gamma
            total -= factor * np.log(p[b, limb, c])
    return total / max(sum(valid), 1) if mean else total


@pytest.fixture
def batch():
    return torch.randn(5, 4, 4), torch.randint(0, 4, (5, 4)), [1, 0, 1, 1, 0]


@pytest.mark.parametrize('weight', [None, [0.5, 1.0, 2.0, 3.0]])
@pytest.mark.parametrize('gamma', [None, 2.0])
@pytest.mark.parametrize('reduction', ['mean', 'sum'])
def test_matches_numpy(batch, weight, gamma, reduction):
    logits, classes, valid = batch
    loss = limb_cross_entropy(logits, classes, torch.tensor(valid, dtype=torch.float32),
                              None if weight is None else torch.tensor(weight), gamma, reduction)
    expected = oracle(logits, classes, valid, weight, gamma or 0.0, reduction == 'mean')
    assert loss.item() == pytest.approx(expected, rel=1e-5)


def test_unlabelled_samples_get_no_gradient(batch):
    logits, classes, valid = batch
    logits.requires_grad_()
    limb_cross_entropy(logits, classes, torch.tensor(valid, dtype=torch.float32)).backward()
    assert (logits.grad.abs().sum((1, 2)) > 0).tolist() == [bool(v) for v in valid]


def test_a_batch_without_labels_costs_nothing(batch):
    assert limb_cross_entropy(batch[0], batch[1], torch.zeros(5)) == 0
