"""bfloat16 training on a CPU."""
import pytest
import torch
from mmengine.config import Config
from torch import nn

from ajahr_mm.engine.amp import BFloat16OptimWrapper, enable_amp
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import OPTIM_WRAPPERS


def test_the_forward_pass_is_bfloat16_and_the_weights_stay_float32():
    model = nn.Linear(4, 4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    wrapper = OPTIM_WRAPPERS.build(dict(type='BFloat16OptimWrapper', optimizer=optimizer))
    assert isinstance(wrapper, BFloat16OptimWrapper)
    before = model.weight.detach().clone()
    with wrapper.optim_context(model):
        output = model(torch.ones(2, 4))
        loss = output.float().square().mean()
    assert output.dtype == torch.bfloat16
    wrapper.update_params(loss)
    assert model.weight.dtype == torch.float32 and model.weight.grad is None or model.weight.grad.dtype == torch.float32
    assert not torch.equal(model.weight, before)
    assert model(torch.ones(2, 4)).dtype == torch.float32


@pytest.mark.parametrize('wrapper', [dict(type='OptimWrapper'), dict(), dict(type='AmpOptimWrapper', loss_scale='dynamic')])
def test_amp_on_a_cpu_is_bfloat16_without_loss_scale(monkeypatch, wrapper):
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: False)
    cfg = enable_amp(Config(dict(optim_wrapper=dict(wrapper, clip_grad=dict(max_norm=1)))))
    assert cfg.optim_wrapper == dict(type='BFloat16OptimWrapper', clip_grad=dict(max_norm=1))


def test_amp_on_a_gpu_is_mmengines(monkeypatch):
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: True)
    assert enable_amp(Config(dict(optim_wrapper=dict(type='OptimWrapper')))).optim_wrapper == dict(
        type='AmpOptimWrapper', loss_scale='dynamic')


def test_a_wrapper_of_ones_own_is_not_replaced():
    with pytest.raises(UserError, match="--amp cannot replace optim_wrapper 'MyWrapper'"):
        enable_amp(Config(dict(optim_wrapper=dict(type='MyWrapper'))))
