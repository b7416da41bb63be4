"""Reading tar archives that may come from anywhere: nothing is unpacked, and only plain files are let through."""
import os
from pathlib import Path
from typing import BinaryIO, Dict, Iterator, NamedTuple, Optional, Union

from ajahr_mm.io.errors import UserError

_BLOCK = 512
_LONGEST_HEADER = 64 << 10
_FILES, _FOLDER, _PAX, _PAX_GLOBAL, _LONG_NAME = b'0\0', b'5', b'x', b'g', b'L'
_REFUSED = {b'1': 'a hard link', b'2': 'a symbolic link', b'3': 'a device', b'4': 'a device', b'6': 'a pipe',
            b'7': 'a contiguous file', b'K': 'a link', b'S': 'a sparse file', b'V': 'a volume label',
            b'M': 'a piece of a file of several volumes'}
_COMPRESSED = {b'\x1f\x8b': 'gzip', b'BZ': 'bzip2', b'\xfd7': 'xz', b'\x28\xb5': 'zstd', b'PK': 'zip'}


class TarMember(NamedTuple):
    """A file inside a tar: its bytes are ``size`` bytes of the tar from ``offset`` on."""
    name: str
    offset: int
    size: int


class TarLimits(NamedTuple):
    """What an honest archive stays below: bytes of one member, number of members, letters of a name."""
    member_bytes: int = 256 << 20
    members: int = 1_000_000
    name_letters: int = 1024


def list_tar(path: Union[str, Path], limits: TarLimits = TarLimits()) -> Iterator[TarMember]:
    """The files of an uncompressed tar (ustar, GNU, pax) in order, without reading their content.

    Raises:
        UserError: no tar, compressed, cut off, damaged, or with a member that does not belong into a data set: a link,
            a device, a pipe, a sparse file, an absolute or parent path, too large, too many.
    """
    try:
        with open(path, 'rb') as file:
            yield from _members(file, Path(path), limits)
    except FileNotFoundError:
        raise UserError(f'{path} does not exist; check the path of the tar.') from None
    except OSError as error:
        raise UserError(f'{path} cannot be read ({error.strerror}).') from None


def _members(file: BinaryIO, path: Path, limits: TarLimits) -> Iterator[TarMember]:
    end, position, count = os.fstat(file.fileno()).st_size, 0, 0
    told: Dict[str, str] = {}  # name and size from an extended header, for the member that follows it
    while True:
        file.seek(position)
        header = file.read(_BLOCK)
        if len(header) == _BLOCK and not header.strip(b'\0'):
            return
        if len(header) < _BLOCK:
            raise UserError(f'{path} breaks off at byte {position}, after {count} files; copy or download it again.')
        _check_header(header, position, path)
        kind, size = header[156:157], _number(header[124:136], path)
        data, step = position + _BLOCK, -(-size // _BLOCK) * _BLOCK
        if kind in (_PAX, _PAX_GLOBAL, _LONG_NAME):
            if size > _LONGEST_HEADER:
                raise UserError(f'{path} has an extended header of {size} bytes at byte {position}, which no honest tar '
                                'has.')
            content = file.read(size)
            if kind == _PAX:
                told.update(_pax_records(content, path))
            elif kind == _LONG_NAME:
                told['path'] = content.rstrip(b'\0').decode('utf-8', 'replace')
            position = data + step
            continue
        name = _safe_name(told.get('path') or _header_name(header), path, limits)
        if 'size' in told:
            size = _decimal(told['size'], path)
            step = -(-size // _BLOCK) * _BLOCK
        if any(key.startswith('GNU.sparse') for key in told):
            kind = b'S'
        told = {}
        if kind in _REFUSED or kind not in _FILES and kind != _FOLDER:
            raise UserError(f'{path}: member {name!r} is {_REFUSED.get(kind, "of an unknown kind")}, not a plain file; '
                            'such members are never followed. Pack the files themselves.')
        if size > limits.member_bytes:
            raise UserError(f'{path}: member {name!r} tells {size} bytes; more than {limits.member_bytes} are refused.')
        if data + size > end:
            raise UserError(f'{path} breaks off inside {name!r}, after {count} files; copy or download it again.')
        count += 1
        if count > limits.members:
            raise UserError(f'{path} has more than {limits.members} members; split it.')
        if kind != _FOLDER:
            yield TarMember(name, data, size)
        position = data + step


def _check_header(header: bytes, position: int, path: Path) -> None:
    blank = header[:148] + b' ' * 8 + header[156:]
    try:
        right = int(header[148:156].strip(b'\0 ') or b'x', 8) == sum(blank)
    except ValueError:
        right = False
    if not right:
        method = _COMPRESSED.get(header[:2]) if position == 0 else None
        if method:
            raise UserError(f'{path} is compressed ({method}); unpack it to a plain tar, so that its files can be read in '
                            'any order.')
        raise UserError(f'{path} is not a tar, or damaged at byte {position}; copy or download it again.')


def _number(field: bytes, path: Path) -> int:
    """An octal field, or a binary one as GNU tar writes for sizes above 8 GiB."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:], 'big')
    digits = field.strip(b'\0 ') or b'0'
    if digits.strip(b'01234567'):
        raise UserError(f'{path} has a member of unreadable size; copy or download it again.')
    return int(digits, 8)


def _decimal(text: str, path: Path) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise UserError(f'{path} has a member of unreadable size; copy or download it again.')
    return int(text)


def _pax_records(content: bytes, path: Path) -> Dict[str, str]:
    """``length key=value\\n`` records of an extended header."""
    records, rest = {}, content
    while rest.strip(b'\0'):
        digits, space, _ = rest.partition(b' ')
        length = int(digits) if digits.isdigit() and len(digits) < 6 else 0
        record = rest[len(digits) + 1:length]
        key, equals, value = record.partition(b'=')
        if not space or not equals or not record.endswith(b'\n') or length > len(rest):
            raise UserError(f'{path} has a damaged extended header; copy or download it again.')
        records[key.decode('utf-8', 'replace')] = value[:-1].decode('utf-8', 'replace')
        rest = rest[length:]
    return records


def _header_name(header: bytes) -> str:
    name = header[:100].split(b'\0', 1)[0]
    if header[257:263] == b'ustar\0':
        name = b'/'.join(filter(None, (header[345:500].split(b'\0', 1)[0], name)))
    return name.decode('utf-8', 'replace')


def _safe_name(name: str, path: Path, limits: TarLimits) -> str:
    """The name without ``./``. Nothing is ever written under it, but it becomes part of messages and file names."""
    parts = [part for part in name.split('/') if part not in ('', '.')]
    if (len(name) > limits.name_letters or name.startswith('/') or '..' in parts or '\\' in name
            or name[1:2] == ':' or not name.isprintable()):
        raise UserError(f'{path}: member name {name[:80]!r} is absolute, leads out of the archive or is not a name; such '
                        'archives are refused.')
    return '/'.join(parts)


def read_part(file: BinaryIO, offset: int, size: int) -> Optional[bytes]:
    """``size`` bytes of an open file from ``offset`` on, wherever others read it at; None if it ends before."""
    data = os.pread(file.fileno(), size, offset)
    while 0 < len(data) < size:
        more = os.pread(file.fileno(), size - len(data), offset + len(data))
        if not more:
            break
        data += more
    return data if len(data) == size else None
