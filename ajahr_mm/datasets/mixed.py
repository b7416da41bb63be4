"""MixedDataset: several corpora behind one another, each with its share of every batch."""
from typing import Dict, List, Mapping, Optional, Sequence, Tuple, Union

from mmengine.dataset import ConcatDataset

from ajahr_mm.datasets.share_tree import ShareTree
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DATASETS

REST = 'rest'


@DATASETS.register_module()
class MixedDataset(ConcatDataset):
    """A ``ConcatDataset`` with named parts and their shares, which :class:`RatioSampler` keeps to.

    A part may be a MixedDataset itself, with shares inside its share. The paper's mixture, whose share of A3D (Fig. D) is
    the one number 0.5:

        dict(type='MixedDataset', shares=dict(a3d=0.5, corpora='rest'), parts=dict(
            a3d=dict(type='A3DDataset', …),
            corpora=dict(type='MixedDataset', shares=dict(h36m=0.1, coco=0.1, …), parts=dict(…))))

    Attributes:
        part_names: of the innermost parts in use, in the order of ``datasets``: ``a3d``, ``corpora.h36m``, …
        share_tree: the shares as :class:`ShareTree`, whose leaves are the numbers of those parts.

    Args:
        parts: name -> config of a dataset (or a dataset).
        shares: name -> share of every batch; need not sum to 1. A part with share 0 is not opened. One part may have
            ``'rest'``: what the others leave of 1.
        pipeline: transforms for the parts whose config has none of its own.
        on_bad: the same for their ``on_bad`` (see :class:`BodyDataset`); None leaves it to them.
        only: name or names of the parts to keep, with their shares among themselves; None keeps all.

    Raises:
        UserError: parts and shares that do not match, or what a part refuses.
    """

    def __init__(self, parts: Mapping[str, dict], shares: Mapping[str, Union[float, str]],
                 pipeline: Optional[Sequence] = None, on_bad: Optional[str] = None,
                 only: Union[str, Sequence[str], None] = None, lazy_init: bool = False) -> None:
        if set(parts) != set(shares):
            raise UserError(f'MixedDataset: parts ({", ".join(parts)}) and shares ({", ".join(shares)}) must name the '
                            'same corpora.')
        chosen = list(parts) if only is None else [only] if isinstance(only, str) else list(only)
        unknown = [name for name in chosen if name not in parts]
        if unknown:
            raise UserError(f'MixedDataset: only={only!r} names no part; the parts are {", ".join(parts)}.')
        numbers = resolve_shares(shares)
        self.shares: Dict[str, float] = {name: numbers[name] for name in parts if name in chosen and numbers[name] > 0}
        if not self.shares:
            raise UserError('MixedDataset: no part has a share above 0.')
        self.part_names: List[str] = []
        datasets: list = []
        groups: List[Union[int, ShareTree]] = []
        for name in self.shares:
            part = self._built(parts[name], dict(pipeline=pipeline, on_bad=on_bad))
            inner = part.datasets if isinstance(part, MixedDataset) else [part]
            groups.append(_shifted(part.share_tree, len(datasets)) if isinstance(part, MixedDataset) else len(datasets))
            self.part_names += [f'{name}.{each}' for each in part.part_names] if isinstance(part, MixedDataset) else [name]
            datasets += inner
        self.share_tree = ShareTree(list(self.shares.values()), groups)
        keys = {key for dataset in datasets if not isinstance(dataset, dict) for key in dataset.metainfo}
        super().__init__(datasets, lazy_init=lazy_init, ignore_keys=sorted(keys))

    @staticmethod
    def _built(part, defaults: dict):
        if not isinstance(part, Mapping):
            return part
        return DATASETS.build({**{key: value for key, value in defaults.items() if value is not None}, **part})

    def bad_counts(self) -> Dict[str, Tuple[int, int]]:
        """Part -> records found unusable so far, by any worker, and records in all."""
        return {name: (len(part.bad_samples), part.bad_samples.records)
                for name, part in zip(self.part_names, self.datasets) if hasattr(part, 'bad_samples')}


def resolve_shares(shares: Mapping[str, Union[float, str]]) -> Dict[str, float]:
    """The shares as numbers, with ``'rest'`` replaced by what the others leave of 1.

    Raises:
        UserError: a share that is neither a number from 0 on nor ``'rest'``, two rests, or nothing sensible left.
    """
    rests = [name for name, share in shares.items() if share == REST]
    numbers = {name: share for name, share in shares.items() if share != REST}
    wrong = [name for name, share in numbers.items() if isinstance(share, (str, bool)) or not 0 <= share < float('inf')]
    if wrong:
        raise UserError(f'MixedDataset: the share of {wrong[0]} is {numbers[wrong[0]]!r}, expected a number from 0 on, or '
                        f'{REST!r}.')
    if len(rests) > 1:
        raise UserError(f'MixedDataset: {" and ".join(rests)} cannot both have the rest.')
    if rests:
        left = 1 - sum(numbers.values())
        if left < -1e-9:
            raise UserError(f'MixedDataset: the shares before the rest sum to {1 - left:g}, more than 1.')
        numbers[rests[0]] = left if left > 1e-9 else 0.0
    return {name: float(numbers[name]) for name in shares}


def _shifted(tree: ShareTree, by: int) -> ShareTree:
    """The same tree with its leaves numbered from ``by`` on."""
    copy = ShareTree.__new__(ShareTree)
    copy.__dict__.update(tree.__dict__)
    copy.groups = [_shifted(group, by) if isinstance(group, ShareTree) else group + by for group in tree.groups]
    return copy
