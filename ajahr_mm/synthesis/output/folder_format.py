"""FolderFormat: pictures as files, annotations as one table. What A3DDataset reads."""
from pathlib import Path
from typing import Dict, Iterator, List, Sequence

from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.output import picture_files
from ajahr_mm.synthesis.output.format import Format
from ajahr_mm.synthesis.output.shards import Shard


@SYNTHESIS.register_module()
class FolderFormat(Format):
    """``SPLIT/images/000000.jpg`` and ``SPLIT/annotations.npz``; ``SPLIT/masks/000000.png`` and ``SPLIT/depth/`` beside."""

    def table_path(self, split: str, out: Path) -> Path:
        return out / split / 'annotations.npz'

    def folders(self, split: str, out: Path) -> List[Path]:
        return picture_files.folders_in(out / split)

    def lay_down(self, shard: Shard, samples: Sequence, out: Path) -> List[dict]:
        rows = [sample.row for sample in samples]
        picture_files.write_all(samples, [row['image'] for row in rows], out / shard.split)
        return rows

    def read(self, split: str, rows: Sequence[int], out: Path) -> Iterator[Dict[str, bytes]]:
        images = self.table(split, out)['image']
        return (picture_files.read_all(str(images[row]), out / split) for row in rows)
