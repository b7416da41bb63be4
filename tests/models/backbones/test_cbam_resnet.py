"""Shapes, the place of the attention, and torchvision's names."""
import numpy as np
import pytest
import torch

from ajahr_mm.models import CBAMResNet
from ajahr_mm.models.backbones.cbam_resnet import CBAM, BasicBlock


@pytest.mark.parametrize('stem', ['conv', 'patch'])
def test_shapes(stem):
    net = CBAMResNet(layers=(1, 2, 1), width=8, in_channels=5, stem=stem)
    assert net(torch.randn(2, 5, 64, 32)).shape == (2, 32, 4, 2) and net.out_channels == 32


def test_default_is_a_resnet34_in_torchvisions_names():
    torchvision = pytest.importorskip('torchvision')
    reference = {name: value.shape for name, value in torchvision.models.resnet34().state_dict().items()
                 if not name.startswith(('fc.', 'conv1.'))}
    with torch.device('meta'):
        own = {name: value.shape for name, value in CBAMResNet().state_dict().items()}
    assert reference.items() <= own.items()
    rest = {name for name in own if name not in reference}
    assert own['conv1.weight'] == (64, 15, 7, 7)
    assert rest - {'conv1.weight'} == {f'layer{s + 1}.{b}.cbam.{part}.weight' for s, depth in enumerate((3, 4, 6, 3))
                                       for b in range(depth) for part in ('ca.fc1', 'ca.fc2', 'sa.conv1')}
    assert own['layer4.0.cbam.ca.fc1.weight'] == (32, 512, 1, 1)


def test_without_attention_equals_torchvision():
    torchvision = pytest.importorskip('torchvision')
    reference = torchvision.models.resnet18()
    net = CBAMResNet(layers=(2, 2, 2, 2), in_channels=3, attention=False)
    net.load_state_dict({k: v for k, v in reference.state_dict().items() if not k.startswith('fc.')})
    reference.fc = torch.nn.Identity()
    x = torch.randn(2, 3, 64, 64)
    torch.testing.assert_close(net.eval()(x).mean((2, 3)), reference.eval()(x), atol=1e-5, rtol=1e-5)


def test_cbam_is_channel_then_spatial_attention():
    cbam, x = CBAM(16), torch.randn(2, 16, 6, 5)

    def sigmoid(v):
        return 1 / (1 + np.exp(-v))

    v = x.numpy().astype(np.float64)
    w1, w2 = (w.detach().numpy()[:, :, 0, 0].astype(np.float64) for w in (cbam.ca.fc1.weight, cbam.ca.fc2.weight))
    gate = sum(np.maximum(pool @ w1.T, 0) @ w2.T for pool in (v.mean((2, 3)), v.max((2, 3))))
    v = v * sigmoid(gate)[:, :, None, None]
    maps = np.pad(np.stack([v.mean(1), v.max(1)], 1), ((0, 0), (0, 0), (3, 3), (3, 3)))
    windows = np.lib.stride_tricks.sliding_window_view(maps, (7, 7), (2, 3))
    spatial = np.einsum('bchwij,cij->bhw', windows, cbam.sa.conv1.weight.detach().numpy()[0])
    np.testing.assert_allclose(cbam(x).detach().numpy(), v * sigmoid(spatial)[:, None], atol=1e-5)


def test_attention_acts_before_the_residual_sum():
    block = BasicBlock(8, 8).eval()
    for parameter in block.cbam.parameters():
        torch.nn.init.zeros_(parameter)  # every gate is 1/2
    x = torch.randn(2, 8, 6, 6)
    branch = block.bn2(block.conv2(block.bn1(block.conv1(x)).relu()))
    torch.testing.assert_close(block(x), (branch / 4 + x).relu())


def test_unknown_stem_is_refused():
    with pytest.raises(ValueError, match="stem 'big'"):
        CBAMResNet(stem='big')
