"""What a forked child must not use: the threads and OpenGL contexts of its parent."""
import os
from contextlib import contextmanager
from typing import Iterator

import torch

_HOME = os.getpid()


@contextmanager
def one_thread_if_forked() -> Iterator[None]:
    """Keeps torch to one thread in a process that was forked after this module was imported.

    OpenMP's threads do not survive a fork, and a child whose parent had used them waits for them forever.
    """
    threads = torch.get_num_threads()
    if os.getpid() == _HOME or threads == 1:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
