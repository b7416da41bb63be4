"""Exact quotas: shares become whole counts, and the counts a random order."""
from typing import Dict, Hashable, Mapping

import numpy as np

from ajahr_mm.io.errors import UserError


def check_shares(shares: Mapping[Hashable, float], what: str) -> Dict[Hashable, float]:
    """The shares as a plain dict. Raises UserError: a share is negative or no number, or all are zero."""
    if not shares or not all(share >= 0 for share in shares.values()) or not sum(shares.values()) > 0:
        raise UserError(f'{what} shares must be non-negative and not all zero, got {dict(shares)}; '
                        'correct the synthesis config')
    return dict(shares)


def exact_counts(shares: Mapping[Hashable, float], total: int) -> Dict[Hashable, int]:
    """Whole counts that sum to ``total`` and miss their shares by less than one (largest remainders)."""
    names, weights = list(shares), np.array(list(shares.values()), dtype=np.float64)
    ideal = weights / weights.sum() * total
    counts = np.floor(ideal + 1e-9).astype(int)
    for i in np.argsort(-(ideal - counts), kind='stable')[:total - counts.sum()]:
        counts[i] += 1
    return dict(zip(names, counts.tolist()))


def shuffled(shares: Mapping[Hashable, float], total: int, rng: np.random.Generator) -> np.ndarray:
    """Positions (total,) in ``shares``, each as often as :func:`exact_counts` says, in random order."""
    counts = list(exact_counts(shares, total).values())
    return np.repeat(np.arange(len(counts)), counts)[rng.permutation(total)]


def marked(strata: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """(N,) bool: round(``share`` N) of the N, and within each stratum (N,) its share to within one, at random."""
    order = np.lexsort((rng.random(len(strata)), strata))
    steps = np.floor(share * np.arange(len(strata) + 1) + .5)
    chosen = np.zeros(len(strata), bool)
    chosen[order] = np.diff(steps) > 0
    return chosen
