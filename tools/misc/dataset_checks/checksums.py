"""Are the files those that were made: beside the sums that were written down, or beside another set?"""
import re
from pathlib import Path, PurePosixPath
from typing import Dict

from dataset_checks.report import Report, listed

from ajahr_mm.io.safe_load import load_json
from ajahr_mm.synthesis.output.card import COST, TEXT
from ajahr_mm.synthesis.output.checksums import NAME, sha256

#: Made by reading, and what a run notes for itself.
_NOT_PART_OF_IT = ('.ajahr_cache', '.synthesis')
#: Of the set, but not the same each time it is made: they tell what it cost.
_TOLD_APART = (COST, TEXT)
_LINE = re.compile(r'([0-9a-f]{64}) [ *](.+)')
_SHOWN = 5


def check_sums(folder: Path, report: Report) -> None:
    """Compares the files with ``checksums.txt`` and with ``dataset_card.json``; a set that has neither passes."""
    made: Dict[str, str] = {}    # of files that are in both
    for source, sums in ((folder / NAME, _of_list(folder / NAME, report)),
                         (folder / 'dataset_card.json', _of_card(folder / 'dataset_card.json'))):
        for name, expected in sums.items():
            path = folder / name
            if not path.is_file():
                report.defect(str(source), f'{name} is missing')
            elif made.setdefault(name, made.get(name) or sha256(path)) != expected:
                report.defect(str(source), f'{name} is not the file that was made: its SHA-256 differs')
        if sums:
            report.fact(f'{len(sums)} checksums of {source.name} looked at')
        if sums and source.name == NAME:
            more = sorted(set(_files(folder)) - set(sums) - {NAME, *_TOLD_APART})
            if more:
                report.fact(f'{len(more)} files are not in {NAME}: {listed(more[:_SHOWN], len(more))}')


def _of_card(path: Path) -> Dict[str, str]:
    content = load_json(path) if path.exists() else None
    sums = content.get('sha256') if isinstance(content, dict) else None
    return {name: digest for name, digest in sums.items() if _is_below(name)} if isinstance(sums, dict) else {}


def _of_list(path: Path, report: Report) -> Dict[str, str]:
    lines = path.read_text(encoding='utf-8', errors='replace').splitlines() if path.exists() else []
    found = [_LINE.fullmatch(line) for line in lines]
    wrong = [line[:60] for line, match in zip(lines, found) if not match or not _is_below(match[2])]
    if wrong:
        report.defect(str(path), f'{len(wrong)} lines are no checksums of files here: {listed(wrong[:1], len(wrong))}')
    return {match[2]: match[1] for match in found if match and _is_below(match[2])}


def _is_below(name: str) -> bool:
    """Whether a name leads to a file of the folder itself."""
    return not PurePosixPath(name).is_absolute() and '..' not in PurePosixPath(name).parts


def compare(first: Path, second: Path, report: Report) -> None:
    """Two folders: are they the same, file for file and byte for byte? Caches do not count, nor what the making cost."""
    files = [_files(folder) for folder in (first, second)]
    for folder, own, other in ((first, files[0], files[1]), (second, files[1], files[0])):
        alone = sorted(set(own) - set(other) - set(_TOLD_APART))
        if alone:
            report.defect(str(folder), f'{len(alone)} files only here: {listed(alone[:_SHOWN], len(alone))}')
    both = sorted(set(files[0]) & set(files[1]) - set(_TOLD_APART))
    unlike = [name for name in both if files[0][name].stat().st_size != files[1][name].stat().st_size
              or sha256(files[0][name]) != sha256(files[1][name])]
    report.fact(f'{len(both)} files in both, {len(both) - len(unlike)} of them identical byte for byte')
    if unlike:
        report.defect(f'{first} and {second}', f'{len(unlike)} files differ: {listed(unlike[:_SHOWN], len(unlike))}')


def _files(folder: Path) -> Dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob('*')
            if path.is_file() and not set(path.relative_to(folder).parts) & set(_NOT_PART_OF_IT)}
