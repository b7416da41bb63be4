"""Writing where the disk may be full, where a run may be killed, and where others write the same files."""
import errno
import os
import secrets
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Optional

from ajahr_mm.io.errors import UserError

_FULL = {errno.ENOSPC: 'the disk is full', errno.EDQUOT: 'the quota of this user is used up',
         errno.EFBIG: 'a file may not become so large here (ulimit -f)'}


@contextmanager
def explained(folder: Path, needed: int) -> Iterator[None]:
    """Turns the error of a full disk into a UserError that names the folder and the bytes ``needed`` at least."""
    try:
        yield
    except Exception as error:
        reason = _reason(error)
        if reason is None:
            raise
        there = next(each for each in (folder, *folder.parents) if each.exists())
        raise UserError(f'{folder} cannot take more files: {reason}, {in_words(shutil.disk_usage(there).free)} are free '
                        f'and the next step takes {in_words(needed)}. Free some space and run the same command again: '
                        'it goes on where it stopped.') from None


def _reason(error: Optional[BaseException]) -> Optional[str]:
    """Why there is no room; None if the error is another one. Closing a file after the error may have raised a second."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return _FULL[error.errno]
        error = error.__context__
    return None


def in_words(count: float) -> str:
    """Bytes as ``12.3 MB``."""
    for unit in ('bytes', 'kB', 'MB', 'GB'):
        if count < 1000:
            return f'{count:.1f} {unit}' if unit != 'bytes' else f'{count:.0f} bytes'
        count /= 1000
    return f'{count:.1f} TB'


def put(path: str, data: bytes) -> None:
    """A file that is whole or absent, whose folder exists. Like ``atomic_path``, at a third of its cost."""
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f'.{name}.{secrets.token_hex(4)}')
    try:
        with open(temporary, 'xb', buffering=0) as file:
            left = memoryview(data)
            while left:
                left = left[file.write(left):]
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def sweep(folder: Path, beginning: str = '.') -> None:
    """Removes what killed runs left in a folder: files whose names begin so."""
    try:
        with os.scandir(folder) as entries:
            torn = [entry.path for entry in entries if entry.name.startswith(beginning) and entry.is_file()]
    except FileNotFoundError:       # it is not there, or somebody else who finishes the set has just removed it
        return
    for path in torn:
        Path(path).unlink(missing_ok=True)


def remove(folder: Path) -> None:
    """Removes a folder of files, unless somebody writes into it just now."""
    sweep(folder, '')
    remove_empty(folder)


def remove_empty(folder: Path) -> None:
    """Removes a folder if nothing is in it."""
    try:
        folder.rmdir()
    except OSError:
        pass
