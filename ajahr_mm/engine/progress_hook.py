"""A plain progress line for people who watch a terminal."""
import time
from typing import Optional

from mmengine.dist import is_main_process
from mmengine.hooks import Hook

from ajahr_mm.registry import HOOKS


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
              f'{int(left) // 60}:{int(left) % 60:02d} left', flush=True)
