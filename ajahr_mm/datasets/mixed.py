"""MixedDataset: several corpora behind one another, each with its share of every batch."""
from typing import Dict, Mapping, Optional, Sequence, Union

from mmengine.dataset import ConcatDataset

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DATASETS


@DATASETS.register_module()
class MixedDataset(ConcatDataset):
    """A ``ConcatDataset`` with named parts and their shares, which :class:`RatioSampler` keeps to.

    Args:
        parts: name -> config of a dataset (or a dataset).
        shares: name -> share of every batch; need not sum to 1. A part with share 0 is not opened.
        pipeline: transforms for the parts whose config has none of its own.
        only: name or names of the parts to keep, with their shares among themselves; None keeps all.

    Raises:
        UserError: parts and shares that do not match, or what a part refuses.
    """

    def __init__(self, parts: Mapping[str, dict], shares: Mapping[str, float], pipeline: Optional[Sequence] = None,
                 only: Union[str, Sequence[str], None] = None, lazy_init: bool = False) -> None:
        if set(parts) != set(shares):
            raise UserError(f'MixedDataset: parts ({", ".join(parts)}) and shares ({", ".join(shares)}) must name the '
                            'same corpora.')
        chosen = list(parts) if only is None else [only] if isinstance(only, str) else list(only)
        unknown = [name for name in chosen if name not in parts]
        if unknown:
            raise UserError(f'MixedDataset: only={only!r} names no part; the parts are {", ".join(parts)}.')
        used = [name for name in parts if name in chosen and shares[name] > 0]
        if not used:
            raise UserError('MixedDataset: no part has a share above 0.')
        self.part_names = used
        self.shares: Dict[str, float] = {name: float(shares[name]) for name in used}
        datasets = [self._with_pipeline(parts[name], pipeline) for name in used]
        keys = {key for dataset in datasets if not isinstance(dataset, dict) for key in dataset.metainfo}
        super().__init__(datasets, lazy_init=lazy_init, ignore_keys=sorted(keys))

    @staticmethod
    def _with_pipeline(part, pipeline: Optional[Sequence]):
        if not isinstance(part, Mapping):
            return part
        config = dict(part)
        if pipeline is not None:
            config.setdefault('pipeline', list(pipeline))
        return DATASETS.build(config)
