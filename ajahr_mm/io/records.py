"""RecordTable: annotations as columns of equal length, checked once when they are opened."""
import json
import mmap
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np

from ajahr_mm.io import npz_columns, row_checks
from ajahr_mm.io.cache_files import cache_path, drop_outdated, fingerprint
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.safe_load import PathLike, load_npz

_KINDS = {'float': 'fiu', 'int': 'iu', 'str': 'US'}
_SHOWN_ROWS = 5
_HAND_BACK_EVERY = 256  # rows
_UNPACK_ABOVE = 64 << 20  # bytes; smaller compressed archives are simply loaded

Columns = Mapping[str, Union[np.ndarray, npz_columns.Blocks]]


class RecordTable:
    """Columns (N, …) of the same N rows.

    The columns of a file lie in the file (memory-mapped): a million rows open in a moment, and loader workers, forked or
    spawned, share what any of them has read. A pickled table of a file is its path, never its data.

    Args:
        columns: arrays by name. Arrays without rows (0-d) are kept apart in :attr:`constants`.
        source: where they come from, named in every error.
        on_bad: ``raise``: a row that fails a check is an error. ``skip``: it is marked in :attr:`bad` and told in
            :attr:`complaints`, and whoever uses the table leaves it out.

    Raises:
        UserError: columns of different lengths, or none at all.
    """

    def __init__(self, columns: Mapping[str, np.ndarray], source: str = 'the table', on_bad: str = 'raise') -> None:
        self.source, self.on_bad = str(source), on_bad
        self.complaints: List[str] = []
        #: What whoever made the table had to leave out, a sentence each (constant ``left_out``, a JSON list).
        self.left_out: List[str] = []
        self._file: Optional[Path] = None
        self._print = ''
        self._mapping: Optional[mmap.mmap] = None
        self._reads = 0
        self._not_finite: Dict[str, np.ndarray] = {}
        self._bad: Optional[np.ndarray] = None
        self._take(columns)

    def _take(self, columns: Mapping[str, np.ndarray]) -> None:
        arrays = {name: np.asarray(column) for name, column in columns.items()}
        self.constants: Dict[str, np.ndarray] = {name: a for name, a in arrays.items() if a.ndim == 0}
        self.columns: Dict[str, np.ndarray] = {name: a for name, a in arrays.items() if a.ndim > 0}
        if not self.columns:
            raise UserError(f'{self.source} holds no columns.')
        lengths = {name: len(column) for name, column in self.columns.items()}
        if len(set(lengths.values())) > 1:
            listing = ', '.join(f'{name} {length}' for name, length in lengths.items())
            raise UserError(f'{self.source} has columns of different lengths ({listing}); all need the same rows.')
        self._length = next(iter(lengths.values()))
        self.left_out = json.loads(str(self.constants.get('left_out', '[]')))

    # ------------------------------------------------------------------ opening
    @classmethod
    def from_npz(cls, path: PathLike, required: Iterable[str] = (), on_bad: str = 'raise',
                 source: Optional[str] = None) -> 'RecordTable':
        """Opens a pickle-free npz whose arrays are columns, and insists on the ``required`` ones.

        Large compressed archives are unpacked once into a cache file (``cache_files.cache_path``). The first opening
        reads the file once, to check it; for large files the result is kept in the cache.

        Raises:
            UserError: the file is missing, cut off or damaged, holds Python objects, or lacks a column.
        """
        path = Path(path)
        members = npz_columns.list_members(path)
        file = path
        if not npz_columns.is_mappable(members) and sum(m.nbytes for m in members) > _UNPACK_ABOVE:
            file = _made_once([path], 'unpacked', lambda: {
                m.name: npz_columns.Blocks(m.shape, m.dtype, npz_columns.stream_rows(path, m.name)) for m in members})
        columns, mapping = _open(file)
        table = cls(columns, source or str(path), on_bad)
        table.check_present(required)
        table._file, table._print, table._mapping = file, fingerprint([file]), mapping
        table._not_finite = row_checks.not_finite_rows(file)
        return table

    @classmethod
    def converted(cls, sources: Sequence[PathLike], convert: Callable[[], Columns], recipe: str,
                  required: Iterable[str] = (), on_bad: str = 'raise') -> 'RecordTable':
        """The table that ``convert()`` makes of the files ``sources``: made once, kept in the cache, mapped from then on.

        For layouts of others. ``convert`` returns columns, those too large for memory as ``npz_columns.Blocks``; it
        runs again when a source changes or ``recipe`` (a word, with a version) does.
        """
        file = _made_once(sources, recipe, convert)
        return cls.from_npz(file, required, on_bad, source=str(sources[0]))

    def __getstate__(self) -> dict:
        state = self.__dict__.copy()
        if self._file is not None:
            del state['columns'], state['constants'], state['_mapping']
        return state

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state)
        if self._file is not None:
            if fingerprint([self._file]) != self._print:
                raise UserError(f'{self._file} has changed since it was opened; start again.')
            columns, self._mapping = _open(self._file)
            self._take(columns)

    def __deepcopy__(self, memo: dict) -> 'RecordTable':
        return self  # read-only, and possibly gigabytes

    # ------------------------------------------------------------------ asking
    def __len__(self) -> int:
        return self._length

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    @property
    def bad(self) -> np.ndarray:
        """(N,) bool: the rows that have failed a check, with ``on_bad='skip'``."""
        return np.zeros(len(self), bool) if self._bad is None else self._bad

    def row(self, row: int, names: Iterable[str]) -> Dict[str, np.ndarray]:
        """What the columns ``names`` hold in a row, those that are there. Of a file, views that must not be kept.

        A process that reads at random would in time map the whole file. Nobody pays for those pages, but they count as
        its resident memory; so they are handed back every few hundred rows.
        """
        self._reads += 1
        if self._mapping is not None and self._reads % _HAND_BACK_EVERY == 0 and hasattr(mmap, 'MADV_DONTNEED'):
            self._mapping.madvise(mmap.MADV_DONTNEED)
        return {name: self.columns[name][row] for name in names if name in self.columns}

    def check_present(self, names: Iterable[str]) -> None:
        """Raises UserError naming every missing column and those that are there."""
        missing = [name for name in names if name not in self.columns]
        if missing:
            raise UserError(f'{self.source} lacks the column{"s" * (len(missing) > 1)} {", ".join(missing)}; '
                            f'it has {", ".join(sorted(self.columns))}.')

    def column(self, name: str, shape: Tuple[int, ...] = (), kind: str = 'float', dtype: Any = None,
               default: Optional[Any] = None) -> np.ndarray:
        """One checked column (N, *shape).

        Args:
            kind: ``float`` (any finite number), ``int`` or ``str``.
            dtype: what to convert to (no copy if it already is).
            default: value of every row when the column is absent; without one an absent column is an error.

        Raises:
            UserError: absent, wrong shape, wrong kind, or NaN/infinite (with the row numbers; see ``on_bad``).
        """
        if name not in self.columns:
            if default is None:
                self.check_present([name])
            # A broadcast view: an absent column costs no memory however many rows there are.
            return np.broadcast_to(np.asarray(default, dtype), (len(self), *shape))
        values = self.columns[name]
        if values.shape[1:] != tuple(shape):
            raise UserError(f'{self.source}: column {name} has shape {values.shape}, expected '
                            f'({", ".join(map(str, (len(self), *shape)))}{"," * (not shape)}).')
        if values.dtype.kind not in _KINDS[kind] and not (values.dtype.kind == 'b' and kind != 'str'):
            raise UserError(f'{self.source}: column {name} holds {values.dtype}, expected {kind} values.')
        if values.dtype.kind == 'f':
            wrong = self._not_finite[name] if self._file else row_checks.not_finite(values)
            if len(wrong):
                valid = np.ones(len(self), bool)
                valid[wrong] = False
                self.check_rows(valid, f'column {name} is NaN or infinite')
        return values if dtype is None else values.astype(dtype, copy=False)

    def check_rows(self, valid: np.ndarray, what: str) -> None:
        """Raises UserError saying ``what`` is wrong and in which rows, unless all rows are ``valid`` (N,).

        With ``on_bad='skip'`` the rows are marked instead.
        """
        bad = np.flatnonzero(~np.asarray(valid, bool))
        if not len(bad):
            return
        rows = ', '.join(map(str, bad[:_SHOWN_ROWS])) + (', …' if len(bad) > _SHOWN_ROWS else '')
        complaint = f'{self.source}: {what} in row{"s" * (len(bad) > 1)} {rows} ({len(bad)} of {len(self)}).'
        if self.on_bad == 'raise':
            raise UserError(complaint)
        self.complaints.append(complaint)
        self._bad = self.bad
        self._bad[bad] = True

    @staticmethod
    def concatenate(arrays: Sequence[np.ndarray]) -> np.ndarray:
        """Several columns behind one another; a single one is passed through without a copy."""
        return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _open(file: Path) -> Tuple[Dict[str, np.ndarray], Optional[mmap.mmap]]:
    mappable = npz_columns.is_mappable(npz_columns.list_members(file))
    return npz_columns.map_npz(file) if mappable else (load_npz(file), None)


def _made_once(sources: Sequence[PathLike], recipe: str, make: Callable[[], Columns]) -> Path:
    path = cache_path(sources, recipe, '.npz')
    if not path.exists():
        npz_columns.write_npz(path, make())
        drop_outdated(path)
    return path
