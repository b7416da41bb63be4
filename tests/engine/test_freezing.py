"""Partial fine-tuning: exactly the named parameters move."""
import copy

import pytest
import torch
from torch import nn

from ajahr_mm.engine.freezing import apply_trainable, is_frozen
from ajahr_mm.io.errors import UserError


def network():
    torch.manual_seed(0)
    return nn.ModuleDict(dict(
        backbone=nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Linear(4, 4)),
        head=nn.Linear(4, 2)))


def trainable(model):
    return {name for name, parameter in model.named_parameters() if parameter.requires_grad}


@pytest.mark.parametrize('patterns, expected', [
    (['head.*'], {'head.weight', 'head.bias'}),
    (['head.*', 'backbone.3.*'], {'head.weight', 'head.bias', 'backbone.3.weight', 'backbone.3.bias'}),
    (['*.weight'], {'head.weight', 'backbone.0.weight', 'backbone.1.weight', 'backbone.3.weight'}),
    (['^head', r'backbone\.[13]\.bias$'], {'head.weight', 'head.bias', 'backbone.1.bias', 'backbone.3.bias'}),
    (['backbone.[01].bias'], {'backbone.0.bias', 'backbone.1.bias'}),
    ([], set()),
])
def test_only_the_named_parameters_are_trainable(patterns, expected):
    model = network()
    count = apply_trainable(model, patterns)
    assert trainable(model) == expected
    assert count == sum(p.numel() for n, p in model.named_parameters() if n in expected)


def test_none_freezes_nothing():
    model = network()
    assert apply_trainable(model, None) == sum(p.numel() for p in model.parameters())


def test_a_pattern_that_matches_nothing_is_a_mistake():
    with pytest.raises(UserError, match='decoder.*matches no parameter of ModuleDict that may learn; these are named like backbone.0.weight'):
        apply_trainable(network(), ['head.*', 'decoder.*'])


def step(model):
    model.train()
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1)
    loss = model['head'](model['backbone'](torch.randn(8, 4))).square().mean()
    loss.backward()
    optimizer.step()


def test_frozen_parts_keep_parameters_statistics_and_dropout():
    model = network()
    apply_trainable(model, ['head.*'])
    before = copy.deepcopy(model.state_dict())
    step(model)
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]) == name.startswith('backbone'), name
    assert model['head'].training and not model['backbone'].training and not model['backbone'][2].training


def test_partly_frozen_parts_train_and_their_frozen_children_do_not():
    model = network()
    apply_trainable(model, ['backbone.3.*', 'head.*'])
    model.train()
    assert model['backbone'].training and model['backbone'][3].training and not model['backbone'][1].training
    assert not model.eval()['head'].training


def test_it_can_be_applied_twice_and_to_a_part_only():
    model = network()
    apply_trainable(model['backbone'], [])
    model.train()
    assert model['head'].training and not model['backbone'].training
    apply_trainable(model, ['backbone.*'])
    model.train()
    assert model['backbone'][1].training and not model['head'].training


def test_a_copy_keeps_its_own_frozen_parts():
    model = network()
    apply_trainable(model, ['head.*'])
    twin = copy.deepcopy(model)
    model.eval()
    twin.train()
    assert twin['head'].training and not twin['backbone'].training
    assert not model['head'].training


def test_is_frozen_needs_parameters():
    assert not is_frozen(nn.Dropout())
    assert is_frozen(nn.Linear(1, 1).requires_grad_(False))


def test_parts_that_never_learn_stay_frozen_and_are_no_match():
    model = network()
    apply_trainable(model, ['*.weight'], frozen=[model['backbone']])
    assert trainable(model) == {'head.weight'} and not model.train()['backbone'].training
    with pytest.raises(UserError, match='backbone.*matches no parameter'):
        apply_trainable(model, ['head.*', 'backbone.3.*'], frozen=[model['backbone']])
    model = network()
    apply_trainable(model, None, frozen=[model['backbone']])
    assert trainable(model) == {'head.weight', 'head.bias'}
