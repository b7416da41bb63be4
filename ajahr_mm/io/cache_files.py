"""Files that are made once from others and are worthless as soon as those change."""
import hashlib
import os
from pathlib import Path
from typing import Sequence, Union

from ajahr_mm.io.errors import UserError

#: Hidden folder beside the sources; not a place to look for sources in.
CACHE_FOLDER = '.ajahr_cache'


def fingerprint(sources: Sequence[Union[str, Path]]) -> str:
    """16 letters that change with the names, sizes and modification times of the files.

    Raises:
        UserError: one of them does not exist.
    """
    digest = hashlib.sha256()
    for source in sources:
        try:
            status = os.stat(source)
        except OSError:
            raise UserError(f'{source} does not exist; check the path.') from None
        digest.update(f'{Path(source).name}\0{status.st_size}\0{status.st_mtime_ns}\0'.encode())
    return digest.hexdigest()[:16]


def cache_path(sources: Sequence[Union[str, Path]], kind: str, suffix: str) -> Path:
    """Where to keep what was made from ``sources``: a hidden folder beside the first, or one for this user.

    The second is ``$AJAHR_CACHE``, by default ``~/.cache/ajahr_mm``, and serves folders that cannot be written.

    Args:
        kind: what was made, as part of the name; a changed recipe needs another kind.
    """
    first = Path(os.path.abspath(sources[0]))
    name = f'{first.name}.{kind}-{fingerprint(sources)}{suffix}'
    if not os.environ.get('AJAHR_CACHE') and os.access(first.parent, os.W_OK):
        return first.parent / CACHE_FOLDER / name
    root = os.environ.get('AJAHR_CACHE') or os.path.join('~', '.cache', 'ajahr_mm')
    return Path(root).expanduser() / hashlib.sha256(str(first.parent).encode()).hexdigest()[:16] / name


def drop_outdated(path: Path) -> None:
    """Removes what ``cache_path`` named for earlier versions of the same sources. Readers that have it open keep it."""
    stem = path.name[:path.name.rindex('-') + 1]
    for other in path.parent.iterdir() if path.parent.is_dir() else ():
        if other.name.startswith(stem) and other != path:
            other.unlink(missing_ok=True)
