"""Objects of a pickle without their classes: they hold the state they were saved with, and at most turn into an array.

scipy itself would follow the indices of a hostile matrix out of memory, and chumpy no longer installs, so the files of SMPL
are read with these in their places.
"""
import math
from typing import Any, Tuple

import numpy as np

MAX_ELEMENTS = 2 ** 27  # of a sparse matrix that is written out
_MAX_DEPTH = 8          # stand-ins inside stand-ins


class Refused(Exception):
    """The pickle asks for something that a file of plain data has no need of."""


class StandIn:
    """An object of a pickle without its class: holds the state it was saved with and does nothing."""

    def __init__(self) -> None:
        self.state: Any = {}

    def hold(self, state: Any) -> None:
        if type(state) is not dict or any(type(key) is not str for key in state):
            raise Refused('gives an object a state that is not a dict')
        self.state = state

    def value(self, depth: int) -> np.ndarray:
        """The numbers it stands for. Raises ValueError where it stands for none."""
        raise ValueError(f'is a {type(self).__name__}, which cannot be turned into an array')


def as_array(value: Any, depth: int = 0) -> np.ndarray:
    """An array, a number or a stand-in of a sparse matrix or of chumpy -> the array of its numbers.

    Raises:
        ValueError: it is something else, or contradicts itself. Reads on from the name of the thing ('is a list, …').
    """
    if isinstance(value, StandIn):
        if depth > _MAX_DEPTH:
            raise ValueError('is nested too deeply')
        try:
            return value.value(depth + 1)
        except (KeyError, TypeError, IndexError, OverflowError) as error:
            raise ValueError(f'is a {type(value).__name__} that does not fit together ({error})') from None
    if isinstance(value, (np.ndarray, np.generic, int, float)):
        return np.asarray(value)
    raise ValueError(f'is a {type(value).__name__}, not an array')


class SparseMatrix(StandIn):
    """scipy.sparse.csc_matrix; scipy itself would follow indices out of memory."""

    columns_first = True

    def value(self, depth: int) -> np.ndarray:
        shape, data = self.shape(), as_array(self.state['data'], depth)
        starts, inner = _integers(self.state['indptr'], depth), _integers(self.state['indices'], depth)
        length = shape[1] if self.columns_first else shape[0]
        if (len(starts) != length + 1 or starts[0] != 0 or (np.diff(starts) < 0).any()
                or starts[-1] > min(len(inner), len(data))):
            raise ValueError('is a sparse matrix whose index does not fit its shape')
        outer, inner, data = np.repeat(np.arange(length), np.diff(starts)), inner[:starts[-1]], data[:starts[-1]]
        return _dense(shape, *((inner, outer) if self.columns_first else (outer, inner)), data)

    def shape(self) -> Tuple[int, int]:
        shape = self.state['_shape'] if '_shape' in self.state else self.state['shape']
        if type(shape) is not tuple or len(shape) != 2 or math.prod((1, *(max(int(n), 0) for n in shape))) > MAX_ELEMENTS:
            raise ValueError('is a sparse matrix of an impossible shape')
        return int(shape[0]), int(shape[1])


class RowSparseMatrix(SparseMatrix):
    """scipy.sparse.csr_matrix"""

    columns_first = False


class CoordinateMatrix(SparseMatrix):
    """scipy.sparse.coo_matrix"""

    def value(self, depth: int) -> np.ndarray:
        rows, columns = self.state['coords'] if 'coords' in self.state else (self.state['row'], self.state['col'])
        return _dense(self.shape(), _integers(rows, depth), _integers(columns, depth), as_array(self.state['data'], depth))


def _integers(value: Any, depth: int) -> np.ndarray:
    array = as_array(value, depth)
    if array.ndim != 1 or array.dtype.kind not in 'iu':
        raise ValueError('has an index that is not a list of integers')
    return array.astype(np.int64)


def _dense(shape: Tuple[int, int], rows: np.ndarray, columns: np.ndarray, data: np.ndarray) -> np.ndarray:
    if data.dtype.kind not in 'biuf' or not len(rows) == len(columns) == len(data) or min(shape) < 1:
        raise ValueError('is a sparse matrix whose parts do not fit together')
    for index, size in ((rows, shape[0]), (columns, shape[1])):
        if len(index) and not 0 <= index.min() <= index.max() < size:
            raise ValueError('is a sparse matrix with entries outside of its shape')
    dense = np.zeros(shape, data.dtype)
    np.add.at(dense, (rows, columns), data)  # entries that stand twice add up, as in scipy
    return dense


class Chumpy(StandIn):
    """A class of chumpy that computes, and so cannot be turned into an array."""


class ChumpyArray(Chumpy):
    """chumpy.ch.Ch: an array ``x``."""

    def value(self, depth: int) -> np.ndarray:
        return as_array(self.state['x'], depth)


class ChumpySelect(Chumpy):
    """chumpy.reordering.Select: entries ``idxs`` of the flattened ``a``, in ``preferred_shape``."""

    def value(self, depth: int) -> np.ndarray:
        picked = as_array(self.state['a'], depth).ravel()[_integers(self.state['idxs'], depth)]
        return picked.reshape(_shape(self.state.get('preferred_shape', picked.shape), depth))


class ChumpyReshape(Chumpy):
    """chumpy.reordering.Reshape: ``a`` in ``newshape``."""

    def value(self, depth: int) -> np.ndarray:
        return as_array(self.state['a'], depth).reshape(_shape(self.state['newshape'], depth))


class ChumpyTranspose(Chumpy):
    """chumpy.reordering.transpose: ``a`` with its ``axes`` exchanged."""

    def value(self, depth: int) -> np.ndarray:
        axes = self.state.get('axes')
        return as_array(self.state['a'], depth).transpose(None if axes is None else _shape(axes, depth))


def _shape(value: Any, depth: int) -> Tuple[int, ...]:
    if type(value) in (tuple, list):
        return tuple(int(n) for n in value)
    return tuple(int(n) for n in as_array(value, depth).ravel())
