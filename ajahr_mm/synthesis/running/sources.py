"""Checksums of the code and the packaged files that decide how a picture looks."""
import hashlib
import inspect
import re
from pathlib import Path
from typing import Dict, Mapping

import ajahr_mm
from ajahr_mm.synthesis.running.settings import types

PACKAGE = Path(ajahr_mm.__file__).resolve().parent
ROOMS = ('anatomy', 'assets', 'body_models', 'geometry', 'io', 'rendering', 'synthesis')
#: Decides who makes a picture, not how it looks.
APART = PACKAGE / 'synthesis' / 'running'
#: Made by reading the others: hidden files and folders, compiled modules.
_CACHE = re.compile(r'(^|/)(\.|__pycache__/)')


def digests(config: Mapping) -> Dict[str, str]:
    """``code``: modules of this package, and those of parts from outside that the config names; ``assets``: data files."""
    files = {path.relative_to(PACKAGE).as_posix(): path for room in ROOMS for path in (PACKAGE / room).rglob('*')
             if path.is_file() and APART not in path.parents}
    files = {name: path for name, path in files.items() if not _CACHE.search(name)}
    code = {name: path for name, path in files.items() if path.suffix == '.py'}
    assets = {name: path for name, path in files.items() if path.suffix not in ('.py', '.md')}
    for kind in types(config):
        path = Path(inspect.getfile(kind)).resolve()
        if PACKAGE not in path.parents:
            code[kind.__module__] = path
    return dict(code=_digest(code), assets=_digest(assets))


def _digest(files: Mapping[str, Path]) -> str:
    """16 letters that change with the names and the content of the files."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f'{name}\0'.encode() + hashlib.sha256(files[name].read_bytes()).digest())
    return digest.hexdigest()[:16]
