"""The optimiser holds what trains and nothing else."""
import pytest
import torch
from mmengine.optim import build_optim_wrapper
from mmengine.registry import DefaultScope
from torch import nn

from ajahr_mm.engine.freezing import apply_trainable
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import register_all

register_all(init_default_scope=False)


@pytest.fixture(autouse=True)
def _scope():
    with DefaultScope.overwrite_default_scope('ajahr_mm'):
        yield


@pytest.fixture
def model():
    torch.manual_seed(0)
    return nn.ModuleDict(dict(trunk=nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3)), head=nn.Linear(3, 1)))


def held(wrapper, model):
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    return [names[id(parameter)] for group in wrapper.optimizer.param_groups for parameter in group['params']]


SGD = dict(type='SGD', lr=0.5, weight_decay=0.1)


@pytest.mark.parametrize('paramwise', [None, dict(custom_keys=dict(head=dict(lr_mult=0.1))), dict(norm_decay_mult=0.0)])
def test_a_config_that_asks_for_nothing_special_gets_it(model, paramwise):
    apply_trainable(model, ['trunk.1.*', 'head.*'])
    wrapper = build_optim_wrapper(model, dict(optimizer=SGD, paramwise_cfg=paramwise))
    assert sorted(held(wrapper, model)) == ['head.bias', 'head.weight', 'trunk.1.bias', 'trunk.1.weight']
    if paramwise and 'custom_keys' in paramwise:
        rates = {group['lr'] for group in wrapper.optimizer.param_groups}
        assert rates == {0.5, 0.05}


def test_frozen_parameters_do_not_even_decay(model):
    apply_trainable(model, ['head.*'])
    before = {name: value.clone() for name, value in model.state_dict().items()}
    wrapper = build_optim_wrapper(model, dict(optimizer=SGD))
    wrapper.update_params(model['head'](model['trunk'](torch.ones(2, 3))).square().sum())
    moved = {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
    assert moved == {'head.weight', 'head.bias'}


def test_its_state_resumes(model):
    apply_trainable(model, ['head.*'])
    first, second = (build_optim_wrapper(model, dict(optimizer=dict(type='AdamW', lr=0.1))) for _ in range(2))
    first.update_params(model['head'](torch.ones(2, 3)).square().sum())
    second.load_state_dict(first.state_dict())
    state = second.optimizer.state_dict()['state']
    assert len(state) == 2 and all(entry['exp_avg'].any() for entry in state.values())


def test_nothing_to_train_is_a_mistake(model):
    apply_trainable(model, [])
    with pytest.raises(UserError, match='no parameter of ModuleDict is trainable'):
        build_optim_wrapper(model, dict(optimizer=SGD))
