"""What the body layer refuses, with one sentence: wrong types and shapes, NaN, matrices that do not rotate."""
from typing import Dict, Optional, Tuple

import torch
from torch import Tensor

from ajahr_mm.io import UserError

_TOLERANCE = {torch.float64: 1e-3, torch.float32: 1e-3, torch.bfloat16: 0.05, torch.float16: 0.01}


def check_shapes(inputs: Dict[str, Optional[Tensor]], shapes: Dict[str, Tuple[int, ...]]) -> int:
    """The batch size. Raises UserError unless every input that is given is a float tensor (B, *shape)."""
    batch = None
    for name, value in inputs.items():
        if value is None:
            continue
        if not isinstance(value, Tensor) or not value.is_floating_point():
            kind = value.dtype if isinstance(value, Tensor) else type(value).__name__
            raise UserError(f'{name} must be a tensor of floating point numbers, got {kind}.')
        batch = batch if batch is not None else value.shape[0] if value.ndim else 0
        if value.shape != (batch, *shapes[name]):
            raise UserError(f'{name} has shape {tuple(value.shape)} where {(batch, *shapes[name])} was expected.')
    return batch


def may_read(value: Tensor, training: bool) -> bool:
    """Whether the numbers of an input may be looked at.

    Not while compiling; not on a GPU in a training step, which would have to wait for them.
    """
    return not torch.compiler.is_compiling() and (value.device.type == 'cpu' or not (training and torch.is_grad_enabled()))


def check_values(inputs: Dict[str, Optional[Tensor]], training: bool) -> None:
    """Raises UserError where an input holds NaN or infinity.

    Inputs that require a gradient are a network's or an optimiser's own and are left to whoever watches the loss.
    """
    for name, value in inputs.items():
        if value is not None and not value.requires_grad and may_read(value, training) and not bool(
                torch.isfinite(value).all()):
            raise UserError(f'{name} holds NaN or infinity.')


def check_rotations(inputs: Dict[str, Tensor], training: bool) -> None:
    """Raises UserError where matrices (…,3,3) are neither rotations nor the zero matrix of an amputated joint.

    These two are exactly the matrices that equal their cofactors, in other words whose rows are the cross products of
    the others: one test without a special case. Inputs that require a gradient are not read, as above.
    """
    for name, value in inputs.items():
        if value.requires_grad or not may_read(value, training):
            continue
        exact = value.to(torch.promote_types(value.dtype, torch.float32))
        error = torch.linalg.cross(exact, exact.roll(-1, -2)) - exact.roll(-2, -2)
        if exact.numel() and not bool(error.abs().amax() <= _TOLERANCE[value.dtype]):
            if not bool(torch.isfinite(value).all()):
                raise UserError(f'{name} holds NaN or infinity.')
            raise UserError(f'{name} holds matrices that are no rotations (neither is the zero matrix of an amputated joint '
                            'meant by them); build the body with accept_any_matrix=True to take any.')
