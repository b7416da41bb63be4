import pytest
import torch
from torch import nn

from ajahr_mm.models.backbones import CBAMResNet, ViTBackbone
from ajahr_mm.models.fused_layers import FusedBlock, FusedLinear, can_pack, fuse

BFLOAT16 = pytest.param(torch.bfloat16, marks=pytest.mark.skipif(
    not can_pack(torch.zeros(1, dtype=torch.bfloat16)), reason='this torch has no oneDNN'))


@pytest.mark.parametrize('bias', (True, False))
@pytest.mark.parametrize('dtype', (torch.float32, BFLOAT16))
def test_linear_gelu_and_residual(dtype, bias):
    torch.manual_seed(0)
    layer, x, residual = nn.Linear(48, 32, bias), torch.randn(2, 5, 48), torch.randn(2, 5, 32)
    tolerance = dict(atol=1e-5, rtol=1e-5) if dtype == torch.float32 else dict(atol=.03, rtol=.03)
    expected = {('none', False): layer(x), ('gelu', False): nn.functional.gelu(layer(x)),
                ('none', True): layer(x) + residual, ('gelu', True): nn.functional.gelu(layer(x)) + residual}
    lower = nn.Linear(48, 32, bias).to(dtype)
    lower.load_state_dict(layer.state_dict())
    with torch.no_grad():
        for (activation, add), value in expected.items():
            fused = FusedLinear(lower, activation)
            out = fused(x.to(dtype), residual.to(dtype) if add else None)
            assert out.dtype == dtype and fused.packed == (dtype == torch.bfloat16)
            torch.testing.assert_close(out.float(), value, **tolerance)


def test_vit_keeps_its_numbers():
    pytest.importorskip('mmpretrain')
    torch.manual_seed(0)
    arch = dict(embed_dims=32, num_layers=2, num_heads=4, feedforward_channels=64)
    backbone = ViTBackbone(arch, (64, 48)).eval()
    for parameter in backbone.parameters():
        nn.init.normal_(parameter, std=.3)
    image = torch.randn(3, 3, 64, 48)
    with torch.no_grad():
        before = backbone(image)
        fuse(backbone)
        assert all(isinstance(block, FusedBlock) for block in backbone.vit.layers)
        torch.testing.assert_close(backbone(image), before, atol=1e-4, rtol=1e-4)


def test_blocks_with_more_in_them_are_left_alone():
    pytest.importorskip('mmpretrain')
    backbone = ViTBackbone(dict(embed_dims=32, num_layers=1, num_heads=4, feedforward_channels=64), (64, 48))
    backbone.vit.layers[0].ffn.gamma2 = nn.Linear(32, 32)
    assert not FusedBlock.fits(backbone.vit.layers[0])


def test_norms_fold_into_their_convolutions():
    torch.manual_seed(0)
    network = CBAMResNet(layers=(2, 1), width=8, in_channels=3)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1, .2), nn.init.normal_(module.bias, 0, .2)
            nn.init.normal_(module.running_mean, 0, .2), nn.init.uniform_(module.running_var, .5, 2)
    network.eval()
    image = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        before = network(image)
        fuse(network)
        assert not any(isinstance(module, nn.BatchNorm2d) for module in network.modules())
        torch.testing.assert_close(network(image), before, atol=1e-5, rtol=1e-4)


def test_layers_of_torch_that_read_their_weights_stay():
    torch.manual_seed(0)
    network = nn.Sequential(nn.TransformerEncoderLayer(16, 2, 32, batch_first=True), nn.Linear(16, 16), nn.GELU()).eval()
    x = torch.randn(2, 3, 16)
    with torch.no_grad():
        before = network(x)
        fuse(network)
        torch.testing.assert_close(network(x), before)
    assert isinstance(network[0].linear1, nn.Linear) and isinstance(network[2], nn.Identity)
