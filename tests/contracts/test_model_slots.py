"""Whatever stands in a slot of BodyEstimator keeps the promises of that slot."""
import inspect

import pytest
import torch
from mmengine.model import BaseDataPreprocessor, BaseModel, BaseModule

from ajahr_mm.models import PoseHead
from ajahr_mm.registry import MODELS, register_all

register_all(init_default_scope=False)
CODEC = dict(type='VQPoseCodec', num_tokens=20, code_dim=8, num_codes=16, width=8)
BACKBONES = [dict(type='CBAMResNet', layers=(1, 1), width=4, in_channels=3),
             dict(type='HRNetBackbone', width=2, modules=(1, 1, 1), blocks=1),
             dict(type='HybridBackbone', dim=8, depth=1, heads=2, grid=(8, 6),
                  trunk=dict(type='CBAMResNet', layers=(1, 1), width=4, in_channels=3, stem='patch')),
             dict(type='ViTBackbone', img_size=(64, 48), drop_path_rate=0.0,
                  arch=dict(embed_dims=8, num_layers=1, num_heads=2, feedforward_channels=16))]
SMALL = dict(dim=16, width=8, num_blocks=1, token_width=4, channel_width=8)
POSE_HEADS = [dict(type='RegressionPoseHead', dim=16), dict(type='TokenPoseHead', codec=CODEC, **SMALL),
              dict(type='SwitchingTokenHead', amputee=CODEC, intact=CODEC, **SMALL)]


def own_models():
    return {name: cls for name, cls in MODELS.module_dict.items() if cls.__module__.startswith('ajahr_mm.')}


def test_every_pose_head_and_backbone_is_covered_here():
    heads = {name for name, cls in own_models().items() if issubclass(cls, PoseHead)}
    backbones = {name for name, cls in own_models().items() if '.backbones.' in cls.__module__}
    assert heads == {cfg['type'] for cfg in POSE_HEADS} and backbones == {cfg['type'] for cfg in BACKBONES}


@pytest.mark.parametrize('cfg', BACKBONES, ids=lambda cfg: cfg['type'])
def test_backbones_give_a_map_of_the_width_they_name(cfg):
    library = dict(ViTBackbone='mmpretrain', HRNetBackbone='mmpose').get(cfg['type'])
    if library:
        pytest.importorskip(library)
    net = MODELS.build({**cfg, '_scope_': 'ajahr_mm'})
    out = net(torch.randn(2, 3, 64, 64 if cfg['type'] == 'HRNetBackbone' else 48))  # its stride of 32 must divide both
    assert out.ndim == 4 and out.shape[:2] == (2, net.out_channels)


@pytest.mark.parametrize('cfg', POSE_HEADS, ids=lambda cfg: cfg['type'])
def test_pose_heads_give_23_rotations_and_a_gradient(cfg):
    head, hidden = MODELS.build({**cfg, '_scope_': 'ajahr_mm'}), torch.randn(3, 16, requires_grad=True)
    out = head(hidden, torch.tensor([True, False, False]))
    assert out.shape == (3, 23, 3, 3) and out.dtype == torch.float32
    torch.testing.assert_close(out @ out.mT, torch.eye(3).expand_as(out), atol=1e-5, rtol=0)
    torch.testing.assert_close(torch.linalg.det(out), torch.ones(3, 23))
    (out * torch.arange(9.0).view(3, 3)).sum().backward()
    assert (hidden.grad.abs().sum(1) > 0).all()


@pytest.mark.parametrize('name', sorted(own_models()))
def test_entries_are_documented_modules_with_defaults_where_they_can_be(name):
    cls = own_models()[name]
    assert issubclass(cls, (BaseModule, BaseModel, BaseDataPreprocessor)) and cls.__doc__
    for parameter in inspect.signature(cls).parameters.values():
        assert parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY), 'arguments have names'
        assert parameter.annotation is not parameter.empty, f'{name}.{parameter.name} has no type'
