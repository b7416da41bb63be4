"""Against the public network's arithmetic, written out with plain functions."""
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

from ajahr_mm.convert import convert_vitpose
from ajahr_mm.io import UserError

pytest.importorskip('mmpretrain')
WIDTH, HEADS, DEPTH = 32, 2, 2
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope='module')
def public():
    generator = torch.Generator().manual_seed(0)
    shapes = {'pos_embed': (1, 193, WIDTH), 'patch_embed.proj.weight': (WIDTH, 3, 16, 16), 'patch_embed.proj.bias': (WIDTH,),
              'last_norm.weight': (WIDTH,), 'last_norm.bias': (WIDTH,)}
    for i in range(DEPTH):
        for name, shape in {'norm1.weight': (WIDTH,), 'norm1.bias': (WIDTH,), 'attn.qkv.weight': (3 * WIDTH, WIDTH),
                            'attn.qkv.bias': (3 * WIDTH,), 'attn.proj.weight': (WIDTH, WIDTH), 'attn.proj.bias': (WIDTH,),
                            'norm2.weight': (WIDTH,), 'norm2.bias': (WIDTH,), 'mlp.fc1.weight': (64, WIDTH),
                            'mlp.fc1.bias': (64,), 'mlp.fc2.weight': (WIDTH, 64), 'mlp.fc2.bias': (WIDTH,)}.items():
            shapes[f'blocks.{i}.{name}'] = shape
    return {f'backbone.{name}': torch.randn(shape, generator=generator) * 0.3 for name, shape in shapes.items()}


def public_forward(state, image):
    """(B,3,256,192) -> (B,C,16,12): class position added to every patch, pre-norm blocks, one last norm."""
    p = {name[len('backbone.'):]: value for name, value in state.items()}
    x = F.conv2d(image, p['patch_embed.proj.weight'], p['patch_embed.proj.bias'], stride=16, padding=2)
    height, width = x.shape[2:]
    x = x.flatten(2).transpose(1, 2) + p['pos_embed'][:, 1:] + p['pos_embed'][:, :1]

    def norm(x, name):
        return F.layer_norm(x, (WIDTH,), p[f'{name}.weight'], p[f'{name}.bias'], 1e-6)

    def linear(x, name):
        return F.linear(x, p[f'{name}.weight'], p[f'{name}.bias'])
    for i in range(DEPTH):
        q, k, v = linear(norm(x, f'blocks.{i}.norm1'), f'blocks.{i}.attn.qkv').unflatten(-1, (3, HEADS, -1)).permute(2, 0, 3, 1, 4)
        attention = ((q @ k.transpose(-1, -2)) * q.shape[-1] ** -0.5).softmax(-1) @ v
        x = x + linear(attention.transpose(1, 2).flatten(2), f'blocks.{i}.attn.proj')
        x = x + linear(F.gelu(linear(norm(x, f'blocks.{i}.norm2'), f'blocks.{i}.mlp.fc1')), f'blocks.{i}.mlp.fc2')
    return norm(x, 'last_norm').transpose(1, 2).unflatten(2, (height, width))


def test_converted_weights_give_the_public_features(public):
    from ajahr_mm.models.backbones import ViTBackbone
    model = ViTBackbone(arch=dict(embed_dims=WIDTH, num_layers=DEPTH, num_heads=HEADS, feedforward_channels=64)).eval()
    model.load_state_dict(convert_vitpose(public)[0], strict=True)
    image = torch.randn(2, 3, 256, 192, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        torch.testing.assert_close(model(image), public_forward(public, image), atol=2e-5, rtol=1e-4)


def test_other_parts_are_dropped_with_a_reason(public):
    _, dropped = convert_vitpose({**public, 'keypoint_head.final_layer.weight': torch.zeros(1)})
    assert dropped == {'keypoint_head.final_layer.weight': 'not part of the backbone'}


@pytest.mark.parametrize('change, words', [
    ({'backbone.blocks.0.surprise': torch.zeros(1)}, 'surprise'), (None, 'no pos_embed')])
def test_refusals(public, change, words):
    state = {**public, **change} if change else {k: v for k, v in public.items() if 'pos_embed' not in k}
    with pytest.raises(UserError, match=words):
        convert_vitpose(state)


def test_the_tool_writes_and_refuses(public, tmp_path):
    torch.save(dict(state_dict=public), tmp_path / 'public.pth')
    tool = [sys.executable, str(ROOT / 'tools/model_converters/vitpose_to_ajahr.py')]
    done = subprocess.run([*tool, tmp_path / 'public.pth', tmp_path / 'ours.pth'], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert 'vit.pos_embed' in torch.load(tmp_path / 'ours.pth', weights_only=True)['state_dict']
    refused = subprocess.run([*tool, tmp_path / 'absent.pth', tmp_path / 'none.pth'], capture_output=True, text=True, cwd=ROOT)
    assert refused.returncode == 2 and 'absent.pth' in refused.stderr and 'Traceback' not in refused.stderr
    assert not (tmp_path / 'none.pth').exists()
