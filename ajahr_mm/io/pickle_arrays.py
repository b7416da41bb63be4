"""What a restricted pickle may build: numpy arrays and plain containers, made by constructors that check their arguments.

The real ones trust theirs: a dtype changes itself for the whole process, an array takes memory for any shape, a codec is
any module. So none of them is handed out; these functions take their places.
"""
import math
import re
from typing import Any, Dict, Iterable

import numpy as np

from ajahr_mm.io.stand_ins import Refused, StandIn

_DTYPE = re.compile(r'[|<>=]?(b1|[iu][1248]|f(2|4|8|12|16)|c(8|16|24|32)|[SU][1-9][0-9]{0,8}|O[48]?)')
_KEYS = (str, bytes, int, float, complex, type(None), np.generic)
_MAX_LENGTH = 2 ** 40  # of one axis of an array


class Name:
    """A name that pickles only ever hand back as an argument. It cannot be called."""


NDARRAY, OBJECT = Name(), Name()


class Dtype(StandIn):
    """numpy.dtype of plain numbers, text or objects."""

    def __init__(self, code: str, *flags: Any) -> None:
        if type(code) is not str or not _DTYPE.fullmatch(code):
            raise Refused(f'has an array of type {ascii(code)[:40]}, and only numbers and text are read')
        self.code, self.order = code, ''

    def hold(self, state: Any) -> None:
        version, order, subarray, names, fields = state[:5]
        if version not in (3, 4) or order not in tuple('<>|='):
            raise Refused('has an array type in a form that numpy does not write')
        if subarray is not None or names is not None or fields is not None:
            raise Refused('has an array with named fields, and only plain arrays are read')
        self.order = order if order in '<>' else ''

    def real(self) -> np.dtype:
        kind = np.dtype(self.code)
        return kind.newbyteorder(self.order) if self.order else kind


def checked_keys(keys: Iterable[Any]) -> Iterable[Any]:
    """The same keys. Deeply nested tuples are refused: hashing one can take longer than anybody waits."""
    for key in keys:
        if not _is_simple(key):
            raise Refused(f'has a {type(key).__name__} as the key of a dict or set, and only text and numbers may be keys')
    return keys


def _is_simple(key: Any, depth: int = 3) -> bool:
    if type(key) is tuple:
        return depth > 0 and len(key) <= 32 and all(_is_simple(part, depth - 1) for part in key)
    return isinstance(key, _KEYS)


def new_array(kind: Any, shape: Any = None, code: Any = None) -> np.ndarray:
    """numpy's ``_reconstruct``: an empty array, whatever size was asked for; its state fills it."""
    if kind is not NDARRAY:
        raise Refused('has an array of a class other than numpy.ndarray')
    return np.empty(0, np.int8)


def fill_array(array: np.ndarray, state: Any) -> None:
    """``ndarray.__setstate__`` for an array of :func:`new_array`, if shape, type and data agree."""
    _, shape, dtype, fortran, data = state
    if array.shape != (0,) or array.dtype != np.int8:
        raise Refused('fills the same array twice')
    kind, count = _kind(dtype), _count(shape)
    if kind.hasobject:
        if type(data) is not list or len(data) != count:
            raise Refused(f'has an array of shape {shape} with another number of objects')
    else:
        data = _bytes_of(data, count * kind.itemsize)
    array.__setstate__((1, shape, kind, bool(fortran), data))


def array_of_buffer(data: Any, dtype: Any, shape: Any, order: Any) -> np.ndarray:
    """numpy's ``_frombuffer``, the form of protocol 5."""
    kind = _kind(dtype)
    if kind.hasobject or order not in ('C', 'F'):
        raise Refused('has an array in a form that numpy does not write')
    shape = (shape,) if type(shape) is int else shape
    flat = np.frombuffer(_bytes_of(data, _count(shape) * kind.itemsize), kind)
    return flat.reshape(shape, order=order).copy(order)


def scalar(dtype: Any, data: Any) -> np.generic:
    """numpy's ``scalar``. One of type object is refused: numpy itself would unpickle its bytes."""
    kind = _kind(dtype)
    if kind.hasobject:
        raise Refused('has a numpy scalar that is an object')
    return np.frombuffer(_bytes_of(data, kind.itemsize), kind)[0]


def encode(text: Any, encoding: Any = None) -> bytes:
    """``_codecs.encode``, by which Python 3 writes bytes into old protocols: Latin-1 and no other codec."""
    if type(text) is not str or encoding not in ('latin1', 'latin-1'):
        raise Refused(f'encodes something in {ascii(encoding)[:40]}, and only Latin-1 text is read')
    return text.encode('latin1')


def no_bytes() -> bytes:
    """``bytes()``: how old protocols write empty bytes."""
    return b''


def new_set(items: Any = ()) -> set:
    return set(checked_keys(_sequence(items)))


def new_ordered_dict(pairs: Any = ()) -> Dict:
    """``collections.OrderedDict`` as the dict it is today."""
    items = [_sequence(pair) for pair in _sequence(pairs)]
    checked_keys(key for key, _ in items)
    return dict(items)


def reconstruct(kind: Any, base: Any, state: Any) -> StandIn:
    """``copyreg._reconstructor``, by which protocols 0 and 1 write objects: of stand-ins alone."""
    if not (isinstance(kind, type) and issubclass(kind, StandIn)) or base is not OBJECT or state is not None:
        raise Refused('builds an object of a class that is not among the allowed ones')
    return kind()


def _sequence(items: Any) -> Any:
    if type(items) not in (list, tuple):
        raise Refused('builds a set or dict of something that is not a list')
    return items


def _kind(dtype: Any) -> np.dtype:
    if not isinstance(dtype, Dtype):
        raise Refused('has an array without a type')
    return dtype.real()


def _count(shape: Any) -> int:
    if type(shape) is not tuple or len(shape) > 32 or not all(type(n) is int and 0 <= n <= _MAX_LENGTH for n in shape):
        raise Refused('has an array of an impossible shape')
    return math.prod(shape)


def _bytes_of(data: Any, size: int) -> bytes:
    """Raw data of an array; text from Python 2, where bytes were text."""
    data = data.encode('latin1') if type(data) is str else data
    if type(data) not in (bytes, bytearray) or len(data) != size:
        raise Refused(f'has an array that should hold {size} bytes and does not')
    return bytes(data)
