"""Pooling with the place of the crop."""
import pytest
import torch

from ajahr_mm.models import BoxPooling


@pytest.fixture
def batch():
    return torch.randn(3, 5, 4, 4), torch.randn(3, 1, 7), torch.rand(3, 3)


def test_features_box_and_token_stand_in_this_order(batch):
    features, token, box = batch
    out = BoxPooling(limb_path='concat')(features, token, box)
    assert out.shape == (3, 5 + 3 + 7) and BoxPooling.uses_box
    assert torch.equal(out, torch.cat([features.mean((2, 3)), box, token[:, 0]], 1))
    assert torch.equal(BoxPooling()(features, token, box), out[:, :8])


def test_the_originals_numbers_of_a_box(batch):
    out = BoxPooling(scaling='cliff')(*batch)[:, 5:]
    x, y, size = batch[2].unbind(1)
    torch.testing.assert_close(out, torch.stack([x * 2.8, y * 2.8, (size - 0.24) / 0.06], 1))


def test_half_precision_features_give_a_float32_state(batch):
    features, token, box = batch
    with torch.autocast('cpu', dtype=torch.bfloat16):
        out = BoxPooling(limb_path='concat')(features.bfloat16(), token.bfloat16(), box)
    assert out.dtype == torch.float32 and torch.equal(out[:, 5:8], box)


def test_what_is_missing_is_named(batch):
    features, token, box = batch
    with pytest.raises(ValueError, match='needs the box'):
        BoxPooling()(features, token)
    with pytest.raises(ValueError, match='needs a limb_classifier'):
        BoxPooling(limb_path='concat')(features, None, box)
    for wrong in (dict(scaling='huawei'), dict(limb_path='second_pass')):
        with pytest.raises(ValueError, match=next(iter(wrong.values()))):
            BoxPooling(**wrong)
