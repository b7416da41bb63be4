"""The dataset card for people, in Markdown."""
from typing import Any, Iterator, List, Mapping, Optional, Sequence

from ajahr_mm.synthesis.output import contact_sheet

_MILLION = 1_000_000
#: Kinds of counts that become a table of their own: key -> heading.
_COUNTED = dict(label='Amputation label', lost_limbs_a_person='Lost limbs a person', lost_limb='Lost limb',
                level='Level (ISO 8549)', limb_end='Where lost limbs end',
                extent_of_lost_limbs='Extent of lost limbs, in segments that are left',
                group='Appearance group', gender='Gender', age='Age', build='Build', background='Background')


def text(content: Mapping[str, Any], cost: Optional[Mapping[str, Any]]) -> str:
    """``content``: of ``dataset_card.json``; ``cost``: of ``cost.json``, None if it was not measured."""
    sections = [_head(content), _cost(cost), _people(content), _visibility(content), _leakage(content), _sources(content),
                _parts(content), _quality(content), _skipped(content), _limits(content), _files(content)]
    return '\n\n'.join(part for section in sections for part in section) + '\n'


def table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A Markdown table; numbers stand on the right."""
    right = [bool(rows) and all(isinstance(row[i], (int, float)) for row in rows) for i in range(len(heads))]
    lines = [heads, ['--:' if each else '---' for each in right], *([_cell(value) for value in row] for row in rows)]
    return '\n'.join(f'| {" | ".join(line)} |' for line in lines)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f'{value:,.2f}'
    return f'{value:,}' if isinstance(value, int) else str(value).replace('|', '\\|').replace('\n', ' ')


def _head(content: Mapping) -> Iterator[str]:
    splits = content['splits']
    count = sum(split['pictures'] for split in splits.values())
    lost = sum(split['pictures'] - split['label']['intact'] for split in splits.values())
    yield f'# {content["name"]}'
    yield (f'{count:,} synthetic pictures of {content["image_size"]} x {content["image_size"]} px; {lost:,} of them '
           f'({lost / max(count, 1):.0%}) show a person with limb loss. Made by ajahr_mm {content["version"]} with seed '
           f'{content["seed"]}; every picture is annotated with SMPL parameters, 2D and 3D joints, visibility, limb extents '
           'and labels.')
    yield f'![Some of the pictures]({contact_sheet.NAME})'
    yield f'![The same with joints (green: seen, orange: hidden) and part masks]({contact_sheet.ANNOTATED})'
    yield table(['', *splits], [['pictures', *(split['pictures'] for split in splits.values())],
                                ['left out by the format', *(split['left_out'] for split in splits.values())],
                                ['different backgrounds', *(split['different_backgrounds'] for split in splits.values())]])
    yield (f'Amputation: {content["amputation"]}. Body: {content["body"]}. Format: {content["format"]["type"]}. '
           'Poses without pictures: ' + ', '.join(f'{n:,} {split}' for split, n in content['pose_sets'].items()) + '.')


def _cost(cost: Optional[Mapping]) -> Iterator[str]:
    if cost and cost.get('seconds') and cost.get('pictures'):
        rate = cost['pictures'] / cost['seconds']
        more = {name: value for name, value in cost.items() if name not in ('seconds', 'pictures', 'workers', 'launcher')}
        yield '## Cost'
        yield (f'{cost["pictures"]:,} pictures took {cost["seconds"]:,.0f} s of work, {rate:.1f} pictures/s a process '
               f'({cost.get("workers", 1)} workers, launcher {cost.get("launcher", "none")}). A million pictures take '
               f'{_MILLION / rate / 3600:,.1f} hours of one process, '
               f'{_MILLION / rate / 3600 / max(cost.get("workers", 1), 1):,.1f} hours of these.')
        if more:
            yield table(['', ''], [[name.replace('_', ' '), value] for name, value in more.items()])


def _people(content: Mapping) -> Iterator[str]:
    splits = content['splits']
    yield '## Who is shown'
    yield '\n'.join(_quota(name, split['quotas'], split['left_out']) for name, split in splits.items())
    for key, heading in _COUNTED.items():
        heads, columns = [heading], []
        for split, found in splits.items():
            if key in (found['quotas'] or ()):
                heads.append(f'{split}: asked')
                columns.append({name: float(pair['asked']) for name, pair in found['quotas'][key].items()})
            heads.append(split)
            columns.append(found[key])
        names = dict.fromkeys(name for column in columns for name in column)
        yield table(heads, [[name.replace('_', ' '), *(column.get(name, 0) for column in columns)] for name in names])


def _quota(split: str, quotas: Optional[Mapping], left_out: int) -> str:
    if quotas is None:
        return f'* {split}: the part that draws people has no quotas.'
    where = f' ({quotas["where"]})' if quotas['where'] else ''
    without = f' {left_out:,} people are left out, whom the format cannot tell.' if left_out else ''
    return (f'* {split}: quotas asked and quotas met differ by at most {quotas["largest_difference"]:.2f} pictures{where}.'
            f'{without}')


def _visibility(content: Mapping) -> Iterator[str]:
    yield '## Absent and merely hidden'
    splits = content['splits']
    shares = {name: {code: count / max(sum(split['visibility'].values()), 1) for code, count in split['visibility'].items()}
              for name, split in splits.items()}
    yield table(['44 keypoints of all people', *splits], [
        [code, *(f'{share[code]:.1%}' for share in shares.values())] for code in next(iter(shares.values()))])
    yield table(['Limb', 'Split', 'absent', 'there, but hidden in part', 'seen'], [
        [limb.replace('_', ' '), name, *(split['limb_visibility'][limb][key] for key in ('absent', 'hidden', 'seen'))]
        for name, split in splits.items() for limb in split['limb_visibility']])


def _leakage(content: Mapping) -> Iterator[str]:
    yield '## Shared between splits'
    found: List[str] = [f'* {kind.replace("_", " ")}: {", ".join(names[:20])}'
                        for kind, names in content['shared_between_splits'].items() if names]
    yield '\n'.join(found) or 'Nothing: no background, no source of poses, no pose.'


def _sources(content: Mapping) -> Iterator[str]:
    yield '## Sources and licences of the backgrounds'
    yield table(['Split', 'Source', 'Licence'], [[split, name, licence] for split, sources in content['sources'].items()
                                                 for name, licence in sources.items()])


def _parts(content: Mapping) -> Iterator[str]:
    yield '## How it was made'
    for role, facts in content['parts'].items():
        lines = [f'* {name.replace("_", " ")}: {_told(value)}' for name, value in facts.items()
                 if name not in ('type', 'limits')]
        yield '\n'.join([f'**{role}**: `{facts["type"]}`', *([''] if lines else []), *lines])


def _told(value: Any) -> str:
    """``train (pairs 6849, gaits 12), test (...)``."""
    if isinstance(value, Mapping):
        return ', '.join(f'{name} ({_told(each)})' if isinstance(each, (Mapping, list)) else f'{name} {each}'
                         for name, each in value.items())
    return '; '.join(map(_told, value)) if isinstance(value, (list, tuple)) else str(value)


def _quality(content: Mapping) -> Iterator[str]:
    if content['quality']:
        yield '## Quality'
        yield table(['', ''], [[f'{section}: {name}' if name else section, _told(value)]
                               for section, found in content['quality'].items()
                               for name, value in (found if isinstance(found, Mapping) else {'': found}).items()])


def _skipped(content: Mapping) -> Iterator[str]:
    yield '## Files that could not be used'
    yield table(['File', 'Why'], list(content['skipped'].items())) if content['skipped'] else 'None.'


def _limits(content: Mapping) -> Iterator[str]:
    yield '## Known limits'
    yield '\n'.join(f'* {limit}' for limit in content['limits'])


def _files(content: Mapping) -> Iterator[str]:
    yield '## Files'
    yield ('`checksums.txt` has the SHA-256 of every file but this one: `sha256sum -c checksums.txt`. The same config, seed '
           'and version give the same files, whoever makes them and with however many processes.')
