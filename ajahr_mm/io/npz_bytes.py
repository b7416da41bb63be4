"""Small npz archives in memory, many a second: what ``numpy.savez`` writes, at a fifth of its cost."""
import io
import struct
import zlib
from functools import lru_cache
from typing import Mapping, Tuple

import numpy as np

_DATE = 0x21   # 1980-01-01: the same columns are the same bytes
_UTF8 = 0x800
#: Version 2.0, flags, method 0 (stored), time, date, checksum, the size twice, lengths of name and extra field.
_LOCAL = struct.Struct('<4s5H3L2H')
_CENTRAL = struct.Struct('<4s6H3L5H2L')
_END = struct.Struct('<4s4H2LH')


def npz_bytes(columns: Mapping[str, np.ndarray]) -> bytes:
    """An uncompressed npz of numbers and text.

    Raises:
        ValueError: an array of Python objects, or more than a zip without extensions holds (4 GiB, 65,535 arrays).
    """
    members, directory, position = [], [], 0
    for name, column in columns.items():
        if column.dtype.hasobject:
            raise ValueError(f'column {name} holds Python objects')
        data = _header(column.dtype, column.shape) + column.tobytes()
        file = f'{name}.npy'.encode()
        about = (20, 0 if file.isascii() else _UTF8, 0, 0, _DATE, zlib.crc32(data), len(data), len(data), len(file))
        members += (_LOCAL.pack(b'PK\3\4', *about, 0), file, data)
        directory += (_CENTRAL.pack(b'PK\1\2', 20, *about, 0, 0, 0, 0, 0, position), file)
        position += _LOCAL.size + len(file) + len(data)
        if position >= 1 << 32 or len(members) > 3 * 65535:
            raise ValueError('more than a plain zip can hold')
    listing = b''.join(directory)
    count = len(columns)
    return b''.join([*members, listing, _END.pack(b'PK\5\6', 0, 0, count, count, len(listing), position, 0)])


@lru_cache(maxsize=1024)
def _header(dtype: np.dtype, shape: Tuple[int, ...]) -> bytes:
    """Magic and description of an npy file."""
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, dict(
        descr=np.lib.format.dtype_to_descr(dtype), fortran_order=False, shape=shape))
    return stream.getvalue()
