"""Against the public network's arithmetic, written out with plain functions."""
import pytest
import torch
from torch.nn import functional as F

from ajahr_mm.convert.rules import apply_rules
from ajahr_mm.convert.vit import HEADS, vit_config, vit_rules
from ajahr_mm.io import UserError
from ajahr_mm.registry import MODELS

pytest.importorskip('mmpretrain')
WIDTH, DEPTH = 384, 2


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
    return {f'backbone.{name}': torch.randn(shape, generator=generator) * 0.1 for name, shape in shapes.items()}


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
        qkv = linear(norm(x, f'blocks.{i}.norm1'), f'blocks.{i}.attn.qkv')
        q, k, v = qkv.unflatten(-1, (3, HEADS[WIDTH], -1)).permute(2, 0, 3, 1, 4)
        attention = ((q @ k.transpose(-1, -2)) * q.shape[-1] ** -0.5).softmax(-1) @ v
        x = x + linear(attention.transpose(1, 2).flatten(2), f'blocks.{i}.attn.proj')
        x = x + linear(F.gelu(linear(norm(x, f'blocks.{i}.norm2'), f'blocks.{i}.mlp.fc1')), f'blocks.{i}.mlp.fc2')
    return norm(x, 'last_norm').transpose(1, 2).unflatten(2, (height, width))


def test_converted_weights_give_the_public_features(public):
    model = MODELS.build(dict(vit_config(public, 'backbone.', 'Toy'), _scope_='ajahr_mm')).eval()
    model.load_state_dict(apply_rules(public, vit_rules('backbone.', ''), 'Toy').state, strict=True)
    image = torch.randn(2, 3, 256, 192, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        torch.testing.assert_close(model(image), public_forward(public, image), atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize('width, depth, heads', [(1280, 32, 16), (768, 12, 12)])
def test_sizes_are_told_by_the_shapes(width, depth, heads):
    state = {'pos_embed': torch.empty(1, 193, width), 'patch_embed.proj.weight': torch.empty(width, 3, 16, 16)}
    state.update({f'blocks.{i}.mlp.fc1.weight': torch.empty(4 * width, 1) for i in range(depth)})
    assert vit_config(state, '', 'Toy')['arch'] == dict(embed_dims=width, num_layers=depth, num_heads=heads,
                                                        feedforward_channels=4 * width)


@pytest.mark.parametrize('shape', [(1, 193, 100), (1, 197, 768)])
def test_other_vits_are_refused(shape):
    state = dict.fromkeys(('patch_embed.proj.weight', 'blocks.0.mlp.fc1.weight'), torch.empty(1))
    with pytest.raises(UserError, match='256x192'):
        vit_config(dict(state, pos_embed=torch.empty(shape)), '', 'Toy')
