"""Predictions of a test run as columns in one pickle-free file."""
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Union

import numpy as np
import torch
from mmengine.dist import all_gather_object, is_main_process
from mmengine.hooks import Hook

from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import HOOKS

_META = ('sample_id', 'img_path', 'center', 'size', 'img_shape')


@HOOKS.register_module()
class DumpPredictionsHook(Hook):
    """Writes an npz with one row per sample: ``pred_*``, the ground-truth ``gt_limb_extent``, and where each crop is from.

    Args:
        path: of the ``.npz`` file; it appears whole or not at all.
    """

    priority = 'LOW'

    def __init__(self, path: Union[str, Path]) -> None:
        if Path(path).suffix != '.npz':
            raise UserError(f'predictions are dumped as .npz; {path} has another ending.')
        self.path = Path(path)
        self._rows: List[Dict[str, np.ndarray]] = []

    def before_test_epoch(self, runner) -> None:
        self._rows = []

    def after_test_iter(self, runner, batch_idx: int, data_batch=None, outputs: Optional[Sequence] = None) -> None:
        for sample in outputs or ():
            if not hasattr(sample, 'pred'):
                raise UserError(f'--dump needs a model that predicts BodySamples, not {type(sample).__name__}.')
            self._rows.append(_row(sample))

    def after_test_epoch(self, runner, metrics=None) -> None:
        parts = all_gather_object(self._rows)
        if not is_main_process():
            return
        # Ranks take every n-th sample in turn, and the last round may repeat some to fill up.
        longest = max(map(len, parts))
        rows = [part[index] for index in range(longest) for part in parts if index < len(part)]
        rows = rows[:len(runner.test_dataloader.dataset)]
        columns = {name: np.stack([row[name] for row in rows]) for name in (rows[0] if rows else ())}
        with atomic_path(self.path) as partial:
            np.savez_compressed(partial, **columns)


def _row(sample) -> Dict[str, np.ndarray]:
    row = {name: np.asarray(sample.get(name)) for name in _META if sample.get(name) is not None}
    row.update((f'pred_{name}', _array(value)) for name, value in sample.pred.items())
    truth = getattr(sample, 'gt', None)
    if truth is not None and 'limb_extent' in truth:
        row['gt_limb_extent'] = _array(truth.limb_extent)
    return {name: value.astype(str) if value.dtype == object else value for name, value in row.items()}


def _array(value: torch.Tensor) -> np.ndarray:
    value = value.detach().cpu()
    return (value.float() if value.dtype == torch.bfloat16 else value).numpy()
