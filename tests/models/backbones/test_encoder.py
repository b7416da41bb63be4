"""Encoders of other libraries, and stems that take weights for RGB."""
import pytest
import torch
from torch import nn

from ajahr_mm.models import CBAMResNet
from ajahr_mm.models.backbones.encoder import ForeignEncoder, build_encoder, widen_stem

OURS = dict(type='CBAMResNet', layers=(1, 1), width=4)


def test_our_encoders_stay_as_they_are():
    net = build_encoder(OURS, 7)
    assert type(net) is CBAMResNet and net.conv1.in_channels == 7
    assert build_encoder(dict(OURS, in_channels=5), 7).conv1.in_channels == 5
    assert type(build_encoder(dict(OURS, type='ajahr_mm.CBAMResNet'))) is CBAMResNet


@pytest.mark.parametrize('cfg, width', [
    (dict(type='mmpretrain.ResNet', depth=18), 512),
    (dict(type='mmpretrain.VisionTransformer', arch='deit-tiny', img_size=64, patch_size=16, out_type='featmap',
          with_cls_token=False), 192),
    (dict(type='mmpretrain.VisionTransformer', arch='deit-tiny', img_size=64, patch_size=16), 192)])
def test_other_libraries_give_one_map(cfg, width):
    pytest.importorskip('mmpretrain')
    net = build_encoder(cfg, 15)
    assert isinstance(net, ForeignEncoder) and net.out_channels == width and net.training
    out = net(torch.randn(2, 15, 64, 64))
    assert out.ndim == 4 and out.shape[:2] == (2, width)
    image = torch.randn(2, 15, 64, 64)
    raw = net.eval().net(image)[-1]
    assert torch.equal(net(image).squeeze(), raw.squeeze())


@pytest.mark.parametrize('channels, image', [(15, True), (12, False)])
def test_weights_for_rgb_are_widened_by_their_mean(channels, image):
    small, wide = CBAMResNet((1, 1), 4, 3), CBAMResNet((1, 1), 4, channels)
    widen_stem(wide, channels)
    wide.load_state_dict(small.state_dict())
    weight, rgb = wide.conv1.weight, small.conv1.weight
    mean = rgb.mean(1, keepdim=True)
    assert torch.equal(weight[:, -12:], mean.expand(-1, 12, -1, -1))
    assert not image or torch.equal(weight[:, :3], rgb)
    assert torch.equal(wide.layer1[0].conv1.weight, small.layer1[0].conv1.weight)


def test_weights_of_the_right_width_are_taken_as_they_are():
    first, second = CBAMResNet((1, 1), 4, 15), CBAMResNet((1, 1), 4, 15)
    widen_stem(second, 15)
    second.load_state_dict(first.state_dict())
    assert torch.equal(first.conv1.weight, second.conv1.weight)
    plain = nn.Sequential(nn.Conv2d(3, 4, 3))
    widen_stem(plain, 3)
    with pytest.raises(RuntimeError, match='size mismatch'):
        plain.load_state_dict({'0.weight': torch.zeros(4, 5, 3, 3), '0.bias': torch.zeros(4)})
