"""Iteration-based training whose resume does not read the past again."""
from itertools import islice
from typing import Any, Iterator

from mmengine.config import Config
from mmengine.runner import IterBasedTrainLoop
from mmengine.runner.loops import _InfiniteDataloaderIterator
from torch.utils.data import Sampler

from ajahr_mm.registry import LOOPS


class SkippingSampler(Sampler):
    """Leaves out the first ``count`` indices of ``sampler``, once."""

    def __init__(self, sampler: Sampler, count: int) -> None:
        self.sampler = sampler
        self.count = count

    def __iter__(self) -> Iterator[int]:
        count, self.count = self.count, 0
        while count:  # a finite sampler may have been walked through several times
            indices = iter(self.sampler)
            passed = sum(1 for _ in islice(indices, count))
            if passed == 0:
                return
            count -= passed
            if count == 0:
                yield from indices
                return
        yield from self.sampler

    def __len__(self) -> int:
        return len(self.sampler)

    def set_epoch(self, epoch: int) -> None:
        if hasattr(self.sampler, 'set_epoch'):
            self.sampler.set_epoch(epoch)


class _FreeSteps:
    """Answers the first ``free`` calls without touching the iterator behind it."""

    def __init__(self, iterator: Iterator, free: int) -> None:
        self.iterator = iterator
        self.free = free

    def __iter__(self) -> '_FreeSteps':
        return self

    def __next__(self) -> Any:
        if self.free:
            self.free -= 1
            return None
        return next(self.iterator)


@LOOPS.register_module()
class ResumableTrainLoop(IterBasedTrainLoop):
    """MMEngine's IterBasedTrainLoop, except that resuming skips past samples by their index.

    The original loads and throws away every batch of the past: hours for iteration 100,000.
    """

    def run(self):
        if self._iter > 0:
            batches = self.dataloader.batch_sampler
            sampler = batches.sampler
            past = self._iter * batches.batch_size
            if hasattr(self.dataloader.dataset, 'skip'):  # a stream has no sampler and keeps its own order
                self.dataloader.dataset.skip(past, batches.batch_size)
            elif hasattr(sampler, 'skip'):
                sampler.skip(past)
            else:
                if hasattr(sampler, '_indices_of_rank'):  # MMEngine's InfiniteSampler keeps one generator for life
                    sampler.indices = sampler._indices_of_rank()
                batches.sampler = SkippingSampler(sampler, past)
            # The parent would draw `_iter` batches before it starts: let it, at no cost.
            self.dataloader_iterator = _FreeSteps(_InfiniteDataloaderIterator(self.dataloader), self._iter)
        return super().run()


def use_resumable_loop(cfg: Config) -> Config:
    """Puts :class:`ResumableTrainLoop` where ``train_cfg`` asks for iterations (``by_epoch=False``) and no loop by name."""
    if cfg.get('train_cfg') and 'type' not in cfg.train_cfg and cfg.train_cfg.get('by_epoch') is False:
        cfg.train_cfg.pop('by_epoch')
        cfg.train_cfg.type = 'ResumableTrainLoop'
    return cfg
