"""Pose from one frozen tokenizer."""
import pytest
import torch

from ajahr_mm.geometry.rotations import sixd_to_matrix
from ajahr_mm.io.errors import UserError
from ajahr_mm.models import TokenPoseHead, VQPoseCodec
from ajahr_mm.models.heads.token_pose_head import check_same_size


@pytest.fixture
def head(codec_cfg):
    return TokenPoseHead(codec_cfg, dim=16, width=8, num_blocks=1, token_width=4, channel_width=8)


def test_rotations_are_the_decoded_mixture_and_the_hands(head):
    hidden = torch.randn(3, 16)
    out = head(hidden)
    probs = head.bridge(hidden).exp()
    body = head.codec.decode_soft(probs / probs.sum(-1, keepdim=True))
    torch.testing.assert_close(out[:, :21], sixd_to_matrix(body, 'row'), atol=1e-4, rtol=1e-4)
    hands = head.hands(hidden).unflatten(1, (2, 6)) + torch.tensor([1.0, 0, 0, 0, 1, 0])
    torch.testing.assert_close(out[:, 21:], sixd_to_matrix(hands, 'row'))
    torch.testing.assert_close(out @ out.mT, torch.eye(3).expand_as(out), atol=1e-5, rtol=0)


def test_initial_pose_is_added_before_gram_schmidt(head):
    hidden, plain = torch.randn(2, 16), None
    plain = head(hidden)
    head.init_pose[:6] = 100 * torch.tensor([0.0, 1, 0, 1, 0, 0])
    moved = head(hidden)
    torch.testing.assert_close(moved[:, 0, 0], torch.tensor([[0.0, 1, 0]]).expand(2, 3), atol=0.1, rtol=0)
    assert torch.equal(moved[:, 1:], plain[:, 1:])


def test_the_tokenizer_stays_frozen(head):
    assert not head.train().codec.training and head.bridge.training
    head(torch.randn(2, 16)).square().sum().backward()
    assert all(parameter.grad is None and not parameter.requires_grad for parameter in head.codec.parameters())
    assert head.bridge.classify.weight.grad.abs().sum() > 0
    assert head.train() is head and head.eval() is head


def test_codecs_of_different_size_are_refused():
    with pytest.raises(UserError, match=r'\(20, 32\) and \(40, 32\)'):
        check_same_size(VQPoseCodec(20, 4, 32, 4), VQPoseCodec(40, 4, 32, 4))
