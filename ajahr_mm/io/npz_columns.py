"""npz archives too large for memory: mapped, streamed in blocks of rows, and written column by column."""
import mmap
import os
import struct
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Tuple, Union

import numpy as np

from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.errors import UserError

PathLike = Union[str, Path]
_BLOCK_BYTES = 4 << 20
_LOCAL_HEADER = 30  # bytes before the name in a zip's local header; the lengths of name and extra field end it


class Member(NamedTuple):
    """One array of an archive. ``offset`` is where its values begin in the file, -1 if they are compressed."""
    name: str
    dtype: np.dtype
    shape: Tuple[int, ...]
    fortran: bool
    offset: int

    @property
    def nbytes(self) -> int:
        return self.dtype.itemsize * int(np.prod(self.shape, dtype=np.int64))


class Blocks(NamedTuple):
    """A column to be written: ``shape`` (N, …), and arrays (n, …) that make it up when laid behind one another."""
    shape: Tuple[int, ...]
    dtype: np.dtype
    blocks: Iterable[np.ndarray]


@contextmanager
def _told(path: PathLike) -> Iterator[None]:
    try:
        yield
    except UserError:
        raise
    except FileNotFoundError:
        raise UserError(f'{path} does not exist; check the path of the npz file.') from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, RuntimeError, struct.error) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise UserError(f'{path} is not a readable npz file ({reason}); it may be cut off: write or download it '
                        'again.') from None


def _header(stream, name: str, path: PathLike) -> Tuple[Tuple[int, ...], bool, np.dtype]:
    version = np.lib.format.read_magic(stream)
    readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    if version not in readers:
        raise UserError(f'{path}: array {name!r} is in npy version {version}, expected 1.0 or 2.0; save it again as a '
                        'plain number or string array.')
    shape, fortran, dtype = readers[version](stream)
    if dtype.hasobject:
        raise UserError(f'{path}: array {name!r} holds pickled Python objects, which are never loaded because they can '
                        'run code; save it again as a plain number or string array.')
    return shape, fortran, dtype


def _start(file: BinaryIO, info: zipfile.ZipInfo) -> int:
    """Where the bytes of a member begin."""
    file.seek(info.header_offset)
    return info.header_offset + _LOCAL_HEADER + sum(struct.unpack('<26x2H', file.read(_LOCAL_HEADER)))


class _Stored:
    """The bytes of an uncompressed member and their checksum, at twice the speed of ``zipfile``."""

    def __init__(self, file: BinaryIO, info: zipfile.ZipInfo) -> None:
        file.seek(_start(file, info))
        self._file, self._info, self._left, self._sum = file, info, info.file_size, 0

    def read(self, count: int) -> bytes:
        data = self._file.read(min(count, self._left))
        self._left -= len(data)
        self._sum = zlib.crc32(data, self._sum)
        if not self._left and self._sum != self._info.CRC:
            raise zipfile.BadZipFile(f'Bad CRC-32 for file {self._info.filename!r}')
        return data


def list_members(path: PathLike) -> List[Member]:
    """The arrays of an npz, from their headers alone.

    Raises:
        UserError: the file is missing, not an npz, cut off, or holds Python objects.
    """
    found = []
    with _told(path), open(path, 'rb') as file, zipfile.ZipFile(file) as archive:
        size = os.fstat(file.fileno()).st_size
        for info in archive.infolist():
            name = info.filename[:-4] if info.filename.endswith('.npy') else info.filename
            with archive.open(info) as stream:
                shape, fortran, dtype = _header(stream, name, path)
                header = stream.tell()
            offset = _start(file, info) + header if info.compress_type == zipfile.ZIP_STORED else -1
            member = Member(name, dtype, shape, fortran, offset)
            if header + member.nbytes != info.file_size or (offset >= 0 and offset + member.nbytes > size):
                raise UserError(f'{path}: array {name!r} does not have the length that its header tells; write the '
                                'file again.')
            found.append(member)
    return found


def is_mappable(members: Iterable[Member]) -> bool:
    """Whether no array is compressed."""
    return all(member.offset >= 0 for member in members)


def map_npz(path: PathLike) -> Tuple[Dict[str, np.ndarray], mmap.mmap]:
    """Read-only arrays that lie in the file, and the mapping they lie in.

    They cost no memory until read, and processes share what is read. ``mapping.madvise(mmap.MADV_DONTNEED)`` takes what
    was read out of this process again, and harms nothing.

    Raises:
        UserError: as :func:`list_members`, or a compressed archive.
    """
    members = list_members(path)
    if not is_mappable(members):
        raise UserError(f'{path} is compressed and cannot be mapped; save it with numpy.savez.')
    with _told(path), open(path, 'rb') as file:
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return {m.name: np.ndarray(m.shape, m.dtype, memory, m.offset, order='F' if m.fortran else 'C')
            for m in members}, memory


def stream_rows(path: PathLike, name: str) -> Iterator[np.ndarray]:
    """The rows of one array (N, …), compressed or not, in blocks of a few megabytes; its checksum is checked at the end.

    Raises:
        UserError: as :func:`list_members`, or damage inside the array.
    """
    with _told(path), open(path, 'rb') as file, zipfile.ZipFile(file) as archive:
        info = archive.getinfo(f'{name}.npy')
        stream = _Stored(file, info) if info.compress_type == zipfile.ZIP_STORED else archive.open(info)
        shape, fortran, dtype = _header(stream, name, path)
        row_bytes = dtype.itemsize * int(np.prod(shape[1:], dtype=np.int64))
        total = shape[0] if shape else 1
        step = total if fortran and len(shape) > 1 else max(1, _BLOCK_BYTES // max(row_bytes, 1))
        for start in range(0, total, max(step, 1)):
            count = min(step, total - start)
            data = stream.read(count * row_bytes)
            if len(data) != count * row_bytes:
                raise EOFError(f'array {name} breaks off')
            rows = np.frombuffer(data, dtype) if row_bytes else np.empty(0, dtype)
            yield rows.reshape((count, *shape[1:]), order='F' if fortran else 'C') if shape else rows.reshape(())
        stream.read(1)  # zipfile compares the checksum when it meets the end


def write_npz(path: PathLike, columns: Mapping[str, Union[np.ndarray, Blocks]]) -> None:
    """An uncompressed npz, whole or absent. Columns given as :class:`Blocks` are never in memory as a whole.

    Raises:
        ValueError: blocks that do not add up to their shape.
    """
    with atomic_path(path) as temporary, zipfile.ZipFile(temporary, 'w', zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, column in columns.items():
            if not isinstance(column, Blocks):
                column = np.asarray(column)
                column = Blocks(column.shape, column.dtype, [column])
            # A fixed date: the same columns are the same bytes.
            with archive.open(zipfile.ZipInfo(f'{name}.npy'), 'w', force_zip64=True) as stream:
                np.lib.format.write_array_header_2_0(stream, dict(
                    descr=np.lib.format.dtype_to_descr(np.dtype(column.dtype)), fortran_order=False,
                    shape=tuple(column.shape)))
                written = 0
                for block in column.blocks:
                    block = np.ascontiguousarray(block, column.dtype)
                    written += block.size
                    stream.write(block.reshape(-1).view(np.uint8).data if block.size else b'')
            if written != int(np.prod(column.shape, dtype=np.int64)):
                raise ValueError(f'column {name}: {written} values were given for the shape {tuple(column.shape)}')
