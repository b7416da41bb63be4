"""Samples in tar shards: a picture and what is known about the people in it.

The layout is WebDataset's: files that share a name up to the first dot belong together and stand side by side.

    000017.jpg     the picture (jpg, jpeg or png)
    000017.npz     numbers: arrays (P, …), one row per person, never pickled
    000017.json    text: {"gender": ["f", …], …}, P strings each; left out where there is none
"""
import io
import json
import os
import re
import zipfile
import zlib
from contextlib import contextmanager
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Set, Tuple, Union

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.tar_files import TarLimits, TarMember, list_tar, read_part

IMAGE_SUFFIXES = ('jpg', 'jpeg', 'png')
_MAX_ANNOTATIONS = 64 << 20  # bytes; a megabyte is a thousand people
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, AttributeError, MemoryError,
               NotImplementedError, RecursionError, RuntimeError)
_BRACES = re.compile(r'\{(\d+)\.\.(\d+)\}')

People = Dict[str, np.ndarray]


class ShardSample(NamedTuple):
    """One picture of a shard: its name, where its image lies, and the content of every other member by suffix.

    A sample that is not whole tells so in ``trouble``; ``check`` raises it.
    """
    key: str
    image: TarMember
    parts: Dict[str, bytes]
    trouble: str = ''

    def check(self) -> 'ShardSample':
        """The sample itself; UserError if it has no picture or two, a member twice, or the name of an earlier one."""
        if self.trouble:
            raise UserError(f'sample {self.key!r} {self.trouble}.')
        return self


Decoder = Callable[[ShardSample], People]


def find_shards(pattern: Union[str, List[str]], root: str = '') -> List[str]:
    """The tars of one pattern or several: paths, globs (``*``) or WebDataset's ranges (``{000000..000312}.tar``).

    Raises:
        UserError: a pattern that finds nothing, or a file of a range that is not there.
    """
    found: List[str] = []
    for each in [pattern] if isinstance(pattern, str) else pattern:
        each = os.path.join(root, each)
        bounds = _BRACES.search(each)
        if bounds:
            low, high = bounds.groups()
            names = [_BRACES.sub(f'{i:0{len(low)}d}', each, 1) for i in range(int(low), int(high) + 1)]
            missing = [name for name in names if not os.path.isfile(name)]
            if missing:
                raise UserError(f'{missing[0]} does not exist ({len(missing)} of {len(names)} shards of {each} are '
                                'missing).')
        else:
            names = sorted(str(path) for path in Path(each).parent.glob(Path(each).name)) if '*' in each else [each]
        if not names:
            raise UserError(f'{each} names no tar; check the folder and the pattern.')
        found += names
    return found


def read_shard(path: Union[str, Path], limits: TarLimits = TarLimits()) -> Iterator[ShardSample]:
    """The samples of a tar in order; the pictures themselves are not read. See ``ShardSample.check``.

    Raises:
        UserError: what ``list_tar`` refuses, at the point where it is met.
    """
    seen: Set[str] = set()
    with open_shard(path) as file:
        named = ((*_split(member.name), member) for member in list_tar(path, limits))
        for key, group in groupby((entry for entry in named if entry[1]), key=itemgetter(0)):
            yield _sample(key, [entry[1:] for entry in group], file, key in seen)
            seen.add(key)


def until_broken(samples: Iterator[ShardSample], on_bad: str) -> Iterator[Tuple[Optional[ShardSample], str]]:
    """Samples of ``read_shard`` with '', and with ``on_bad='skip'`` at last None with what ended them too early.

    Raises:
        UserError: with ``on_bad='raise'``, what ``read_shard`` raises.
    """
    try:
        yield from ((sample, '') for sample in samples)
    except UserError as error:
        if on_bad == 'raise':
            raise
        yield None, str(error)


@contextmanager
def open_shard(path: Union[str, Path]) -> Iterator[BinaryIO]:
    """A shard opened for reading; UserError if it is not there."""
    try:
        file = open(path, 'rb')
    except OSError as error:
        raise UserError(f'{path} cannot be opened ({error.strerror}); check the path of the shard.') from None
    with file:
        yield file


def read_image_bytes(path: str, offset: int, size: int, name: str) -> bytes:
    """The image file that lies inside a shard. The last few shards stay open, one reading at a time needs no lock.

    Raises:
        UserError: the shard is not there, or ends before.
    """
    try:
        data = read_part(_kept_open(path, os.getpid()), offset, size)
    except OSError as error:
        raise UserError(f'{name} cannot be read ({error.strerror}); check the path of the shard.') from None
    if data is None:
        raise UserError(f'{name}: the shard ends before this picture does; copy or download it again.')
    return data


def advise_reading(path: str, start: int, stop: int) -> None:
    """Tells the system that these bytes of a shard will soon be read; what comes of it is the system's business."""
    try:
        os.posix_fadvise(_kept_open(path, os.getpid()).fileno(), start, stop - start, os.POSIX_FADV_WILLNEED)
    except OSError:
        pass  # the reading itself will tell


@lru_cache(maxsize=64)
def _kept_open(path: str, process: int) -> BinaryIO:
    return open(path, 'rb')


def _split(name: str) -> Tuple[str, str]:
    folder, _, base = name.rpartition('/')
    stem, _, suffix = base.partition('.')
    return (f'{folder}/{stem}' if folder else stem), suffix.lower()


def _sample(key: str, group: List[Tuple[str, TarMember]], file: BinaryIO, seen: bool) -> ShardSample:
    images = [member for suffix, member in group if suffix in IMAGE_SUFFIXES]
    suffixes = [suffix for suffix, _ in group]
    trouble = ''
    if seen:
        trouble = 'comes twice, or its files do not stand side by side'
    elif len(images) != 1:
        trouble = f'has {len(images)} pictures ({", ".join(suffixes)}), expected one'
    elif len(set(suffixes)) < len(suffixes):
        trouble = f'has a member twice ({", ".join(suffixes)})'
    parts = {} if trouble else {suffix: read_part(file, member.offset, member.size) for suffix, member in group
                                if suffix not in IMAGE_SUFFIXES}
    return ShardSample(key, images[0] if images else TarMember('', 0, 0), parts, trouble)


def decode_people(sample: ShardSample) -> People:
    """Columns (P, …) of the people of a sample in our own layout: what its npz and its json hold.

    Raises:
        UserError: neither is there, one is damaged or holds objects, or they do not tell the same number of people.
    """
    if not {'npz', 'json'} & set(sample.parts):
        raise UserError(f'sample {sample.key!r} has neither npz nor json, only {", ".join(sample.parts) or "a picture"}.')
    columns: People = {}
    try:
        if 'npz' in sample.parts:
            with np.load(io.BytesIO(sample.parts['npz']), allow_pickle=False) as archive:
                unpacked = sum(info.file_size for info in archive.zip.infolist())
                if unpacked > _MAX_ANNOTATIONS:
                    raise ValueError(f'{unpacked} bytes for one picture')
                columns.update((name, archive[name]) for name in archive.files)
        texts = json.loads(sample.parts.get('json', b'{}'))
        columns.update((name, np.array(values)) for name, values in texts.items() if isinstance(values, list))
    except _UNREADABLE as error:
        raise UserError(f'sample {sample.key!r} has annotations that cannot be read ({error}).') from None
    return check_people(columns, sample.key)


def check_people(columns: Mapping[str, np.ndarray], key: str) -> People:
    """The columns, if all of them have the same number of rows and are of numbers or text.

    Raises:
        UserError: otherwise.
    """
    wrong = [name for name, column in columns.items() if column.ndim == 0 or column.dtype.kind not in 'fiubU']
    if wrong or len({len(column) for column in columns.values()}) > 1:
        listing = ', '.join(f'{name} {column.dtype}{list(column.shape)}' for name, column in columns.items())
        raise UserError(f'sample {key!r}: its annotations are not columns with a row per person ({listing}).')
    return dict(columns)
