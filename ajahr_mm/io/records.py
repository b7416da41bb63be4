"""RecordTable: annotations as columns of equal length, checked once when they are opened."""
from typing import Any, Dict, Iterable, Mapping, Optional, Sequence, Tuple

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.safe_load import PathLike, load_npz

_KINDS = {'float': 'fiu', 'int': 'iu', 'str': 'US'}
_SHOWN_ROWS = 5


class RecordTable:
    """Columns (N, …) of the same N rows. Columns stay plain arrays, so forked loader workers share their memory.

    Args:
        columns: arrays by name. Arrays without rows (0-d) are kept apart in :attr:`constants`.
        source: where they come from, named in every error.

    Raises:
        UserError: columns of different lengths, or none at all.
    """

    def __init__(self, columns: Mapping[str, np.ndarray], source: str = 'the table') -> None:
        arrays = {name: np.asarray(column) for name, column in columns.items()}
        self.source = str(source)
        self.constants: Dict[str, np.ndarray] = {name: a for name, a in arrays.items() if a.ndim == 0}
        self.columns: Dict[str, np.ndarray] = {name: a for name, a in arrays.items() if a.ndim > 0}
        if not self.columns:
            raise UserError(f'{self.source} holds no columns.')
        lengths = {name: len(column) for name, column in self.columns.items()}
        if len(set(lengths.values())) > 1:
            listing = ', '.join(f'{name} {length}' for name, length in lengths.items())
            raise UserError(f'{self.source} has columns of different lengths ({listing}); all need the same rows.')
        self._length = next(iter(lengths.values()))

    @classmethod
    def from_npz(cls, path: PathLike, required: Iterable[str] = ()) -> 'RecordTable':
        """Opens a pickle-free npz whose arrays are columns, and insists on the ``required`` ones."""
        table = cls(load_npz(path), source=str(path))
        table.check_present(required)
        return table

    def __len__(self) -> int:
        return self._length

    def __contains__(self, name: str) -> bool:
        return name in self.columns

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
            UserError: absent, wrong shape, wrong kind, or NaN/infinite (with the row numbers).
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
            self.check_rows(np.isfinite(values).reshape(len(self), -1).all(1), f'column {name} is NaN or infinite')
        return values if dtype is None else values.astype(dtype, copy=False)

    def check_rows(self, valid: np.ndarray, what: str) -> None:
        """Raises UserError saying ``what`` is wrong and in which rows, unless all rows are ``valid`` (N,)."""
        bad = np.flatnonzero(~np.asarray(valid, bool))
        if len(bad):
            rows = ', '.join(map(str, bad[:_SHOWN_ROWS])) + (', …' if len(bad) > _SHOWN_ROWS else '')
            raise UserError(f'{self.source}: {what} in row{"s" * (len(bad) > 1)} {rows} ({len(bad)} of {len(self)}).')

    @staticmethod
    def concatenate(arrays: Sequence[np.ndarray]) -> np.ndarray:
        """Several columns behind one another; a single one is passed through without a copy."""
        return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
