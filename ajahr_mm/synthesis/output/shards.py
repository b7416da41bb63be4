"""Shards: the unit of work, of restart and of parallelism."""
from pathlib import Path
from typing import Dict, List, NamedTuple, Sequence

from ajahr_mm.synthesis.output.tables import table_of


class Shard(NamedTuple):
    """Pictures ``start`` to ``stop`` of a split."""
    split: str
    start: int
    stop: int

    def table(self, out: Path) -> Path:
        """File of this shard's rows. It is written last, so its presence means that the shard is whole."""
        return out / self.split / '.shards' / f'{self.start:07d}.npz'

    def is_finished(self, out: Path) -> bool:
        """Whether its table is there, or its split is finished. In this order: tables vanish when their split is."""
        return self.table(out).exists() or table_of(self.split, out) is not None


def plan(splits: Dict[str, int], size: int) -> List[Shard]:
    """All shards of a set in order."""
    return [Shard(split, start, min(start + size, count)) for split, count in splits.items()
            for start in range(0, count, size)]


def pending(shards: Sequence[Shard], out: Path) -> List[Shard]:
    """Shards that still have to be made."""
    return [shard for shard in shards if not shard.is_finished(out)]
