"""Stock: props that are drawn once and used in many scenes."""
import functools
import zlib
from typing import Callable

import numpy as np


def stock(count: int) -> Callable:
    """Decorator for a painter ``make(rng, *args)``: the generator picks one of ``count`` pictures, drawn when first wanted.

    Which picture is which depends on the painter's name and its hashable arguments alone, not on the order of the calls.
    """
    def decorate(make: Callable) -> Callable:
        @functools.lru_cache(maxsize=None)
        def drawn(number: int, *args):
            return make(np.random.default_rng([zlib.crc32(make.__name__.encode()), number]), *args)

        @functools.wraps(make)
        def pick(rng: np.random.Generator, *args):
            return drawn(int(rng.integers(count)), *args)
        return pick
    return decorate
