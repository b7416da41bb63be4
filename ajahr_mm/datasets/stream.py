"""StreamedDataset: a data set read in long stretches, for shards on a shared or slow disk."""
from typing import Iterator, Union

import numpy as np
from mmengine.dist import get_dist_info
from torch.utils.data import Dataset, IterableDataset, get_worker_info

from ajahr_mm.datasets.share_tree import ShareTree
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DATASETS


@DATASETS.register_module()
class StreamedDataset(IterableDataset):
    """An endless stream of samples in which neighbours of the data set stay together.

    The unit is a window of consecutive samples. The windows of each part are shuffled and dealt out to all loader
    workers of all ranks in turn, and inside a window the samples are shuffled. So each window is read by one process in
    one sweep, and in every round over a part each sample comes once, to one process. A ``MixedDataset`` keeps its shares,
    as with :class:`RatioSampler`. In a config it takes the place of the data set, with ``sampler=None``.

    Args:
        dataset: config or dataset, such as :class:`TarDataset`; those with ``will_read`` are told of every window.
        window: samples in a stretch. More of them: longer sweeps, less disorder.
        seed: of the order, the same on all ranks.
        shuffle: False keeps the order of the data set.

    Raises:
        UserError: an empty part or window.
    """

    def __init__(self, dataset: Union[Dataset, dict], window: int = 256, seed: int = 0, shuffle: bool = True) -> None:
        if window < 1:
            raise UserError(f'StreamedDataset: window={window} must be at least 1.')
        self.dataset = DATASETS.build(dataset) if isinstance(dataset, dict) else dataset
        self.window, self.seed, self.shuffle = window, seed, shuffle
        self.rank, self.world_size = get_dist_info()  # here, because spawned workers do not know
        self.metainfo = getattr(self.dataset, 'metainfo', {})
        self._past_batches, self._batch_size = 0, 1
        self._tree = getattr(self.dataset, 'share_tree', None) or ShareTree([1], [0])
        self._parts = getattr(self.dataset, 'datasets', None) or [self.dataset]
        self._edges = np.cumsum([0] + [len(part) for part in self._parts])
        empty = [leaf for leaf in self._tree.leaves() if not len(self._parts[leaf])]
        if empty:
            raise UserError(f'StreamedDataset: part {empty[0]} has no samples.')

    def skip(self, num_samples: int, batch_size: int) -> None:
        """Starts the next iteration after ``num_samples`` of this rank, drawn in batches, without reading them.

        Exact with as many workers as before.
        """
        self._past_batches, self._batch_size = num_samples // batch_size, batch_size

    def __iter__(self) -> Iterator[dict]:
        info = get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        # The loader asks its workers in turn: after an odd stop, worker 0 goes on for the one whose turn it was.
        role = (self._past_batches + worker) % workers
        batches = self._past_batches // workers + (role < self._past_batches % workers)
        consumer, consumers = self.rank * workers + role, self.world_size * workers
        for index in self.indices(consumer, consumers, batches * self._batch_size, announce=True):
            yield self.dataset[index]

    def indices(self, consumer: int, consumers: int, start: int = 0, announce: bool = False) -> Iterator[int]:
        """The endless indices of one of ``consumers`` processes, from its sample number ``start`` on."""
        walks = {leaf: self._walk(leaf, consumer, consumers, used, announce)
                 for leaf, used in self._tree.counts(start).items()}
        while True:
            yield next(walks[self._tree.locate(start)[0]])
            start += 1

    def _walk(self, leaf: int, consumer: int, consumers: int, used: int, announce: bool) -> Iterator[int]:
        """Indices of one part that fall to one process, without the first ``used``."""
        size = len(self._parts[leaf])
        window = max(1, min(self.window, size // consumers))  # a small part still has a window for everybody
        windows = -(-size // window)
        number, last, order = consumer, -1, np.empty(0, np.int64)
        while True:
            turn, place = divmod(number, windows)
            if turn != last:
                last, order = turn, self._shuffled(np.arange(windows), leaf, turn)
            low = int(order[place]) * window
            members = np.arange(low, min(low + window, size))
            if used < len(members):
                if announce and hasattr(self._parts[leaf], 'will_read'):
                    self._parts[leaf].will_read(members)
                chosen = self._shuffled(members, leaf, turn, low + 1)
                yield from (chosen[used:] + self._edges[leaf]).tolist()
            used = max(0, used - len(members))
            number += consumers

    def _shuffled(self, values: np.ndarray, *key: int) -> np.ndarray:
        return np.random.RandomState([self.seed, *key]).permutation(values) if self.shuffle else values
