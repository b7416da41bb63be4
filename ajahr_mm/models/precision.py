"""Which arithmetic a region runs in: networks may use bfloat16, geometry never does."""
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor

PRECISIONS = (None, 'bfloat16')


def network_region(tensor: Tensor, precision: str = None) -> AbstractContextManager:
    """Autocast to ``precision`` on the device of ``tensor``; None leaves the surrounding setting alone.

    CPUs with matrix units multiply bfloat16 several times faster than float32.
    """
    if precision is None:
        return nullcontext()
    return torch.autocast(tensor.device.type, dtype=getattr(torch, precision))


def float32_region(tensor: Tensor) -> AbstractContextManager:
    """No autocast: rotations, SVD, skinning, projection and losses. Cast the inputs with ``.float()`` yourself."""
    return torch.autocast(tensor.device.type, enabled=False)
