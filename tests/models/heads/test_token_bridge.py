"""From the hidden state to logits over the codebook."""
import torch

from ajahr_mm.models.heads import TokenBridge
from ajahr_mm.models.heads.token_bridge import MixerBlock


def test_shapes_and_sizes_of_the_public_bridge():
    assert TokenBridge(16, 20, 32, 8, 2, 4, 8)(torch.randn(3, 16)).shape == (3, 20, 32)
    with torch.device('meta'):
        for tokens, millions in ((160, 10.52), (320, 21.03)):  # release facts 2.4
            net = TokenBridge(num_tokens=tokens)
            assert round(sum(p.numel() for p in net.expand.parameters()) / 1e6, 2) == millions


def test_mixer_adds_input_token_branch_and_channel_branch():
    block, x = MixerBlock(6, 8, 4, 16), torch.randn(2, 6, 8)
    y = block.token_mlp(torch.layer_norm(x, (8,)).mT).mT
    z = block.channel_mlp(torch.layer_norm(x + y, (8,)))
    torch.testing.assert_close(block(x), x + y + z)


def test_samples_do_not_mix():
    bridge, hidden = TokenBridge(16, 20, 32, 8, 2, 4, 8), torch.randn(3, 16, requires_grad=True)
    bridge(hidden)[0].square().sum().backward()
    assert hidden.grad[0].abs().sum() > 0 and hidden.grad[1:].eq(0).all()
