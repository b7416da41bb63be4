"""What the dataset card of a made set admits: quotas that are not met, things that splits share, people left out."""
from pathlib import Path
from typing import Any, Dict

from dataset_checks.report import Report, listed

from ajahr_mm.io.safe_load import load_json


def check_card(folder: Path, report: Report) -> None:
    """Takes ``dataset_card.json`` at its word; a set without one passes."""
    path = folder / 'dataset_card.json'
    content = load_json(path) if path.exists() else None
    if not isinstance(content, dict):
        return
    for kind, names in _dict(content, 'shared_between_splits').items():
        if names:
            shown = listed([str(name) for name in names[:3]], len(names))
            report.defect(str(path), f'splits share {kind.replace("_", " ")}: {shown}')
    for split, found in _dict(content, 'splits').items():
        quotas = _dict(found, 'quotas')
        if quotas:
            report.fact(f'{split}: quotas met to within {quotas.get("largest_difference")} pictures')
        if found.get('left_out'):
            report.fact(f'{split}: {found["left_out"]} people left out, whom the format cannot tell')


def _dict(content: Any, name: str) -> Dict[str, Any]:
    value = content.get(name) if isinstance(content, dict) else None
    return value if isinstance(value, dict) else {}
