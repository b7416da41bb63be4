"""Tables of rows on disk: one for each shard while a set is made, one for each split in the end."""
from pathlib import Path
from typing import Dict, Iterator, List, Mapping, Optional, Sequence

import numpy as np

from ajahr_mm.io import npz_columns
from ajahr_mm.io.errors import UserError


def candidates(split: str, out: Path) -> List[Path]:
    """Where the rows of a finished split may be: beside its pictures, or above annotations of others that hold less."""
    return [out / split / 'annotations.npz', out / f'table_{split}.npz']


def table_of(split: str, out: Path) -> Optional[Path]:
    """The file with the rows of a finished split; None while it is not finished."""
    return next((path for path in candidates(split, out) if path.exists()), None)


def save_columns(path: Path, columns: Mapping[str, np.ndarray]) -> None:
    """Pickle-free npz, whole or absent; the same columns are the same bytes."""
    npz_columns.write_npz(path, columns)


def join(parts: Sequence[Path], target: Path) -> None:
    """The rows of several tables behind one another, a column and a few megabytes of it in memory at a time.

    Parts without rows count for nothing.

    Raises:
        UserError: a part is missing, damaged or of other columns, or none has rows.
    """
    members = [{member.name: member for member in npz_columns.list_members(part)} for part in parts]
    filled = [(part, each) for part, each in zip(parts, members) if next(iter(each.values())).shape[0]]
    if not filled:
        raise UserError(f'{target} would be empty: none of its pictures can be told in this format; choose another one.')
    first = filled[0][1]
    for part, each in filled:
        if {name: member.shape[1:] for name, member in each.items()} != {n: m.shape[1:] for n, m in first.items()}:
            raise UserError(f'{part} has other columns than {filled[0][0]}; delete both and run the same command again.')
    count = sum(next(iter(each.values())).shape[0] for _, each in filled)
    columns: Dict[str, npz_columns.Blocks] = {}
    for name, member in first.items():
        dtype = np.result_type(*{each[name].dtype for _, each in filled})
        columns[name] = npz_columns.Blocks((count, *member.shape[1:]), dtype, _rows([part for part, _ in filled], name))
    npz_columns.write_npz(target, columns)


def _rows(parts: Sequence[Path], name: str) -> Iterator[np.ndarray]:
    for part in parts:
        yield from npz_columns.stream_rows(part, name)
