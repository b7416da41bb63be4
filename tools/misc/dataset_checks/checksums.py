"""Are the files those that were made: beside the sums of a dataset card, or beside another set?"""
import hashlib
from pathlib import Path
from typing import Dict

from dataset_checks.report import Report, listed

from ajahr_mm.io.safe_load import load_json

#: Made by reading, not by making.
_NOT_PART_OF_IT = ('.ajahr_cache',)


def sha256(path: Path) -> str:
    """Hexadecimal digest of a file of any size."""
    digest = hashlib.sha256()
    with path.open('rb') as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def check_card(folder: Path, report: Report) -> None:
    """Compares the files that ``dataset_card.json`` names under ``sha256`` with it; a set without card passes."""
    card = folder / 'dataset_card.json'
    if not card.exists():
        return
    content = load_json(card)
    sums = content.get('sha256', {}) if isinstance(content, dict) else {}
    for name, expected in sums.items():
        path = folder / name
        if not path.is_file():
            report.defect(str(card), f'{name} is missing')
        elif sha256(path) != expected:
            report.defect(str(card), f'{name} is not the file that was made: its SHA-256 differs')
    report.fact(f'{len(sums)} checksums of the dataset card looked at')


def compare(first: Path, second: Path, report: Report) -> None:
    """Two folders: are they the same, file for file and byte for byte? Caches do not count."""
    files = [_files(folder) for folder in (first, second)]
    for folder, own, other in ((first, files[0], files[1]), (second, files[1], files[0])):
        alone = sorted(set(own) - set(other))
        if alone:
            report.defect(str(folder), f'{len(alone)} files only here: {listed(alone[:3], len(alone))}')
    both = sorted(set(files[0]) & set(files[1]))
    unlike = [name for name in both if files[0][name].stat().st_size != files[1][name].stat().st_size
              or sha256(files[0][name]) != sha256(files[1][name])]
    report.fact(f'{len(both)} files in both, {len(both) - len(unlike)} of them identical byte for byte')
    if unlike:
        report.defect(f'{first} and {second}', f'{len(unlike)} files differ: {listed(unlike[:5], len(unlike))}')


def _files(folder: Path) -> Dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob('*')
            if path.is_file() and not set(path.relative_to(folder).parts) & set(_NOT_PART_OF_IT)}
