"""The hybrid encoder: shapes, and tokens that see each other."""
import torch

from ajahr_mm.models import HybridBackbone

TRUNK = dict(type='CBAMResNet', layers=(1, 1), width=4, in_channels=3, attention=False, stem='patch')


def test_shapes():
    net = HybridBackbone(TRUNK, dim=16, depth=1, heads=2, grid=(4, 3))
    assert net(torch.randn(2, 3, 32, 24)).shape == (2, 16, 4, 3) and net.out_channels == 16


def test_every_token_sees_the_whole_image():
    net = HybridBackbone(TRUNK, dim=16, depth=1, heads=2, grid=(8, 8)).eval()
    image = torch.randn(1, 3, 64, 64, requires_grad=True)
    net(image)[0, 0, 0, 0].backward()
    assert image.grad[0, :, -8:, -8:].abs().max() > 0


def test_position_tells_equal_patches_apart():
    net = HybridBackbone(TRUNK, dim=16, depth=0, grid=(8, 8)).eval()
    features = net(torch.zeros(1, 3, 64, 64))
    assert (features[..., 3, 3] - features[..., 4, 4]).abs().max() > 1e-3


def test_shrinking_averages_the_image_first():
    net = HybridBackbone(TRUNK, dim=16, depth=1, heads=2, grid=(4, 4), shrink=2).eval()
    image = torch.randn(1, 3, 64, 64)
    small = image.unflatten(2, (32, 2)).unflatten(-1, (32, 2)).mean((3, 5))
    expected = net(small.repeat_interleave(2, 2).repeat_interleave(2, 3))
    torch.testing.assert_close(net(image), expected, atol=1e-5, rtol=1e-4)
