"""Reads every value of an npz once: checksums, and which rows hold NaN or infinity."""
import json
from pathlib import Path
from typing import Dict, Iterable

import numpy as np

from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.cache_files import cache_path, drop_outdated
from ajahr_mm.io.npz_columns import list_members, stream_rows
from ajahr_mm.io.safe_load import load_json

_REMEMBER_ABOVE = 64 << 20  # bytes: smaller files are checked at every opening, in less than a tenth of a second
_BLOCK_ROWS = 65536


def not_finite(column: np.ndarray) -> np.ndarray:
    """Numbers of the rows of ``column`` (N, …) with a NaN or an infinity, in blocks: no copy of the column is made."""
    return _rows(column[start:start + _BLOCK_ROWS] for start in range(0, len(column), _BLOCK_ROWS))


def not_finite_rows(path: Path) -> Dict[str, np.ndarray]:
    """The same for every float column (N, …) of an npz, with the checksums of all its arrays.

    The result for a large file is kept in the cache until the file changes. Streaming instead of mapping keeps the
    pages of the file out of this process.

    Raises:
        UserError: the file is damaged.
    """
    members = list_members(path)
    note = cache_path([path], 'checked', '.json')
    large = sum(member.nbytes for member in members) > _REMEMBER_ABOVE
    if large and note.exists():
        return {name: np.array(rows, np.int64) for name, rows in load_json(note).items()}
    found = {}
    for member in members:
        blocks = stream_rows(path, member.name)
        if member.dtype.kind == 'f' and member.shape:
            found[member.name] = _rows(blocks)
        else:
            for _ in blocks:  # read for its checksum
                pass
    if large:
        with atomic_path(note) as temporary:
            temporary.write_text(json.dumps({name: rows.tolist() for name, rows in found.items()}))
        drop_outdated(note)
    return found


def _rows(blocks: Iterable[np.ndarray]) -> np.ndarray:
    found, start = [np.empty(0, np.int64)], 0
    for block in blocks:
        flat = block.reshape(len(block), -1)
        # A sum is finite if all its terms are (but for overflow, which the second look tells from the rest).
        with np.errstate(over='ignore', invalid='ignore'):
            suspects = np.flatnonzero(~np.isfinite(flat.sum(1)))
        wrong = suspects[~np.isfinite(flat[suspects]).all(1)] if len(suspects) else suspects
        found.append(start + wrong)
        start += len(block)
    return np.concatenate(found)
