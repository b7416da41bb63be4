"""SHA-256 of every file of a set, in the form that ``sha256sum -c`` reads."""
import hashlib
from pathlib import Path
from typing import Dict, Iterable

from ajahr_mm.io.atomic import atomic_path

NAME = 'checksums.txt'
_BLOCK = 1 << 20


def sha256(path: Path) -> str:
    """Hexadecimal digest of a file of any size."""
    digest = hashlib.sha256()
    with path.open('rb') as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def digests(paths: Iterable[Path], out: Path) -> Dict[str, str]:
    """Path below ``out`` -> digest, sorted by path."""
    return {name: sha256(path) for name, path in sorted((path.relative_to(out).as_posix(), path) for path in paths)}


def write(sums: Dict[str, str], out: Path) -> Path:
    """``checksums.txt`` in ``out``, whole or absent."""
    path = out / NAME
    with atomic_path(path) as temporary:
        temporary.write_text(text(sums), encoding='utf-8')
    return path


def text(sums: Dict[str, str]) -> str:
    """The lines of the file."""
    return ''.join(f'{digest}  {name}\n' for name, digest in sums.items())
