"""Hooks: what is logged, what is drawn, what is printed."""
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.logging import MessageHub
from torch import nn

from ajahr_mm.engine.hooks import BodyVisualizationHook, CodebookHook, ProgressHook, codebook_statistics


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


class Recorder:
    def __init__(self):
        self.calls = []

    def add_datasample(self, name, image, data_sample, out_file=None, step=0, **kwargs):
        self.calls.append((name, image, data_sample, out_file, step))


def run_visualization(hook, tmp_path, batches=3):
    runner = SimpleNamespace(visualizer=Recorder(), iter=70, log_dir=str(tmp_path / 'stamp'), timestamp='stamp')
    hook.before_val_epoch(runner)
    for batch in range(batches):
        images = [torch.full((3, 4, 6), batch * 4 + i, dtype=torch.uint8) for i in range(4)]
        hook.after_val_iter(runner, batch, dict(inputs=images), [f'sample {batch * 4 + i}' for i in range(4)])
    return runner.visualizer.calls


def test_every_nth_sample_is_drawn_up_to_a_limit(tmp_path):
    calls = run_visualization(BodyVisualizationHook(enable=True, interval=5, out_dir='show'), tmp_path)
    assert [call[2] for call in calls] == ['sample 0', 'sample 5', 'sample 10']
    assert calls[1][1].shape == (4, 6, 3) and (calls[1][1] == 5).all()
    assert calls[1][3] == str(tmp_path / 'stamp/show/val_000005_70.png')
    assert len(run_visualization(BodyVisualizationHook(enable=True, interval=1, max_pictures=2), tmp_path)) == 2


def test_nothing_is_drawn_unless_asked_or_without_pictures(tmp_path):
    assert run_visualization(BodyVisualizationHook(), tmp_path) == []
    hook = BodyVisualizationHook(enable=True)
    hook.after_val_iter(SimpleNamespace(visualizer=None, iter=0), 0, dict(inputs=dict(body_pose=torch.eye(3))), [1])


def test_progress_tells_share_loss_and_time_left(capsys, monkeypatch):
    clock = iter([0.0, 1.0, 10.0, 12.0, 40.0])
    monkeypatch.setattr('ajahr_mm.engine.hooks.time.monotonic', lambda: next(clock))
    hook = ProgressHook(seconds=5, label='tokenizer')
    runner = SimpleNamespace(iter=0, max_iters=4)
    hook.before_train(runner)
    for iteration in range(4):
        runner.iter = iteration
        hook.after_train_iter(runner, iteration, outputs=dict(loss=torch.tensor(0.25)))
    assert capsys.readouterr().out.splitlines() == [
        '[tokenizer] 2/4 (50 %), loss 0.250, 0:10 left', '[tokenizer] 4/4 (100 %), loss 0.250, 0:00 left']
