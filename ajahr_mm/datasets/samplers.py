"""RatioSampler: the same mixture in every batch."""
from typing import Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Union

import numpy as np
from mmengine.dist import get_dist_info, sync_random_seed
from torch.utils.data import Sampler

from ajahr_mm.datasets.share_tree import ShareTree
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DATA_SAMPLERS


@DATA_SAMPLERS.register_module()
class RatioSampler(Sampler):
    """Endless indices in which groups keep their shares at every moment.

    After any number of samples no group is a whole sample away from its share; so every batch in which the shares are
    whole numbers (16 amputees and 16 intact people of 32, as in the paper) has exactly them, whatever the batch size.
    Inside a group all samples are used once, in random order, before any is used again; ranks take turns in that order
    and so never share a sample within a round.

    Args:
        dataset: a ``ConcatDataset``, whose parts are the groups, or with ``groups`` anything that has ``group_names``.
        ratios: shares, by group name or in the order of the parts; need not sum to 1. A group without one, or with 0,
            is left out. None: those of a ``MixedDataset``, with the shares inside its shares.
        groups: what to group by, asked of ``dataset.group_names(groups)`` (``amputee`` -> 'amputee', 'intact').
        seed: None takes one from the clock, the same on all ranks.
        shuffle: False keeps the order of the dataset inside each group.

    Raises:
        UserError: ratios that do not fit the groups, a wanted group without samples.
    """

    def __init__(self, dataset, ratios: Union[Sequence[float], Mapping[str, float], None] = None,
                 groups: Optional[str] = None, seed: Optional[int] = None, shuffle: bool = True) -> None:
        members = _members(dataset, groups)
        self.group_names: List[str] = list(members)
        if ratios is None and groups is None and hasattr(dataset, 'share_tree'):
            self._tree = dataset.share_tree
            _check_filled(members, self._tree.leaves())
        else:
            self._tree = ShareTree(_shares(ratios, members), range(len(members)))
        self.shuffle = shuffle
        self.rank, self.world_size = get_dist_info()
        self.seed = sync_random_seed() if seed is None else seed
        self._members = list(members.values())
        self._size = len(dataset)
        self._start = 0

    def __iter__(self) -> Iterator[int]:
        position, self._start = self._start, 0
        orders: Dict[int, tuple] = {}
        while True:
            group, used = self._tree.locate(position)
            yield self._pick(group, used, orders)
            position += 1

    def __len__(self) -> int:
        """Samples of one rank in one pass over as many samples as the dataset has."""
        return -(-self._size // self.world_size)

    def skip(self, num_samples: int) -> None:
        """Starts the next iteration after ``num_samples`` of this rank, at no cost and without touching the data."""
        self._start = int(num_samples)

    def set_epoch(self, epoch: int) -> None:
        """The stream is endless: epochs do not exist."""

    def _pick(self, group: int, used: int, orders: Dict[int, tuple]) -> int:
        """The sample that this rank takes after ``used`` others of the group; ``orders`` keeps the current shuffles."""
        members = self._members[group]
        turn, place = divmod(used * self.world_size + self.rank, len(members))
        if not self.shuffle:
            return int(members[place])
        if orders.get(group, (None,))[0] != turn:
            orders[group] = turn, np.random.RandomState([self.seed, group, turn]).permutation(members)
        return int(orders[group][1][place])


def _shares(ratios, members: Dict[str, np.ndarray]) -> List[float]:
    if ratios is None:
        raise UserError('RatioSampler needs ratios=…, unless the dataset is a MixedDataset with shares.')
    if isinstance(ratios, Mapping):
        unknown = sorted(set(ratios) - set(members))
        if unknown:
            raise UserError(f'RatioSampler: no group {", ".join(unknown)}; the dataset has {", ".join(members)}.')
        ratios = [ratios.get(name, 0) for name in members]
    shares = [float(ratio) for ratio in ratios]
    if len(shares) != len(members):
        raise UserError(f'RatioSampler: {len(shares)} ratios for {len(members)} groups ({", ".join(members)}).')
    if not np.isfinite(shares).all() or min(shares) < 0 or not sum(shares) > 0:
        raise UserError(f'RatioSampler: ratios {shares} must not be negative and not all zero.')
    _check_filled(members, np.flatnonzero(shares))
    return shares


def _check_filled(members: Dict[str, np.ndarray], wanted: Iterable[int]) -> None:
    names = list(members)
    for group in wanted:
        if not len(members[names[group]]):
            raise UserError(f'RatioSampler: group {names[group]} has a share but no samples.')


def _members(dataset, groups: Optional[str]) -> Dict[str, np.ndarray]:
    """Indices of every group, by its name."""
    parts = getattr(dataset, 'datasets', None)
    if groups is not None:
        names = np.concatenate([part.group_names(groups) for part in parts]) if parts else dataset.group_names(groups)
        found, group = np.unique(names, return_inverse=True)
        return {str(name): np.flatnonzero(group == number) for number, name in enumerate(found)}
    if parts is None:
        raise UserError('RatioSampler needs a ConcatDataset, or groups=… to split one dataset.')
    edges = np.cumsum([0] + [len(part) for part in parts])
    names = getattr(dataset, 'part_names', [f'part {i}' for i in range(len(parts))])
    return {name: np.arange(edges[i], edges[i + 1]) for i, name in enumerate(names)}
