"""The wrapper around mmpretrain's VisionTransformer."""
import builtins

import pytest
import torch

from ajahr_mm.models import ViTBackbone

SMALL = dict(embed_dims=32, num_layers=2, num_heads=2, feedforward_channels=64)


def test_shapes_and_class_token():
    pytest.importorskip('mmpretrain')
    net = ViTBackbone(arch=SMALL, drop_path_rate=0.0)
    assert net(torch.randn(2, 3, 256, 192)).shape == (2, 32, 16, 12) and net.out_channels == 32
    assert net.vit.pos_embed.shape == (1, 192, 32) and net.vit.cls_token is None


def test_huge_has_the_shapes_of_the_public_checkpoints():
    pytest.importorskip('mmpretrain')
    with torch.device('meta'):
        net = ViTBackbone()
    shapes = {name: tuple(value.shape) for name, value in net.vit.state_dict().items()}
    assert shapes['pos_embed'] == (1, 192, 1280) and shapes['patch_embed.projection.weight'] == (1280, 3, 16, 16)
    assert shapes['layers.31.attn.qkv.weight'] == (3840, 1280)
    assert shapes['layers.31.ffn.layers.0.0.weight'] == (5120, 1280)
    # 389 tensors in the public file; the class-token position is folded into the same entry.
    assert len(shapes) == 389


def test_patches_are_padded_by_two():
    pytest.importorskip('mmpretrain')
    net = ViTBackbone(arch={**SMALL, 'num_layers': 1}, drop_path_rate=0.0).eval()
    image = torch.zeros(1, 3, 256, 192, requires_grad=True)
    net.vit.patch_embed(image)[0][0, 0].sum().backward()  # first patch: rows and columns -2..13
    touched = image.grad.abs().sum((0, 1)) > 0
    assert touched[:14, :14].all() and not touched[14:].any() and not touched[:, 14:].any()


def test_missing_library_is_named(monkeypatch):
    real = builtins.__import__

    def blocked(name, *args, **kwargs):
        if name.startswith('mmpretrain'):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, '__import__', blocked)
    with pytest.raises(ImportError, match='pip install mmpretrain'):
        ViTBackbone(arch=SMALL)
