"""A folder belongs to one set: what it is made from stands in ``.synthesis/claim.json``, and another set is refused."""
import json
import os
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, Mapping, Tuple

from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.safe_load import load_json
from ajahr_mm.synthesis.output import disk
from ajahr_mm.synthesis.running import sources
from ajahr_mm.synthesis.running.settings import without_strict
from ajahr_mm.version import __version__

#: Folder for what is known about the work on a set.
WORKSHOP = '.synthesis'
_MARK = 'claim.json'
_BYTES = 1 << 16


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Waits until no other process, on whatever machine, is in here. A killed one leaves nothing that would block."""
    from filelock import FileLock
    with FileLock(out / WORKSHOP / 'lock', mode=0o666):
        yield


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """A folder that is full or cannot be written is a UserError."""
    try:
        with disk.explained(out, _BYTES):
            yield
    except OSError as error:
        raise UserError(f'{out} cannot be written ({error.strerror}); choose another folder') from None


def fingerprint(config: Mapping) -> dict:
    """Everything that decides the pictures: version, code, packaged files, and settings with the seed."""
    settings = {key: config[key] for key in ('name', 'pipeline', 'shard_size', 'pose_sets', 'format') if key in config}
    content = dict(version=__version__, **sources.digests(config), settings=without_strict(settings))
    return json.loads(json.dumps(content, sort_keys=True, default=str))


def claim(out: Path, config: Mapping) -> None:
    """Takes the folder ``out`` for the set of ``config``, or finds that it is taken for the same set.

    Raises:
        UserError: it holds another set or other files, or cannot be written.
    """
    mark, wanted = out / WORKSHOP / _MARK, fingerprint(config)
    if (out / WORKSHOP).is_file():
        raise UserError(f'{out} holds a set made by an older version of ajahr_mm; delete it or choose another folder')
    with writing(out):
        if not mark.exists():
            if _is_foreign(out) and not mark.exists():      # a run that starts at the same time may have claimed it by now
                raise UserError(f'{out} exists and is not a set of this tool; delete it or choose another folder')
            (out / WORKSHOP).mkdir(parents=True, exist_ok=True)
            with locked(out):
                if not mark.exists():
                    with atomic_path(mark) as temporary:
                        temporary.write_text(json.dumps(wanted, indent=1) + '\n', encoding='utf-8')
    _compare(out, wanted)


def _is_foreign(out: Path) -> bool:
    if not out.is_dir():
        return out.exists()
    return any(name != WORKSHOP for name in os.listdir(out))


def _compare(out: Path, wanted: dict) -> None:
    found = load_json(out / WORKSHOP / _MARK)
    if found == wanted:
        return
    if not isinstance(found, dict) or found.get('version') != wanted['version']:
        why = f'by version {found.get("version") if isinstance(found, dict) else "?"} of ajahr_mm'
    elif found.get('settings') != wanted['settings']:
        why = f'with other settings ({_difference(found.get("settings"), wanted["settings"])})'
    elif found.get('code') != wanted['code']:
        why = 'by another state of the code'
    else:
        why = 'with other files of the package (the body, textures or panoramas)'
    raise UserError(f'{out} holds a set made {why}, and the two must not be mixed; delete it or choose another folder')


def _difference(found: Any, wanted: Any) -> str:
    """The first setting that differs: ``pipeline.seed is 0 there and 1 here``."""
    before, now = dict(_leaves(found)), dict(_leaves(wanted))
    for name in (*now, *before):
        if before.get(name) != now.get(name):
            there, here = (f'{values[name]!r}'[:60] if name in values else 'not set' for values in (before, now))
            return f'{name} is {there} there and {here} here'
    return 'their order differs'


def _leaves(node: Any, name: str = '') -> Iterator[Tuple[str, Any]]:
    if isinstance(node, (dict, list)) and node:
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _leaves(value, f'{name}.{key}' if name else str(key))
    else:
        yield name, node
