import pytest
import torch
from tests.models.conftest import small_system

from ajahr_mm.io import UserError
from ajahr_mm.models.acceleration import accelerate, lower_precision, multiplies_bfloat16, networks_of
from ajahr_mm.models.fused_layers import FusedLinear
from ajahr_mm.registry import MODELS


@pytest.fixture
def model():
    torch.manual_seed(0)
    return MODELS.build(small_system(precision='bfloat16')).eval()


def inputs():
    generator = torch.Generator().manual_seed(1)
    keypoints = torch.cat([64 * torch.rand(4, 12, 2, generator=generator), torch.ones(4, 12, 1)], -1)
    return torch.randn(4, 3, 64, 64, generator=generator), keypoints


@torch.no_grad()
def test_float32_gives_the_same_numbers(model):
    model.precision = None
    before = model.regress(*inputs())
    after = accelerate(model, 'float32').regress(*inputs())
    assert any(isinstance(module, FusedLinear) for module in model.modules())
    for name, value in before.items():
        torch.testing.assert_close(after[name], value, atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_bfloat16_keeps_what_leaves_the_networks_in_float32(model):
    model.precision = None
    before = model.regress(*inputs())
    after = accelerate(model, 'bfloat16').regress(*inputs())
    for network in networks_of(model):
        assert all(parameter.dtype == torch.bfloat16 for parameter in network.parameters())
    assert model.pose_head.hands.weight.dtype == model.params_head.shape.weight.dtype == torch.float32
    assert all(value.dtype == torch.float32 for value in after.values() if value.is_floating_point())
    torch.testing.assert_close(after['limb_probs'], before['limb_probs'], atol=.02, rtol=0)
    angle = (before['body_pose'].transpose(-1, -2) @ after['body_pose']).diagonal(dim1=-2, dim2=-1).sum(-1)
    same = (before['limb_classes'] == after['limb_classes']).all(1)
    assert same.any() and torch.rad2deg(torch.acos(((angle[same] - 1) / 2).clamp(-1, 1))).mean() < 1
    eye = after['body_pose'] @ after['body_pose'].transpose(-1, -2)
    torch.testing.assert_close(eye, torch.eye(3).expand_as(eye), atol=1e-5, rtol=0)


def test_auto_is_what_the_processor_does_natively(model):
    lower_precision(model, 'auto')
    expected = torch.bfloat16 if multiplies_bfloat16(torch.device('cpu')) else torch.float32
    assert next(model.backbone.parameters()).dtype == expected and model.precision is None


def test_every_floating_network_is_counted(model):
    named = [type(network).__name__ for network in networks_of(model)]
    assert named == ['HybridBackbone', 'CBAMResNet', 'TwoPathDecoder', 'TokenBridge', 'PoseDecoder', 'PoseDecoder']


def test_other_types_are_refused(model):
    with pytest.raises(UserError, match="'float16' is not one of auto, float32, bfloat16"):
        accelerate(model, 'float16')
