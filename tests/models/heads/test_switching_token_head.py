"""Eq. 3: each sample goes through the tokenizer of its status, and through no other."""
import pytest
import torch

from ajahr_mm.io.errors import UserError
from ajahr_mm.models import SwitchingTokenHead

STATUS = torch.tensor([True, False, False, True, False])


@pytest.fixture
def head(codec_cfg):
    return SwitchingTokenHead(codec_cfg, codec_cfg, dim=16, width=8, num_blocks=1, token_width=4, channel_width=8)


@pytest.mark.parametrize('poisoned, affected', [('codec', STATUS), ('intact_codec', ~STATUS)])
def test_a_poisoned_codec_spoils_its_own_samples_only(head, poisoned, affected):
    hidden = torch.randn(5, 16)
    before = head(hidden, STATUS)
    getattr(head, poisoned).quantizer.codebook.fill_(float('nan'))
    after = head(hidden, STATUS)
    assert after[affected][:, :21].isnan().all()
    assert torch.equal(after[~affected], before[~affected])


@pytest.mark.parametrize('status', [torch.ones(5, dtype=torch.bool), torch.zeros(5, dtype=torch.bool)])
def test_one_sided_batches_ask_one_codec(head, status):
    calls = []
    for name in ('codec', 'intact_codec'):
        getattr(head, name).decoder.register_forward_hook(lambda *_, name=name: calls.append(name))
    out = head(torch.randn(5, 16), status)
    assert calls == ['codec' if status[0] else 'intact_codec'] and out.shape == (5, 23, 3, 3)


def test_order_and_sharing_of_the_logits(head):
    head.intact_codec.load_state_dict(head.codec.state_dict())
    hidden = torch.randn(5, 16)
    expected = head(hidden, torch.ones(5, dtype=torch.bool))
    torch.testing.assert_close(head(hidden, STATUS), expected)  # equal codecs: the switch must not reorder samples


def test_gradient_reaches_the_bridge_through_both_codecs_but_not_the_codecs(head):
    hidden = torch.randn(5, 16, requires_grad=True)
    head.train()(hidden, STATUS)[:, :21].square().mul(torch.arange(9.0).view(3, 3)).sum().backward()
    assert (hidden.grad.abs().sum(1) > 0).all()
    assert all(p.grad is None for codec in head.codecs for p in codec.parameters()) and len(head.codecs) == 2
    assert not any(codec.training for codec in head.codecs)


def test_without_a_status_or_with_unequal_codecs_it_refuses(head, codec_cfg):
    with pytest.raises(ValueError, match='limb_classifier'):
        head(torch.randn(5, 16))
    with pytest.raises(UserError, match='must be of one size'):
        SwitchingTokenHead(codec_cfg, {**codec_cfg, 'num_codes': 16}, dim=16, width=8, num_blocks=1)
