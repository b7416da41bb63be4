"""How a set lies on the disk: the interface between whoever makes pictures and whoever writes them."""
from pathlib import Path
from typing import Dict, Iterator, List, Mapping, Sequence

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.npz_columns import map_npz
from ajahr_mm.synthesis import annotation
from ajahr_mm.synthesis.output import disk, tables
from ajahr_mm.synthesis.output.shards import Shard

_BYTES_A_ROW = 4000


class Format:
    """Writes the shards of a set and, when all are there, what belongs to the set as a whole.

    Several processes, on several machines, may use one folder at once. Every file appears whole or not at all, and depends
    on the samples alone; so it does no harm if two of them make the same shard or finish the same split.

        out = Path('data/set')
        for shard in pending(plan(splits, size), out):
            format.write(shard, pipeline.render(*shard), out)
        for split in splits:
            format.finish(split, plan(splits, size), out)

    Subclasses say where pictures go (``folders``, ``lay_down``, ``read``), and what else is written in the end
    (``annotate``).
    """

    # ------------------------------------------------------------------ writing
    def write(self, shard: Shard, samples: Sequence, out: Path) -> None:
        """Everything of one shard; last its table of rows, ``shard.table(out)``, whose presence declares it finished.

        Raises:
            UserError: the disk is full. No torn file stays; the same command goes on where this one stopped.
        """
        needed = sum(len(sample.jpeg) + sum(map(len, sample.extras.values())) + _BYTES_A_ROW for sample in samples)
        with disk.explained(out, needed):
            try:
                rows = self.lay_down(shard, samples, out)
                tables.save_columns(shard.table(out), annotation.to_columns(rows))
            except FileNotFoundError:   # a temporary file was swept away: somebody else has finished the split
                if tables.table_of(shard.split, out) is None:
                    raise
        if tables.table_of(shard.split, out) is not None:
            self._tidy(shard.split, out)

    def finish(self, split: str, shards: Sequence[Shard], out: Path) -> None:
        """The annotation files of a split whose ``shards`` are all written; those of other splits are passed over.

        Leaves no tables of shards and no temporary files of killed runs. Does nothing when it is done again.

        Raises:
            UserError: a shard is not there, or the disk is full.
        """
        parts = [shard.table(out) for shard in shards if shard.split == split]
        with disk.explained(out, _BYTES_A_ROW * sum(shard.stop - shard.start for shard in shards if shard.split == split)):
            try:
                self._complete(split, parts, out)
            except (UserError, FileNotFoundError):
                if not self.table_path(split, out).exists():
                    raise
                self._complete(split, parts, out)   # somebody else was faster, and has tidied up
        self._tidy(split, out)

    def _complete(self, split: str, parts: Sequence[Path], out: Path) -> None:
        target = self.table_path(split, out)
        if not target.exists():
            tables.join(parts, target)
        self.annotate(split, out)

    def _tidy(self, split: str, out: Path) -> None:
        """Removes what belongs to the work on a split that is finished."""
        target = self.table_path(split, out)
        for folder in self.folders(split, out):
            disk.sweep(folder)
        disk.sweep(target.parent, f'.{target.stem}-')
        disk.remove(out / split / '.shards')
        disk.remove_empty(out / split)

    # ------------------------------------------------------------------ reading
    def files(self, splits: Sequence[str], out: Path) -> List[Path]:
        """What belongs to these finished splits, sorted: pictures and annotations, not the card that tells about them."""
        found = {self.table_path(split, out) for split in splits}
        for split in splits:
            for folder in self.folders(split, out):
                found.update(path for path in folder.iterdir() if path.is_file() and not path.name.startswith('.'))
        return sorted(found)

    def table(self, split: str, out: Path) -> Mapping[str, np.ndarray]:
        """The columns (``annotation.COLUMNS``) of a finished split, memory-mapped."""
        return map_npz(self.table_path(split, out))[0]

    def read(self, split: str, rows: Sequence[int], out: Path) -> Iterator[Dict[str, bytes]]:
        """The files of some rows of :meth:`table` by suffix: ``jpg``, and ``mask.png`` and ``depth.png`` where there are."""
        raise NotImplementedError

    # ------------------------------------------------------------------ for subclasses
    def table_path(self, split: str, out: Path) -> Path:
        """Where :meth:`finish` puts the rows: one of ``tables.candidates``."""
        return out / f'table_{split}.npz'

    def folders(self, split: str, out: Path) -> List[Path]:
        """The folders that hold files of a split, those that are there; other files in them are not of this set."""
        raise NotImplementedError

    def lay_down(self, shard: Shard, samples: Sequence, out: Path) -> List[dict]:
        """Writes the pictures and returns the rows of those that the format can hold; ``image`` is where each is."""
        raise NotImplementedError

    def annotate(self, split: str, out: Path) -> None:
        """Writes further annotation files of a split from :meth:`table`."""
