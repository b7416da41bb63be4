"""Mixed precision on a CPU: bfloat16, which keeps float32's range and so needs no loss scaling."""
from contextlib import contextmanager
from typing import Iterator

import torch
from mmengine.config import Config
from mmengine.optim import OptimWrapper
from torch import nn

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import OPTIM_WRAPPERS


@OPTIM_WRAPPERS.register_module()
class BFloat16OptimWrapper(OptimWrapper):
    """An OptimWrapper whose forward pass runs under bfloat16 autocast, on a CPU or a GPU.

    MMEngine's AmpOptimWrapper refuses to be built without an accelerator. Weights, gradients and states stay float32.
    """

    @contextmanager
    def optim_context(self, model: nn.Module) -> Iterator[None]:
        device = next(model.parameters()).device.type
        with super().optim_context(model), torch.autocast(device, dtype=torch.bfloat16):
            yield


def enable_amp(cfg: Config) -> Config:
    """Makes ``cfg`` train in mixed precision: float16 with dynamic loss scaling on a GPU, bfloat16 on a CPU.

    Raises:
        UserError: the config has an optimiser wrapper of its own that is not one of these.
    """
    wrapper = cfg.optim_wrapper
    known = ('OptimWrapper', 'AmpOptimWrapper', 'BFloat16OptimWrapper')
    if wrapper.get('type', 'OptimWrapper') not in known:
        raise UserError(f'--amp cannot replace optim_wrapper {wrapper.type!r}; drop --amp or use OptimWrapper.')
    if torch.cuda.is_available():
        if wrapper.get('type') != 'BFloat16OptimWrapper':
            wrapper.type = 'AmpOptimWrapper'
            wrapper.setdefault('loss_scale', 'dynamic')
    else:
        wrapper.type = 'BFloat16OptimWrapper'
        wrapper.pop('loss_scale', None)
        wrapper.pop('dtype', None)
    return cfg
