"""TarDataset: people in the pictures of tar shards, in any order."""
import json
from typing import Dict, Sequence, Tuple, Union

import numpy as np
import torch

from ajahr_mm.datasets.body_dataset import BodyDataset
from ajahr_mm.datasets.hmr2_people import hmr2_people
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.records import RecordTable
from ajahr_mm.io.shard_index import index_shards
from ajahr_mm.io.shards import Decoder, advise_reading, decode_people, find_shards
from ajahr_mm.registry import DATASETS

#: How the people of a sample are read: name -> (decoder, word for the index with a version).
LAYOUTS: Dict[str, Tuple[Decoder, str]] = dict(people=(decode_people, 'people1'), hmr2=(hmr2_people, 'hmr2people1'))


@DATASETS.register_module()
class TarDataset(BodyDataset):
    """A :class:`BodyDataset` over tar shards (``ajahr_mm/io/shards.py``). Columns are those of BodyDataset but ``image``.

    The first opening reads the headers and annotations of all shards and keeps an index beside them, or, where they
    cannot be written, in ``$AJAHR_CACHE`` (default ``~/.cache/ajahr_mm``). From then on a picture is one read at a known
    place. The index is made anew when a shard changes its size or date.

    Args:
        shards: path, glob or range (``coco-{000000..000017}.tar``) below ``data_root``, or several.
        layout: ``people`` for our shards, ``hmr2`` for the public tars of 4D-Humans and what
            ``tools/dataset_converters/convert_legacy_tars.py`` makes of them.
        kwargs: those of :class:`BodyDataset`. With ``on_bad='skip'`` samples whose annotations cannot be read are left out
            of the index, and the rest of a shard from where it breaks off; they count as bad records.

    Raises:
        UserError: no shard, a hostile or damaged one, or what BodyDataset refuses.
    """

    REQUIRED = ('center', 'size')

    def __init__(self, shards: Union[str, Sequence[str]], data_root: str = '', layout: str = 'people', name: str = 'tar',
                 **kwargs) -> None:
        if layout not in LAYOUTS:
            raise UserError(f'layout={layout!r} is not one of {", ".join(LAYOUTS)}.')
        self.shards, self.layout = shards, layout
        super().__init__(ann_file='', data_root=data_root, name=name, **kwargs)

    def open_table(self) -> RecordTable:
        patterns = self.shards if isinstance(self.shards, str) else list(self.shards)
        decode, word = LAYOUTS[self.layout]
        table = index_shards(find_shards(patterns, self.data_root), decode, word, self.on_bad, self.REQUIRED)
        self._tars = json.loads(str(table.constants['shards']))
        return table

    def image_place(self, row: int) -> dict:
        columns = self.table.columns
        tar = self._tars[columns['shard'][row]]
        name = f'{tar}[{columns["key"][row]}]'
        return dict(img_path=tar, img_part=(int(columns['image_offset'][row]), int(columns['image_size'][row]), name))

    def will_read(self, indices: np.ndarray) -> None:
        """Lets the system read ahead what lies between the pictures of these samples, in one sweep of each shard."""
        rows, columns = self.data_list[torch.from_numpy(indices)].numpy(), self.table.columns
        shard, start = columns['shard'][rows], columns['image_offset'][rows]
        end = start + columns['image_size'][rows]
        for number in np.unique(shard):
            here = shard == number
            advise_reading(self._tars[number], int(start[here].min()), int(end[here].max()))
