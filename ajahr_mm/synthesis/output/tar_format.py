"""TarFormat: a tar for each shard. What TarDataset reads, from a disk or over a network."""
from functools import lru_cache
from pathlib import Path
from typing import Dict, Iterator, List, Sequence

from ajahr_mm.io.shard_writer import ShardWriter
from ajahr_mm.io.tar_files import TarMember, list_tar, read_part
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis import annotation
from ajahr_mm.synthesis.output.format import Format
from ajahr_mm.synthesis.output.shards import Shard


@SYNTHESIS.register_module()
class TarFormat(Format):
    """``SPLIT/a3d-SPLIT-000000.tar``, named after its first picture, with jpg, npz (numbers), json (text), and mask.png and
    depth.png if they are made.

    ``table_SPLIT.npz`` beside the folders holds the rows once more, for statistics; ``image`` there is
    ``a3d-train-000000.tar/000017.jpg``.
    """

    def folders(self, split: str, out: Path) -> List[Path]:
        return [out / split]

    def lay_down(self, shard: Shard, samples: Sequence, out: Path) -> List[dict]:
        tar = f'a3d-{shard.split}-{shard.start:06d}.tar'
        columns = annotation.to_columns([sample.row for sample in samples])
        names, rows = columns.pop('image').tolist(), []
        with ShardWriter(out / shard.split / tar) as writer:
            for i, (sample, name) in enumerate(zip(samples, names)):
                key = Path(name).stem
                people = {column: values[i:i + 1] for column, values in columns.items()}
                writer.add(key, sample.jpeg, people, more=sample.extras)
                rows.append({**sample.row, 'image': f'{tar}/{key}.jpg'})
        return rows

    def read(self, split: str, rows: Sequence[int], out: Path) -> Iterator[Dict[str, bytes]]:
        images = self.table(split, out)['image']
        for row in rows:
            tar, _, name = str(images[row]).partition('/')
            members = members_of(out / split / tar)[name.partition('.')[0]]
            with open(out / split / tar, 'rb') as file:
                yield {suffix: read_part(file, member.offset, member.size) for suffix, member in members.items()
                       if suffix not in ('npz', 'json')}


@lru_cache(maxsize=64)
def members_of(path: Path) -> Dict[str, Dict[str, TarMember]]:
    """Key -> suffix -> where that file lies in the tar."""
    found: Dict[str, Dict[str, TarMember]] = {}
    for member in list_tar(path):
        key, _, suffix = member.name.partition('.')
        found.setdefault(key, {})[suffix] = member
    return found
