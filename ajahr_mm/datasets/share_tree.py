"""Shares inside shares, kept at every moment: which group the n-th sample belongs to."""
from fractions import Fraction
from math import lcm
from typing import Dict, Iterator, List, Sequence, Tuple, Union

import numpy as np

_LONGEST_PERIOD = 20000


class ShareTree:
    """Groups with shares; a group may itself be a tree.

    The samples of each group keep the shares of its own groups among themselves: with 0.5 amputees of nine sets and 0.5
    intact people of nine others, every batch of an even size has exactly one half of each, and inside the halves every
    set is within less than one sample of its share.

    Args:
        shares: one per group, not negative, need not sum to 1.
        groups: per group the number of a leaf, or a tree.
    """

    def __init__(self, shares: Sequence[float], groups: Sequence[Union[int, 'ShareTree']]) -> None:
        self.groups = list(groups)
        self.pattern = even_pattern(shares)
        # taken[n]: how many of each group the first n samples of a period hold
        taken = np.zeros((len(self.pattern) + 1, len(shares)), np.int64)
        taken[np.arange(1, len(taken)), self.pattern] = 1
        self._taken = taken.cumsum(0)

    def locate(self, position: int) -> Tuple[int, int]:
        """Leaf of the sample at ``position``, and how many of that leaf come before it."""
        period, place = divmod(position, len(self.pattern))
        group = int(self.pattern[place])
        used = period * int(self._taken[-1, group]) + int(self._taken[place, group])
        inner = self.groups[group]
        return inner.locate(used) if isinstance(inner, ShareTree) else (inner, used)

    def counts(self, position: int) -> Dict[int, int]:
        """How many samples of each leaf come before ``position``."""
        period, place = divmod(position, len(self.pattern))
        used = period * self._taken[-1] + self._taken[place]
        found: Dict[int, int] = {}
        for group, count in zip(self.groups, used):
            found.update(group.counts(int(count)) if isinstance(group, ShareTree) else {group: int(count)})
        return found

    def leaves(self) -> Iterator[int]:
        """All leaves with a share above 0."""
        for number in np.unique(self.pattern):
            group = self.groups[number]
            if isinstance(group, ShareTree):
                yield from group.leaves()
            else:
                yield group


def even_pattern(shares: Sequence[float]) -> np.ndarray:
    """Groups (P,) of one period, such that every beginning holds each group within less than one sample of its share.

    Earliest deadline first (Tijdeman 1980, "The chairman assignment problem"). Shares are taken to 1/10000; where their
    common denominator exceeds 20,000 they are rounded to 1/20,000.
    """
    weights = [Fraction(share).limit_denominator(10000) for share in shares]
    ratios = [weight / sum(weights) for weight in weights]
    period = lcm(*(ratio.denominator for ratio in ratios))
    if period > _LONGEST_PERIOD:
        period = _LONGEST_PERIOD
        counts = [int(ratio * period) for ratio in ratios]
        for group in sorted(range(len(ratios)), key=lambda g: counts[g] - ratios[g] * period)[:period - sum(counts)]:
            counts[group] += 1
    else:
        counts = [int(ratio * period) for ratio in ratios]
    # All in units of 1 / (period * slack), so that there is no rounding.
    slack = max(2 * sum(count > 0 for count in counts) - 2, 1)
    taken: List[int] = [0] * len(counts)
    pattern: List[int] = []
    for n in range(1, period + 1):
        owed = [count * n - period * t for count, t in zip(counts, taken)]
        ready = [g for g in range(len(counts)) if counts[g] and owed[g] * slack >= period]
        ready = ready or [g for g in range(len(counts)) if owed[g] > 0]  # a single group
        group = min(ready, key=lambda g: (Fraction(period * (slack - 1) - owed[g] * slack, counts[g]), g))
        taken[group] += 1
        pattern.append(group)
    return np.array(pattern)
