"""The progress line."""
from types import SimpleNamespace

import torch

from ajahr_mm.engine.progress_hook import ProgressHook


def test_progress_tells_share_loss_and_time_left(capsys, monkeypatch):
    clock = iter([0.0, 1.0, 10.0, 12.0, 40.0])
    monkeypatch.setattr('ajahr_mm.engine.progress_hook.time.monotonic', lambda: next(clock))
    hook = ProgressHook(seconds=5, label='tokenizer')
    runner = SimpleNamespace(iter=0, max_iters=4)
    hook.before_train(runner)
    for iteration in range(4):
        runner.iter = iteration
        hook.after_train_iter(runner, iteration, outputs=dict(loss=torch.tensor(0.25)))
    assert capsys.readouterr().out.splitlines() == [
        '[tokenizer] 2/4 (50 %), loss 0.250, 0:10 left', '[tokenizer] 4/4 (100 %), loss 0.250, 0:00 left']
