"""The codebook hook: what it logs, and of which codebooks."""
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.logging import MessageHub
from torch import nn

from ajahr_mm.engine.codebook_hook import CodebookHook, codebook_statistics


@pytest.mark.parametrize('count, perplexity, dead', [
    ([1.0, 1.0, 1.0, 1.0], 4.0, 0), ([5.0, 0.0, 0.0, 0.0], 1.0, 3), ([2.0, 2.0, 0.0, 0.5], None, 2)])
def test_perplexity_is_the_exponential_of_the_entropy(count, perplexity, dead):
    statistics = codebook_statistics(torch.tensor(count))
    share = np.array(count)[np.array(count) > 0] / sum(count)
    expected = np.exp(-(share * np.log(share)).sum())
    assert statistics['perplexity'] == pytest.approx(expected, rel=1e-6)
    assert perplexity is None or expected == pytest.approx(perplexity)
    assert statistics['dead_codes'] == dead


class Quantizer(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer('code_count', torch.tensor([3.0, 3.0, 0.0]))


class OwnQuantizer(nn.Module):
    def usage(self):
        return torch.tensor([1.0, 1.0])


def test_learning_codebooks_are_logged_and_frozen_ones_are_not():
    model = nn.ModuleDict(dict(learning=Quantizer(), own=OwnQuantizer(), frozen=Quantizer()))
    model['frozen'].eval()
    hub = MessageHub('codebook-test')
    runner = SimpleNamespace(model=model, message_hub=hub, iter=9)
    CodebookHook(interval=10).after_train_iter(runner, 9)
    logged = {name: buffer.current() for name, buffer in hub.log_scalars.items()}
    assert logged == {'train/learning.perplexity': pytest.approx(2), 'train/learning.dead_codes': 1,
                      'train/own.perplexity': pytest.approx(2), 'train/own.dead_codes': 0}
    hub.log_scalars.clear()
    CodebookHook(interval=10).after_train_iter(SimpleNamespace(model=model, message_hub=hub, iter=10), 10)
    assert not hub.log_scalars


def test_freeze_after_stops_the_averages_and_nothing_else():
    model = nn.ModuleDict(dict(learning=Quantizer(), network=nn.Dropout()))
    hook, seen = CodebookHook(freeze_after=3), []
    for step in range(5):
        model.train()  # as the loop does
        hook.before_train_iter(SimpleNamespace(model=model, iter=step), step)
        seen.append(model['learning'].training)
    assert seen == [True, True, True, False, False] and model['network'].training
    for step in range(5):
        model.train()
        CodebookHook().before_train_iter(SimpleNamespace(model=model, iter=step), step)
        assert model['learning'].training
