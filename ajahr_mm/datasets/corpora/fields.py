"""The arrays of a file of others, asked for by name, and checked as they are asked for."""
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple, Union

import numpy as np

from ajahr_mm.io.errors import UserError

Columns = Dict[str, np.ndarray]


class Fields:
    """Arrays (N, …) of the same N people or frames.

    Args:
        arrays: by name, as the file has them.
        source: the file, named in every error.
        count: N; None takes the length of the first array asked for.
    """

    def __init__(self, arrays: Mapping[str, Any], source: Any, count: Optional[int] = None) -> None:
        self.arrays, self.source, self.count = arrays, str(source), count

    def __contains__(self, name: str) -> bool:
        return name in self.arrays

    def raw(self, name: str) -> Any:
        """The value as it is. Raises UserError, with what is there, if it is missing."""
        if name not in self.arrays:
            raise UserError(f'{self.source} lacks {name}; it has {", ".join(sorted(map(str, self.arrays))) or "nothing"}.')
        return self.arrays[name]

    def numbers(self, name: str, *shape: int, default: Optional[float] = None) -> np.ndarray:
        """(N, *shape) float32. Axes of length 1 are taken away or put in as needed; longer ones must fit.

        A -1 in ``shape`` stands for any length. NaN is let through: BodyDataset has a policy for it.

        Raises:
            UserError: missing without a default, of another length or shape, or not numbers.
        """
        if default is not None and name not in self.arrays:
            return np.full((self._length(), *shape), default, np.float32)
        values = self._array(name)
        if values.dtype.kind not in 'fiub':
            raise UserError(f'{self.source}: {name} holds {self._kind(values)} where numbers are expected; the file is '
                            'not of this layout, or was written wrongly.')
        self._check_length(name, values)
        wanted, there = [n for n in shape if n != 1], [n for n in values.shape[1:] if n != 1]
        if len(wanted) != len(there) or any(w not in (-1, t) for w, t in zip(wanted, there)):
            raise UserError(f'{self.source}: {name} has shape {values.shape}, expected '
                            f'({self.count}{"".join(f", {n}" if n > 0 else ", any" for n in shape)}).')
        lengths = iter(there)
        return values.reshape(self.count, *(1 if n == 1 else next(lengths) for n in shape)).astype(np.float32)

    def texts(self, name: str, default: Optional[str] = None) -> np.ndarray:
        """(N,) text; bytes are decoded. Raises UserError as :meth:`numbers` does."""
        if default is not None and name not in self.arrays:
            return np.full(self._length(), default)
        values = self._array(name)
        if values.dtype.kind in 'SO' and all(isinstance(v, (str, bytes)) for v in values.reshape(-1)):
            texts = [v.decode('utf-8', 'replace') if isinstance(v, bytes) else v for v in values.reshape(-1)]
            values = np.array(texts, str).reshape(len(values)) if values.ndim else values
        if values.dtype.kind != 'U':
            raise UserError(f'{self.source}: {name} holds {self._kind(values)} where text is expected.')
        self._check_length(name, values)
        return values.reshape(self.count)

    def _array(self, name: str) -> np.ndarray:
        value = self.raw(name)
        try:
            return np.asarray(value)
        except ValueError:
            raise UserError(f'{self.source}: {name} is a list of arrays of different lengths; expected one array.') from None

    @staticmethod
    def _kind(values: np.ndarray) -> str:
        return 'Python objects' if values.dtype.kind == 'O' else str(values.dtype)

    def _length(self) -> int:
        if self.count is None:
            raise ValueError('ask for a column that must be there before those that may be missing')
        return self.count

    def _check_length(self, name: str, values: np.ndarray) -> None:
        length = len(values) if values.ndim else -1
        if self.count is None and length >= 0:
            self.count = length
        if length != self.count:
            raise UserError(f'{self.source}: {name} has {length if length >= 0 else "no"} rows where others have '
                            f'{self.count}; all need the same.')


def pick(columns: Columns, rows: Union[np.ndarray, Sequence[int]]) -> Columns:
    """The same columns with only ``rows`` (indices or a mask)."""
    return {name: column[rows] for name, column in columns.items()}


def stacked(parts: Sequence[Columns]) -> Columns:
    """Parts with the same columns behind one another; no part gives no columns."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else {}


def finite_rows(columns: Columns) -> Tuple[np.ndarray, str]:
    """(N,) bool: rows in which all numbers are finite, and the name of the first column that has others."""
    count = len(next(iter(columns.values())))
    good, first = np.ones(count, bool), ''
    for name, column in columns.items():
        if column.dtype.kind == 'f':
            here = np.isfinite(column).reshape(count, -1).all(1)
            first = first or ('' if here.all() else name)
            good &= here
    return good, first
