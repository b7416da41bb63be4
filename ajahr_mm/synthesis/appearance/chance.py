"""Draws by share."""
from typing import Dict

import numpy as np

#: name -> how often, in any unit
Shares = Dict[str, float]


def pick(rng: np.random.Generator, shares: Shares) -> str:
    """One of the names, by share."""
    left = rng.random() * sum(shares.values())
    for name, share in shares.items():
        left -= share
        if left < 0:
            return name
    return name
