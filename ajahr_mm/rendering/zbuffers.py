"""Memory for z-buffers, kept between calls: on a CPU fresh memory costs more than what is drawn into it."""
from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, Tuple

import torch
from torch import Tensor

#: Larger z-buffers than this many bytes are given back after each call.
KEPT = 1 << 26


class ZBuffers:
    """What one renderer keeps. Threads that draw at the same time have a buffer each.

    Args:
        device: on the CPU buffers are kept; elsewhere torch's own allocator does that, with regard to streams.
    """

    def __init__(self, device: torch.device) -> None:
        self.device, self._spare = device, []  # type: torch.device, List[Tensor]

    def __getstate__(self) -> Dict[str, Any]:
        return dict(device=self.device, _spare=[])

    @contextmanager
    def borrow(self, shape: Tuple[int, ...]) -> Iterator[Tensor]:
        """An int64 buffer of this shape with anything in it, to be forgotten at the end of ``with``."""
        count = torch.Size(shape).numel()
        try:
            memory = self._spare.pop()  # one step, so that no two threads get the same
        except IndexError:
            memory = torch.empty(0, dtype=torch.int64, device=self.device)
        if memory.numel() < count:
            memory = torch.empty(count, dtype=torch.int64, device=self.device)
        try:
            yield memory[:count].view(shape)
        finally:
            if self.device.type == 'cpu' and memory.nbytes <= KEPT:
                self._spare.append(memory)
