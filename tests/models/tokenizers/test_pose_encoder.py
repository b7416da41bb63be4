"""Lengths and shapes of the encoder."""
import pytest
import torch

from ajahr_mm.io.errors import UserError
from ajahr_mm.models.tokenizers import PoseEncoder
from ajahr_mm.models.tokenizers.pose_encoder import ResidualBlock


@pytest.mark.parametrize('num_tokens', [20, 40, 160, 320, 640])
def test_shapes(num_tokens):
    assert PoseEncoder(num_tokens, 8, 4)(torch.randn(2, 21, 6)).shape == (2, num_tokens, 8)


@pytest.mark.parametrize('num_tokens, millions', [(160, 6.70), (320, 7.49), (640, 8.27)])
def test_size_of_the_public_tokenizers(num_tokens, millions):
    with torch.device('meta'):
        net = PoseEncoder(num_tokens)
    assert round(sum(p.numel() for p in net.parameters()) / 1e6, 2) == pytest.approx(millions, abs=0.006)


@pytest.mark.parametrize('num_tokens', [0, 10, 21, 100, -40])
def test_impossible_numbers_of_tokens_are_refused(num_tokens):
    with pytest.raises(UserError, match=f'{num_tokens} tokens is not possible'):
        PoseEncoder(num_tokens)


def test_residual_block_reaches_as_far_as_its_dilation():
    x = torch.randn(1, 4, 15, requires_grad=True)
    (ResidualBlock(4, dilation=3)(x) - x)[0, :, 7].sum().backward()
    reached = x.grad[0].abs().sum(0).nonzero()[:, 0].tolist()
    assert set(reached) <= {4, 7, 10} and 4 in reached and 10 in reached
