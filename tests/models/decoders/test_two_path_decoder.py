"""The two pathways of the decoder."""
import pytest
import torch

from ajahr_mm.models import TwoPathDecoder

SIZE = dict(dim=32, depth=2, heads=2, dim_head=8, mlp_dim=16, context_dim=24)


@pytest.fixture
def decoder():
    return TwoPathDecoder(**SIZE)


@pytest.fixture
def features():
    return torch.randn(3, 24, 4, 3)


def test_shapes_of_the_public_checkpoints():
    with torch.device('meta'):
        net = TwoPathDecoder()
    # Release facts 2.2: 39.39 M parameters.
    assert round(sum(p.numel() for p in net.parameters()) / 1e6, 2) == 39.39
    assert net.layers[5].cross_attention.to_kv.weight.shape == (1024, 1280)


def test_second_pass_runs_the_same_layers_on_the_token(decoder, features):
    token = torch.randn(3, 1, 24)
    first = decoder(features)
    x = first[:, None]
    for layer in decoder.layers:
        x = layer(x, token)
    torch.testing.assert_close(decoder(features, token), x[:, 0])
    assert (decoder(features, token) - first).abs().max() > 1e-3


def test_a_token_changes_its_own_sample_only(decoder, features):
    token = torch.randn(3, 1, 24, requires_grad=True)
    out = decoder(features, token)
    out[1].sum().backward()
    assert token.grad[1].abs().max() > 0 and token.grad[[0, 2]].abs().max() == 0
    changed = token.detach().clone()
    changed[2] += 1
    difference = (decoder(features, changed) - out).abs().amax(1)
    assert difference[2] > 1e-3 and difference[:2].max() < 1e-6


def test_one_context_token_adds_the_same_vector_whatever_the_query(decoder):
    attention, token = decoder.layers[0].cross_attention, torch.randn(2, 1, 24)
    values = attention.to_kv(token).chunk(2, -1)[1]
    torch.testing.assert_close(attention(torch.randn(2, 1, 32), token), attention.to_out(values))


def test_cross_attention_equals_torchs(decoder):
    attention = decoder.layers[0].cross_attention
    query, context = torch.randn(2, 5, 32), torch.randn(2, 7, 24)
    key, value = attention.to_kv.weight.chunk(2)
    expected, _ = torch.nn.functional.multi_head_attention_forward(
        attention.to_q(attention.norm(query)).transpose(0, 1), (context @ key.T).transpose(0, 1),
        (context @ value.T).transpose(0, 1), 16, 2, torch.eye(16).repeat(3, 1), None, None, None, False, 0.0,
        torch.eye(16), None)
    torch.testing.assert_close(attention(query, context), attention.to_out(expected.transpose(0, 1)))


def test_off_ignores_the_token(features):
    decoder = TwoPathDecoder(**SIZE, limb_path='off')
    assert torch.equal(decoder(features, torch.randn(3, 1, 24)), decoder(features))


def test_tokens_that_would_leak_across_the_batch_are_refused(decoder, features):
    with pytest.raises(ValueError, match='limb token must be'):
        decoder(features, torch.randn(3, 24))
    with pytest.raises(ValueError, match="limb_path 'both'"):
        TwoPathDecoder(limb_path='both')
