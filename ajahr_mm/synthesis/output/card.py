"""The dataset card: what is in a set, where it comes from, what it looks like, and what is wrong with it.

``dataset_card.json`` is for programs and says only what follows from config and seed; ``dataset_card.md`` says the same to
people, and what it cost. ``checksums.txt`` has all files but that one.
"""
import hashlib
import json
from pathlib import Path
from typing import Any, Dict, List, Mapping

from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.safe_load import load_json
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.output import card_text, checksums, contact_sheet, disk
from ajahr_mm.synthesis.output.counts import AGES, counts
from ajahr_mm.synthesis.output.folder_format import FolderFormat
from ajahr_mm.synthesis.output.format import Format
from ajahr_mm.synthesis.output.leakage import shared
from ajahr_mm.synthesis.output.quotas import asked_of, compare
from ajahr_mm.version import __version__

NAME, TEXT, COST = 'dataset_card.json', 'dataset_card.md', 'cost.json'
LIMITS = ('the people are rendered: no prostheses, no hair or loose cloth that moves, no hands that hold things',
          'keypoints and SMPL parameters of lost limbs are those of the limb that would be there, collapsed as in the paper',
          'a model that has seen nothing else will find real photographs different; mix in real data')
OPEN_BODY, OWN_BODY = 'the open body of this package (CC0)', 'a file of the user, which has its own licence'
_ROOM = 1 << 20


def write(config: Mapping, pipeline: Any, out: Path, report: Mapping[str, Any]) -> Path:
    """Writes the card in both forms, contact sheets and checksums of a finished set; returns the JSON file.

    Args:
        config: synthesis config, of which ``name``, ``format`` and ``pose_sets`` are used.
        pipeline: offers ``parts() -> {role: part}``, ``splits``, ``seed``, ``size``, ``amputation``, ``is_open_body``.
        report: ``skipped`` (file -> why it was not used), ``quality`` (sections by name: measured figures, or why not).

    Raises:
        UserError: the disk is full.
    """
    format = SYNTHESIS.build(dict(config['format'])) if config.get('format') else FolderFormat()
    with disk.explained(out, _ROOM):
        content = content_of(config, pipeline, format, out, report)
        count = sum(split['pictures'] for split in content['splits'].values())
        title = f'{config["name"]}: some of {count:,} pictures'
        sheets = contact_sheet.write(format, next(iter(pipeline.splits)), out, title)
        sums = checksums.digests([*format.files(list(pipeline.splits), out), *sheets,
                                  *(out / f'poses_{split}.npz' for split in config['pose_sets'])], out)
        content['sha256'], content['sha256_of_pictures'] = _without_pictures(sums)
        with atomic_path(out / NAME) as temporary:
            temporary.write_text(json.dumps(content, indent=1, ensure_ascii=False) + '\n', encoding='utf-8')
        checksums.write({**sums, NAME: checksums.sha256(out / NAME)}, out)
        write_text(content, out)
    return out / NAME


def write_text(content: Mapping[str, Any], out: Path) -> None:
    """``dataset_card.md`` from what ``dataset_card.json`` says, and ``cost.json`` if it is there."""
    cost = load_json(out / COST) if (out / COST).exists() else None
    with atomic_path(out / TEXT) as temporary:
        temporary.write_text(card_text.text(content, cost), encoding='utf-8')


def content_of(config: Mapping, pipeline: Any, format: Format, out: Path, report: Mapping[str, Any]) -> Dict[str, Any]:
    """What the card says, but for the checksums; plain values that depend on config and seed alone."""
    tables = {split: format.table(split, out) for split in pipeline.splits}
    parts, splits = pipeline.parts(), {}
    for split, count in pipeline.splits.items():
        wanted = asked_of(parts['subjects'], count)
        met = counts(tables[split], list((wanted or {}).get('age', AGES)))
        splits[split] = dict(met, left_out=count - met['pictures'], quotas=compare(wanted, met))
    return plain(dict(
        name=config['name'], version=__version__, seed=pipeline.seed, image_size=pipeline.size,
        amputation=pipeline.amputation,
        format=config.get('format') or dict(type='FolderFormat'),
        body=OPEN_BODY if pipeline.is_open_body else OWN_BODY,
        splits=splits, pose_sets=config['pose_sets'], shared_between_splits=shared(tables),
        sources={split: pipeline.backgrounds.sources(split) for split in tables},
        parts={role: facts_of(part) for role, part in parts.items()},
        skipped=report.get('skipped', {}), quality=report.get('quality', {}), limits=limits_of(parts)))


def facts_of(part: Any) -> Dict[str, Any]:
    """The class of a part and what it tells about itself."""
    return dict(type=type(part).__name__, **(part.facts() if hasattr(part, 'facts') else {}))


def limits_of(parts: Mapping[str, Any]) -> List[str]:
    """Known limits: those of all such sets, and those the parts tell under ``limits``."""
    own = [facts_of(part).get('limits', ()) for part in parts.values()]
    return [*LIMITS, *(limit for limits in own for limit in ([limits] if isinstance(limits, str) else limits))]


def plain(value: Any) -> Any:
    """``value`` with dictionaries that have text keys, lists and plain numbers only, as JSON wants it."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(each) for each in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
    if hasattr(value, 'tolist'):
        return plain(value.tolist())
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def _without_pictures(sums: Mapping[str, str]):
    """The digests of annotations and tars by name, and one digest for all single pictures, which may be a million."""
    single = {name: digest for name, digest in sums.items() if name.endswith(('.jpg', '.png')) and '/' in name}
    return ({name: digest for name, digest in sums.items() if name not in single},
            hashlib.sha256(checksums.text(single).encode()).hexdigest() if single else None)
