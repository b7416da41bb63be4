"""RatioSampler: the same mixture in every batch."""
from typing import Dict, Iterator, List, Mapping, Optional, Sequence, Union

import numpy as np
from mmengine.dist import get_dist_info, sync_random_seed
from torch.utils.data import Sampler

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DATA_SAMPLERS


@DATA_SAMPLERS.register_module()
class RatioSampler(Sampler):
    """Endless indices whose every block of ``batch_size`` holds the groups in exact shares.

    A share that is no whole number of samples is rounded so that the running total never strays a full sample from
    exact. Inside a group all samples are used once, in random order, before any is used again; ranks take turns in the
    same order and so never share a sample within a round. Paper: half amputees, half intact people.

    Args:
        dataset: a ``ConcatDataset``, whose parts are the groups, or with ``groups`` anything that has ``group_names``.
        batch_size: that of the DataLoader, per rank.
        ratios: shares, in the order of the parts or by group name; need not sum to 1. A group with share 0 is left out.
        groups: what to group by, asked of ``dataset.group_names(groups)`` (``amputee`` -> 'amputee', 'intact').
        seed: None takes one from the clock, the same on all ranks.
        shuffle: False keeps the order of the dataset inside each group.

    Raises:
        UserError: ratios that do not fit the groups, a wanted group without samples.
    """

    def __init__(self, dataset, batch_size: int, ratios: Union[Sequence[float], Mapping[str, float]],
                 groups: Optional[str] = None, seed: Optional[int] = None, shuffle: bool = True) -> None:
        members = _members(dataset, groups)
        if isinstance(ratios, Mapping):
            unknown = sorted(set(ratios) - set(members))
            if unknown:
                raise UserError(f'RatioSampler: no group {", ".join(unknown)}; the dataset has {", ".join(members)}.')
            shares = [float(ratios.get(name, 0)) for name in members]
        else:
            shares = [float(ratio) for ratio in ratios]
        if len(shares) != len(members):
            raise UserError(f'RatioSampler: {len(shares)} ratios for {len(members)} groups ({", ".join(members)}).')
        if min(shares) < 0 or not sum(shares) > 0:
            raise UserError(f'RatioSampler: ratios {shares} must not be negative and not all zero.')
        for name, share in zip(members, shares):
            if share > 0 and not len(members[name]):
                raise UserError(f'RatioSampler: group {name} has ratio {share} but no samples.')
        self.group_names: List[str] = list(members)
        self.ratios = np.array(shares) / sum(shares)
        self.batch_size, self.shuffle = int(batch_size), shuffle
        self.rank, self.world_size = get_dist_info()
        self.seed = sync_random_seed() if seed is None else seed
        self._members = list(members.values())
        self._size = len(dataset)
        self._skipped = 0

    def __iter__(self) -> Iterator[int]:
        taken = np.zeros(len(self._members), np.int64)  # by this rank, from each group
        skipped, self._skipped = self._skipped, 0
        whole, rest = divmod(skipped, self.batch_size)
        for batch in range(whole):
            taken += self._counts(batch, taken)
        orders: Dict[tuple, np.ndarray] = {}
        batch = whole
        while True:
            counts = self._counts(batch, taken)
            indices = [self._pick(group, int(taken[group]) + i, orders)
                       for group, count in enumerate(counts) for i in range(count)]
            taken += counts
            yield from indices[rest:]
            rest, batch = 0, batch + 1

    def __len__(self) -> int:
        """Samples of one rank in one pass over as many samples as the dataset has."""
        return -(-self._size // self.world_size)

    def skip(self, num_samples: int) -> None:
        """Starts the next iteration after ``num_samples`` of this rank, without touching the data (for resuming)."""
        self._skipped = int(num_samples)

    def set_epoch(self, epoch: int) -> None:
        """The stream is endless: epochs do not exist."""

    def _counts(self, batch: int, taken: np.ndarray) -> np.ndarray:
        """How many of each group this batch takes: owed so far, rounded down, then the largest remainders."""
        owed = self.ratios * ((batch + 1) * self.batch_size) - taken
        counts = np.maximum(np.floor(owed + 1e-9), 0).astype(np.int64)
        short = self.batch_size - counts.sum()
        if short > 0:
            counts[np.argsort(-(owed - counts), kind='stable')[:short]] += 1
        while counts.sum() > self.batch_size:
            counts[np.argmin(np.where(counts > 0, owed - counts, np.inf))] -= 1
        return counts

    def _pick(self, group: int, position: int, orders: Dict[tuple, np.ndarray]) -> int:
        members = self._members[group]
        turn, place = divmod(position * self.world_size + self.rank, len(members))
        if not self.shuffle:
            return int(members[place])
        if (group, turn) not in orders:
            orders.pop((group, turn - 1), None)
            orders[group, turn] = np.random.RandomState([self.seed, group, turn]).permutation(members)
        return int(orders[group, turn][place])


def _members(dataset, groups: Optional[str]) -> Dict[str, np.ndarray]:
    """Indices of every group, by its name."""
    parts = getattr(dataset, 'datasets', None)
    if groups is not None:
        names = np.concatenate([part.group_names(groups) for part in parts]) if parts else dataset.group_names(groups)
        return {str(name): np.flatnonzero(names == name) for name in np.unique(names)}
    if parts is None:
        raise UserError('RatioSampler needs a ConcatDataset, or groups=… to split one dataset.')
    edges = np.cumsum([0] + [len(part) for part in parts])
    return {f'part {i}': np.arange(edges[i], edges[i + 1]) for i in range(len(parts))}
