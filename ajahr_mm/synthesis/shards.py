"""Shards on disk: pictures plus a table of rows, written so that a killed run loses at most the shard in work."""
import os
from pathlib import Path
from typing import Dict, List, NamedTuple

import numpy as np

from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.synthesis import annotation


class Shard(NamedTuple):
    """Pictures ``start`` to ``stop`` of a split; the unit of work, of restart and of parallelism."""
    split: str
    start: int
    stop: int

    def table(self, out: Path) -> Path:
        """File of this shard's rows. It is written last, so its presence means that the shard is whole."""
        return out / self.split / '.shards' / f'{self.start:07d}.npz'


def plan(splits: Dict[str, int], size: int) -> List[Shard]:
    """All shards of a set in order."""
    return [Shard(split, start, min(start + size, count)) for split, count in splits.items()
            for start in range(0, count, size)]


def pending(shards: List[Shard], out: Path) -> List[Shard]:
    """Shards that still have to be made: their split is not merged and their table is not there."""
    return [shard for shard in shards
            if not (out / shard.split / 'annotations.npz').exists() and not shard.table(out).exists()]


def save_columns(path: Path, columns: Dict[str, np.ndarray]) -> None:
    """Pickle-free npz, whole or absent."""
    with atomic_path(path) as temporary, open(temporary, 'wb') as file:
        np.savez(file, **columns)


def write(shard: Shard, samples: list, out: Path) -> None:
    """Pictures first, each whole or absent, then the table that declares the shard finished."""
    (out / shard.split / 'images').mkdir(parents=True, exist_ok=True)
    for sample in samples:
        path = out / shard.split / sample.row['image']
        temporary = path.with_name(f'.{path.name}.{os.getpid()}')
        try:
            temporary.write_bytes(sample.jpeg)
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    save_columns(shard.table(out), annotation.to_columns([sample.row for sample in samples]))


def merge(shards: List[Shard], split: str, out: Path) -> None:
    """``annotations.npz`` of a split from its shard tables, which are then removed. Nothing to do when it exists."""
    target = out / split / 'annotations.npz'
    tables = [shard.table(out) for shard in shards if shard.split == split]
    if not target.exists():
        parts = []
        for table in tables:
            with np.load(table, allow_pickle=False) as loaded:
                parts.append({name: loaded[name] for name in annotation.COLUMNS})
        save_columns(target, {name: np.concatenate([part[name] for part in parts]) for name in annotation.COLUMNS})
    for table in tables:
        table.unlink(missing_ok=True)
    if tables and tables[0].parent.is_dir():
        for leftover in tables[0].parent.iterdir():          # temporary files of a killed run
            leftover.unlink()
        tables[0].parent.rmdir()
