"""The codec as a whole."""
import pytest
import torch

from ajahr_mm.geometry.rotations import matrix_to_sixd
from ajahr_mm.models import VQPoseCodec


@pytest.fixture
def codec(codec_cfg):
    codec_cfg.pop('type')
    return VQPoseCodec(**codec_cfg)


def test_shapes(codec, rotations):
    sixd, indices, statistics = codec(rotations)
    assert sixd.shape == (6, 21, 6) and indices.shape == (6, 20) and set(statistics) == {
        'commitment', 'perplexity', 'dead_codes'}
    assert codec.encode(rotations).shape == (6, 20, 16)


def test_the_encoder_sees_the_first_two_rows(codec, rotations):
    expected = codec.encoder(torch.cat([rotations[..., 0, :], rotations[..., 1, :]], -1))
    assert torch.equal(codec.encode(rotations), expected)
    assert torch.equal(matrix_to_sixd(rotations)[..., :3], rotations[..., 0, :])


def test_certain_probabilities_decode_like_their_codes(codec, rotations):
    sixd, indices, _ = codec.eval()(rotations)
    torch.testing.assert_close(codec.decode_indices(indices), sixd, atol=1e-5, rtol=1e-5)
    probs = torch.nn.functional.one_hot(indices, codec.num_codes).float()
    torch.testing.assert_close(codec.decode_soft(probs), sixd, atol=1e-5, rtol=1e-5)


def test_soft_decoding_is_differentiable_for_a_frozen_codec(codec):
    codec.requires_grad_(False)
    logits = torch.randn(2, 20, 32, requires_grad=True)
    codec.decode_soft(logits.softmax(-1)).square().sum().backward()
    assert logits.grad.abs().sum() > 0


def test_without_encoder_only_the_decoder_and_codebook_remain(codec_cfg):
    codec_cfg.pop('type')
    names = {name.split('.')[0] for name in VQPoseCodec(with_encoder=False, **codec_cfg).state_dict()}
    assert names == {'decoder', 'quantizer'}


@pytest.mark.parametrize('code_dim, num_codes, num_tokens', [
    (128, 2048, 320), (256, 1024, 320), (256, 2048, 20), (256, 2048, 40), (256, 2048, 80), (256, 2048, 160),
    (256, 2048, 640), (256, 2048, 320)])
def test_every_size_of_table_c(rotations, code_dim, num_codes, num_tokens):
    codec = VQPoseCodec(num_tokens, code_dim, num_codes, width=8).eval()
    sixd, indices, _ = codec(rotations[:2])
    assert sixd.shape == (2, 21, 6) and indices.shape == (2, num_tokens) and indices.max() < num_codes
    assert codec.quantizer.codebook.shape == (num_codes, code_dim)
