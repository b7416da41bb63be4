"""Weights travel from tokenizer training to the mesh network, or the user is told why not."""
import pytest
import torch

from ajahr_mm.io.errors import UserError
from ajahr_mm.models import VQPoseCodec
from ajahr_mm.registry import MODELS


@pytest.fixture
def trained(codec_cfg, tmp_path, rotations):
    """A training checkpoint as MMEngine writes it, and the codec in it."""
    model = MODELS.build(dict(type='PoseAutoencoder', codec=codec_cfg, body=dict(type='StubBody')))
    model(dict(body_pose=rotations), mode='loss')  # starts the codebook
    path = tmp_path / 'tokenizer.pth'
    torch.save(dict(state_dict=model.state_dict(), meta=dict(epoch=1)), path)
    return model.codec, str(path)


@pytest.mark.parametrize('with_encoder', [True, False])
def test_init_weights_reads_every_tensor(trained, codec_cfg, with_encoder):
    source, path = trained
    codec_cfg.pop('type')
    codec = VQPoseCodec(checkpoint=path, with_encoder=with_encoder, **codec_cfg)
    codec.init_weights()
    for name, value in codec.state_dict().items():
        assert torch.equal(value, source.state_dict()[name]), name


def test_a_bare_codec_file_is_read_too(codec_cfg, tmp_path):
    codec_cfg.pop('type')
    source, path = VQPoseCodec(**codec_cfg), tmp_path / 'bare.pth'
    torch.save(source.state_dict(), path)
    codec = VQPoseCodec(checkpoint=str(path), **codec_cfg)
    codec.init_weights()
    assert torch.equal(codec.quantizer.codebook, source.quantizer.codebook)


@pytest.mark.parametrize('changes, word', [
    (dict(width=8), 'of another size'), (dict(num_codes=16), 'of another size'), (dict(code_dim=8), 'of another size'),
    (dict(num_tokens=40), 'a tokenizer of 20 tokens and the config asks for 40')])
@pytest.mark.parametrize('with_encoder', [True, False])
def test_a_tokenizer_of_another_size_is_refused(trained, codec_cfg, changes, word, with_encoder):
    codec_cfg.pop('type')
    with pytest.raises(UserError, match=word):
        VQPoseCodec(checkpoint=trained[1], with_encoder=with_encoder, **{**codec_cfg, **changes}).init_weights()


def test_missing_and_foreign_files_are_refused_in_one_sentence(tmp_path):
    with pytest.raises(UserError, match='nowhere.pth is missing; train one'):
        VQPoseCodec(20, 4, 8, 4, checkpoint=str(tmp_path / 'nowhere.pth')).init_weights()
    torch.save(dict(state_dict={'backbone.weight': torch.zeros(1)}), tmp_path / 'other.pth')
    with pytest.raises(UserError, match='holds no pose tokenizer'):
        VQPoseCodec(20, 4, 8, 4, checkpoint=str(tmp_path / 'other.pth')).init_weights()


def test_nothing_is_read_before_init_weights(tmp_path):
    VQPoseCodec(20, 4, 8, 4, checkpoint=str(tmp_path / 'nowhere.pth'))
