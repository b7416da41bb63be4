"""Training hooks: how the codebooks are used, pictures of predictions, and a plain progress line."""
import sys
import time
from pathlib import Path
from typing import Optional, Sequence

import numpy as np
import torch
from mmengine.dist import is_main_process, master_only
from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper
from torch import nn

from ajahr_mm.registry import HOOKS


def unwrapped(model: nn.Module) -> nn.Module:
    """The model inside a distributed wrapper, or itself."""
    return model.module if is_model_wrapper(model) else model


def codebook_statistics(count: torch.Tensor) -> dict:
    """Use of each code (M,) -> perplexity exp(entropy), 1 to M, and the number of dead codes (less than one use)."""
    share = count.double() / count.double().sum().clamp_min(1e-12)
    entropy = -(share * share.clamp_min(1e-12).log()).sum()
    return dict(perplexity=float(entropy.exp()), dead_codes=int((count < 1).sum()))


@HOOKS.register_module()
class CodebookHook(Hook):
    """Logs how a learning codebook is used: perplexity and dead codes of every quantiser in the model.

    A quantiser is a submodule with a method ``usage()`` -> (M,), or a buffer ``code_count`` (M,) of recent use.

    Args:
        interval: iterations between two entries in the log.
    """

    def __init__(self, interval: int = 50) -> None:
        self.interval = interval

    def after_train_iter(self, runner, batch_idx: int, data_batch=None, outputs=None) -> None:
        if not self.every_n_train_iters(runner, self.interval):
            return
        for name, module in unwrapped(runner.model).named_modules():
            count = module.usage() if callable(getattr(module, 'usage', None)) else getattr(module, 'code_count', None)
            if not isinstance(count, torch.Tensor) or not module.training:
                continue
            for key, value in codebook_statistics(count).items():
                runner.message_hub.update_scalar(f'train/{name}.{key}', value)


@HOOKS.register_module()
class BodyVisualizationHook(Hook):
    """Draws predictions with the visualizer of the config while validating and testing.

    Args:
        enable: draw at all; ``--show-dir`` turns it on.
        interval: every n-th sample is drawn.
        max_pictures: per pass over the data.
        out_dir: folder for PNG files, below the run's time-stamped folder unless absolute; None leaves the pictures to the
            visualizer's backends.
    """

    def __init__(self, enable: bool = False, interval: int = 50, max_pictures: int = 64,
                 out_dir: Optional[str] = None) -> None:
        self.enable, self.interval, self.max_pictures, self.out_dir = enable, interval, max_pictures, out_dir
        self._seen = self._drawn = 0

    def before_val_epoch(self, runner) -> None:
        self._seen = self._drawn = 0

    before_test_epoch = before_val_epoch

    def after_val_iter(self, runner, batch_idx: int, data_batch=None, outputs: Optional[Sequence] = None) -> None:
        self._draw(runner, data_batch, outputs, 'val', runner.iter)

    def after_test_iter(self, runner, batch_idx: int, data_batch=None, outputs: Optional[Sequence] = None) -> None:
        self._draw(runner, data_batch, outputs, 'test', batch_idx)

    @master_only
    def _draw(self, runner, data_batch: dict, outputs: Sequence, phase: str, step: int) -> None:
        if not self.enable or not isinstance(data_batch.get('inputs'), (list, torch.Tensor)):
            return
        for image, sample in zip(data_batch['inputs'], outputs):
            due = self._seen % self.interval == 0 and self._drawn < self.max_pictures
            self._seen += 1
            if not due:
                continue
            name = f'{phase}_{self._seen - 1:06d}'
            out_file = None
            if self.out_dir is not None:
                out_file = str(Path(runner.log_dir).parent / runner.timestamp / self.out_dir / f'{name}_{step}.png')
            pixels = np.ascontiguousarray(image.cpu().numpy().transpose(1, 2, 0))
            runner.visualizer.add_datasample(name, pixels, sample, out_file=out_file, step=step)
            self._drawn += 1


@HOOKS.register_module()
class ProgressHook(Hook):
    """One line on the terminal every few seconds of training: share done, loss, time left.

    Args:
        seconds: between two lines.
        label: what the lines start with.
    """

    def __init__(self, seconds: float = 10.0, label: str = 'train') -> None:
        self.seconds, self.label = seconds, label

    def before_train(self, runner) -> None:
        self._start = self._last = time.monotonic()
        self._first_iter = runner.iter

    def after_train_iter(self, runner, batch_idx: int, data_batch=None, outputs: Optional[dict] = None) -> None:
        now, done = time.monotonic(), runner.iter + 1
        finished = done == runner.max_iters
        if not is_main_process() or (now - self._last < self.seconds and not finished):
            return
        self._last = now
        left = (now - self._start) / max(1, done - self._first_iter) * (runner.max_iters - done)
        loss = (outputs or {}).get('loss')
        value = f', loss {float(loss):.3f}' if loss is not None else ''
        print(f'[{self.label}] {done}/{runner.max_iters} ({100 * done // runner.max_iters} %){value}, '
              f'{int(left) // 60}:{int(left) % 60:02d} left', file=sys.stdout, flush=True)
