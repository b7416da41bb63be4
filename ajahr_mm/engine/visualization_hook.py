"""Pictures of predictions while a model is validated or tested."""
from pathlib import Path
from typing import Optional, Sequence

import numpy as np
import torch
from mmengine.dist import master_only
from mmengine.hooks import Hook

from ajahr_mm.registry import HOOKS


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
