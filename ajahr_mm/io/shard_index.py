"""An index of tar shards: all people of a set as one RecordTable, with the place of each picture."""
import json
import time
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence

import numpy as np

from ajahr_mm.io import npz_columns
from ajahr_mm.io.cache_files import cache_path, drop_outdated
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.records import RecordTable
from ajahr_mm.io.shards import Decoder, decode_people, read_shard, until_broken

#: Columns of the index beside those of the annotations: place of the picture in its shard, number of the shard.
PLACE = ('key', 'shard', 'image_offset', 'image_size')
_TELL_EVERY = 10.0  # seconds


def index_shards(shards: Sequence[str], decode: Decoder = decode_people, layout: str = 'people', on_bad: str = 'raise',
                 required: Sequence[str] = ()) -> RecordTable:
    """One row per person of all ``shards``, in their order; made once, and kept beside them until one changes.

    Beyond the columns that ``decode`` gives, the table has :data:`PLACE`; its constant ``shards`` is a JSON list of
    their names, its constant ``left_out`` a JSON list of what was skipped.

    Args:
        decode: the columns (P, …) of one sample's people.
        layout: a word, with a version, for what ``decode`` does: another one makes another index.
        on_bad: ``raise``, or ``skip`` to leave out samples that cannot be read, and the rest of a shard from the point
            where it breaks off.

    Raises:
        UserError: a hostile or damaged tar, a sample that cannot be decoded, samples with different columns.
    """
    kind = f'{layout}-{on_bad}'
    return RecordTable.converted(shards, lambda: _joined(shards, list(_indices(shards, decode, kind, on_bad))),
                                 f'index-{kind}', required, on_bad)


def _indices(shards: Sequence[str], decode: Decoder, kind: str, on_bad: str) -> Iterator[Path]:
    """The index file of every shard: small ones, so that an interrupted run continues where it was."""
    told = time.monotonic()
    for number, shard in enumerate(shards):
        path = cache_path([shard], f'shard-{kind}', '.npz')
        if not path.exists():
            npz_columns.write_npz(path, _index(shard, decode, on_bad))
            drop_outdated(path)
        if time.monotonic() > told + _TELL_EVERY:
            told = time.monotonic()
            print(f'[index] {number + 1}/{len(shards)} shards', flush=True)
        yield path


def _index(shard: str, decode: Decoder, on_bad: str) -> Dict[str, np.ndarray]:
    people, left_out, samples = [], [], until_broken(read_shard(shard), on_bad)
    for sample, complaint in samples:
        columns: Optional[dict] = None
        if sample is not None:
            try:
                columns = decode(sample.check())
                _check_same(people, columns, sample.key)
            except UserError as error:
                complaint = f'{shard}: {error}'
                if on_bad == 'raise':
                    raise UserError(complaint) from None
        if complaint:
            left_out.append(complaint)
        elif columns and len(next(iter(columns.values()))):
            count = len(next(iter(columns.values())))
            place = dict(key=np.array([sample.key] * count), image_offset=np.full(count, sample.image.offset),
                         image_size=np.full(count, sample.image.size))
            people.append({**columns, **place})
    told = dict(left_out=np.array(json.dumps(left_out)))
    if not people:
        return dict(key=np.empty(0, 'U1'), **told)
    return {**{name: np.concatenate([each[name] for each in people]) for name in people[0]}, **told}


def _check_same(people: List[dict], columns: dict, key: str) -> None:
    clash = [name for name in PLACE if name in columns]
    if clash:
        raise UserError(f'sample {key!r} has a column of the reserved name {clash[0]}.')
    if people and columns:
        first = {name: column.shape[1:] for name, column in people[0].items() if name not in PLACE}
        here = {name: column.shape[1:] for name, column in columns.items()}
        if first != here:
            names = sorted({name for name, _ in set(first.items()) ^ set(here.items())})
            raise UserError(f'sample {key!r} has other columns or shapes than those before it: {", ".join(names)}.')


def _joined(shards: Sequence[str], parts: List[Path]) -> Dict[str, object]:
    """All indices behind one another, one column at a time and one shard at a time."""
    members = [{member.name: member for member in npz_columns.list_members(part)} for part in parts]
    filled = [i for i, part in enumerate(members) if part['key'].shape[0]]
    left_out = [line for part in parts for line in json.loads(str(next(npz_columns.stream_rows(part, 'left_out'))))]
    if not filled:
        raise UserError(f'{shards[0]}{" and the others" * (len(shards) > 1)}: no person can be read from these shards'
                        f'{": " + left_out[0] if left_out else ""}.')
    counts = [members[i]['key'].shape[0] for i in filled]
    columns: Dict[str, object] = {}
    for name in (name for name, member in members[filled[0]].items() if member.shape):
        for i in filled:
            if name not in members[i] or members[i][name].shape[1:] != members[filled[0]][name].shape[1:]:
                raise UserError(f'{shards[i]}: column {name} is missing or of another shape than in {shards[filled[0]]}; '
                                'these shards are not of one set.')
        dtype = np.result_type(*{members[i][name].dtype for i in filled})
        columns[name] = npz_columns.Blocks((sum(counts), *members[filled[0]][name].shape[1:]), dtype,
                                           _rows_of([parts[i] for i in filled], name))
    columns['shard'] = np.repeat(np.array(filled, np.int32), counts)
    columns['shards'] = np.array(json.dumps(list(map(str, shards))))
    columns['left_out'] = np.array(json.dumps(left_out))
    return columns


def _rows_of(files: Sequence[Path], name: str) -> Iterator[np.ndarray]:
    for file in files:
        yield from npz_columns.stream_rows(file, name)
