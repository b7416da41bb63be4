"""One thread a process: more would fight over the cores, and sums of several threads may differ in the last bit."""
import os
import sys
from contextlib import contextmanager
from typing import Iterator

#: Read by the linear algebra libraries when they are imported.
VARIABLES = ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'NUMEXPR_NUM_THREADS')
ENVIRONMENT = {name: '1' for name in VARIABLES}


@contextmanager
def inherited() -> Iterator[None]:
    """Processes that are started meanwhile have one thread."""
    before = {name: os.environ.get(name) for name in VARIABLES}
    os.environ.update(ENVIRONMENT)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


@contextmanager
def one() -> Iterator[None]:
    """This process has one thread meanwhile, as far as that can be said once the libraries are there."""
    import cv2
    import torch
    before = torch.get_num_threads(), cv2.getNumThreads()
    use_one()
    try:
        yield
    finally:
        torch.set_num_threads(before[0])
        cv2.setNumThreads(before[1])


def use_one() -> None:
    """This process has one thread from now on. A torch that is imported later reads :data:`ENVIRONMENT`."""
    import cv2
    cv2.setNumThreads(1)
    if 'torch' in sys.modules:
        sys.modules['torch'].set_num_threads(1)
