"""From file to file, and from the converted file to a network that predicts."""
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from ajahr_mm.apis.inferencer import BodyInferencer
from ajahr_mm.apis.loading import init_model
from ajahr_mm.apis.official import convert_official, converted_config
from ajahr_mm.convert.files import read_header
from ajahr_mm.io import UserError

pytest.importorskip('mmpretrain')
TOOLS = Path(__file__).parents[2] / 'tools' / 'model_converters'


@pytest.fixture(scope='module')
def files(tmp_path_factory):
    """Public files of HMR2.0 (one block of a ViT-S) and a tokenizer, filled with noise."""
    sys.path.insert(0, str(TOOLS))
    from parity.tokenizer_files import tokenizer_keys
    sys.path.remove(str(TOOLS))
    folder, generator = tmp_path_factory.mktemp('public'), torch.Generator().manual_seed(0)

    def noise(shapes):
        return {name: 0.1 * torch.randn(shape, generator=generator) for name, shape in shapes.items()}

    def pair(name, rows, columns):
        return {f'{name}.weight': (rows, columns), f'{name}.bias': (rows,)}

    def norm(name, width):
        return {f'{name}.weight': (width,), f'{name}.bias': (width,)}
    block, layer = 'backbone.blocks.0.', 'smpl_head.transformer.transformer.layers.0.'
    hmr2 = {'backbone.pos_embed': (1, 193, 384), 'backbone.patch_embed.proj.weight': (384, 3, 16, 16),
            'backbone.patch_embed.proj.bias': (384,), **norm(block + 'norm1', 384), **norm(block + 'norm2', 384),
            **pair(block + 'attn.qkv', 1152, 384), **pair(block + 'attn.proj', 384, 384), **pair(block + 'mlp.fc1', 96, 384),
            **pair(block + 'mlp.fc2', 384, 96), **norm('backbone.last_norm', 384),
            'smpl_head.init_body_pose': (1, 144), 'smpl_head.init_betas': (1, 10), 'smpl_head.init_cam': (1, 3),
            'smpl_head.transformer.pos_embedding': (1, 1, 32), **pair('smpl_head.transformer.to_token_embedding', 32, 1),
            **norm(layer + '0.norm', 32), layer + '0.fn.to_qkv.weight': (192, 32), **pair(layer + '0.fn.to_out.0', 32, 64),
            **norm(layer + '1.norm', 32), layer + '1.fn.to_q.weight': (64, 32), layer + '1.fn.to_kv.weight': (128, 384),
            **pair(layer + '1.fn.to_out.0', 32, 64), **norm(layer + '2.norm', 32), **pair(layer + '2.fn.net.0', 48, 32),
            **pair(layer + '2.fn.net.3', 32, 48), **pair('smpl_head.decpose', 144, 32), **pair('smpl_head.decshape', 10, 32),
            **pair('smpl_head.deccam', 3, 32), 'smpl.v_template': (5, 3)}
    torch.save(dict(state_dict=noise(hmr2), epoch=1), folder / 'hmr2.ckpt')
    small = {name: tuple(shape) for name, shape, _ in tokenizer_keys(20, width=8, code_dim=4, num_codes=16)}
    torch.save(dict(net=noise(small)), folder / 'tokenizer.pth')
    return folder


def test_a_converted_checkpoint_needs_no_config(files, tmp_path):
    out = tmp_path / 'hmr2.safetensors'
    done = convert_official('hmr2', files / 'hmr2.ckpt', out, body='open')
    header = read_header(out)
    assert header['family'] == 'hmr2' and list(header['sources']) == ['hmr2.ckpt'] and header['facts'] == done.facts
    assert 'smpl.v_template' in done.dropped
    model = init_model(out)
    assert not model.training and model.pose_head.layout == 'column'
    for name, value in model.state_dict().items():
        assert torch.equal(value, done.state[name]), name
    people = BodyInferencer(str(out))(np.zeros((200, 150, 3), np.uint8), progress=False)
    assert people[0]['joints_3d'].shape == (24, 3) and people[0]['limbs'] is None


def test_the_body_is_the_users(files, tmp_path):
    out = tmp_path / 'hmr2.safetensors'
    convert_official('hmr2', files / 'hmr2.ckpt', out)
    assert converted_config(out)['body'] == dict(type='BodyModel', source='data/body_models/SMPL_NEUTRAL.npz',
                                                 mask_pose_blend=False)


def test_a_converted_tokenizer_is_a_part_and_fits_a_codec(files, tmp_path):
    from ajahr_mm.models import VQPoseCodec
    out = tmp_path / 'tokenizer.safetensors'
    convert_official('tokenizer', files / 'tokenizer.pth', out)
    size = dict(num_tokens=20, code_dim=4, num_codes=16, width=8)
    codec = VQPoseCodec(**size, with_encoder=False, checkpoint=str(out))
    codec.init_weights()
    original = torch.load(files / 'tokenizer.pth')['net']
    assert torch.equal(codec.quantizer.codebook, original['quantizer.codebook'])
    with pytest.raises(UserError, match='20 tokens and the config asks for 40'):
        VQPoseCodec(**dict(size, num_tokens=40), checkpoint=str(out)).init_weights()
    with pytest.raises(UserError, match='a part of a network'):
        converted_config(out)


@pytest.mark.parametrize('case', ['family', 'cut', 'pickle', 'suffix', 'nan'])
def test_refusals_are_one_sentence_and_leave_nothing(files, tmp_path, case):
    source, out, family = tmp_path / 'a.ckpt', tmp_path / 'out' / 'a.safetensors', 'hmr2'
    source.write_bytes((files / 'hmr2.ckpt').read_bytes())
    if case == 'family':
        family = 'ajahr'
    elif case == 'cut':
        source.write_bytes(source.read_bytes()[:5000])
    elif case == 'pickle':
        torch.save(dict(state_dict={}, run=_Touch(str(tmp_path / 'mark'))), source)
    elif case == 'nan':
        content = torch.load(source)
        content['state_dict']['smpl_head.deccam.weight'][0, 0] = float('nan')
        torch.save(content, source)
    else:
        out = tmp_path / 'out' / 'a.pth'
    with pytest.raises(UserError) as error:
        convert_official(family, source, out)
    assert '\n' not in str(error.value) and not (tmp_path / 'out').exists() and not (tmp_path / 'mark').exists()


class _Touch:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, 'w')
