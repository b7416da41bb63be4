"""What became of a public checkpoint, as a table that a person reads once and keeps."""
import re
from typing import Any, Dict, Iterator, List, Tuple

from ajahr_mm.convert.rules import Conversion

_WIDTH = 10


def report(done: Conversion, title: str) -> str:
    """Lines for every kind of entry: how many, which, and why; then what was inferred and the network they fit."""
    theirs = len(done.kept) + len(done.changed) + len(done.dropped)
    lines = [f'{title}: {theirs} entries in the file, {len(done.state)} in our network']
    lines.append(_line('kept', len(done.kept), 'under our names, for example ' + ' -> '.join(next(iter(done.kept.items())))
                       if done.kept else 'none'))
    for what, entries in (('changed', done.changed), ('dropped', done.dropped), ('derived', done.derived)):
        lines += [_line(what, len(names), f'{_common(names)}: {why}') for why, names in _by_reason(entries)]
    lines.append(_line('inferred', '', ', '.join(f'{name} {value}' for name, value in done.facts.items())))
    return '\n'.join(lines + ['the network they fit:', *_config_lines(done.model)])


def _line(what: str, number: Any, text: str) -> str:
    return f'  {what:<{_WIDTH}}{number!s:>5}  {text}'


def _by_reason(entries: Dict[str, str]) -> Iterator[Tuple[str, List[str]]]:
    for reason in dict.fromkeys(entries.values()):
        yield reason, [name for name, why in entries.items() if why == reason]


def _common(names: List[str]) -> str:
    """One name, or what the names have in common, with their first differences: ``smpl.{faces, J_regressor, …}``."""
    if len(names) == 1:
        return names[0]
    stem = names[0]
    for name in names:
        while not name.startswith(stem):
            stem = stem[:-1]
    stem = stem[:stem.rfind('.') + 1]
    following = list(dict.fromkeys(re.split(r'\.', name[len(stem):])[0] for name in names))
    return f'{stem}{{{", ".join(following[:4])}{", …" if len(following) > 4 else ""}}}'


def _config_lines(model: Dict[str, Any]) -> Iterator[str]:
    yield '  model = dict('
    for name, value in model.items():
        yield f'      {name}={_python(value)},'
    yield '  )'


def _python(value: Any) -> str:
    if isinstance(value, dict):
        return f'dict({", ".join(f"{name}={_python(item)}" for name, item in value.items())})'
    return repr(value)
