"""The one place where numpy and torch meet: what comes in as one kind goes out as the same kind."""
from typing import Any, Optional, Union

import numpy as np
import torch
from torch import Tensor

from ajahr_mm.io.errors import UserError

Array = Union[np.ndarray, Tensor]


def as_tensor(name: str, value: Any, dtype: torch.dtype, device: Union[str, torch.device] = 'cpu') -> Tensor:
    """Any array, tensor or nested list as a contiguous, detached tensor; UserError names ``name`` if it is none."""
    try:
        if isinstance(value, np.ndarray):
            value = np.ascontiguousarray(value)
            # torch has no read-only tensors and warns about arrays that are.
            value = torch.from_numpy(value if value.flags.writeable else value.copy())
        return torch.as_tensor(value).detach().to(device=device, dtype=dtype).contiguous()
    except (TypeError, ValueError, RuntimeError) as error:
        raise UserError(f'{name} is not an array of numbers ({error})') from None


def as_batch(name: str, value: Any, shape: tuple, batch: Optional[int], dtype: torch.dtype = torch.float32,
             device: Union[str, torch.device] = 'cpu') -> Tensor:
    """``value`` as (1 or B, *shape) tensor; a missing batch axis is added, ``None`` in ``shape`` fits any length.

    Raises UserError if the shape or the batch does not fit.
    """
    tensor = as_tensor(name, value, dtype, device)
    given = tuple(tensor.shape)
    if tensor.ndim == len(shape):
        tensor = tensor[None]
    fits = tensor.ndim == len(shape) + 1 and all(
        want is None or have == want for have, want in zip(tensor.shape[1:], shape))
    if not fits:
        wanted = ', '.join('*' if n is None else str(n) for n in shape)
        raise UserError(f'{name} has shape {given}, expected (B, {wanted}) or ({wanted})')
    if batch is not None and len(tensor) not in (1, batch):
        raise UserError(f'{name} has a batch of {len(tensor)}, expected 1 or {batch} as the vertices have')
    return tensor
