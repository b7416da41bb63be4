"""The report: numbers and pictures of a run on one HTML page that needs nothing but a browser."""
import math
import os
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union
from urllib.parse import quote

from ajahr_mm.io.atomic import atomic_path

_TEMPLATE = Path(__file__).with_name('report_template.html')
_ERRORS = (('mpjpe', 'MPJPE'), ('pa_mpjpe', 'PA-MPJPE'), ('mve', 'MVE'))
_ABSENT = '–'

Row = Tuple[str, Sequence[str], str]  # heading, cells (HTML), class


def write_report(out_html: Union[str, Path], summary: Dict[str, Any], pictures: Sequence[Dict[str, Any]] = (),
                 title: str = 'AJAHR: bodies with the limbs they have') -> None:
    """Writes one page without scripts or outside resources; pictures are linked relative to it.

    Args:
        summary: content of ``summary.json``; what is missing is left out or shown as a dash. Errors in mm.
        pictures: entries of the inferencer's ``results.json``: ``overlay``, and if there ``image``, ``person``,
            ``verdict``, ``json``, ``glb``. Paths are absolute or relative to the folder of the page.
    """
    out_html = Path(out_html)
    numbers = [_errors(summary), _limbs(summary), _tokenizers(summary), _seconds(summary)]
    sections = [f'<div class="numbers">{"".join(numbers)}</div>', _gallery(pictures, out_html.parent.resolve())]
    page = Template(_TEMPLATE.read_text(encoding='utf-8')).substitute(
        title=escape(title), lead=_lead(summary), cards=_cards(summary), sections='\n'.join(filter(None, sections)),
        footer=_footer(summary))
    with atomic_path(out_html) as temporary:
        temporary.write_text(page, encoding='utf-8')


def _get(tree: Any, *keys: str) -> Any:
    for key in keys:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def _number(value: Any, digits: int = 1) -> str:
    """A number with thin thousands, or a dash for what is not there."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return _ABSENT
    return f'{value:,.{digits}f}'.replace(',', '&#8239;')


def _percent(value: Any) -> str:
    text = _number(value * 100 if isinstance(value, (int, float)) else None)
    return text if text == _ABSENT else f'{text}&#8239;%'


def _bar(value: Any, largest: float) -> str:
    """A bar for the eye; the number beside it says the same."""
    if _number(value) == _ABSENT or largest <= 0:
        return ''
    return f'<span class="bar" aria-hidden="true" style="width:{100 * max(0.0, value) / largest:.1f}%"></span>'


def _table(caption: str, head: Sequence[str], rows: Sequence[Row], chart: bool = False) -> str:
    """Rows of already escaped cells; with ``chart`` the last cell of each row is its bar."""
    columns = ''.join(f'<th scope="col">{escape(name)}</th>' for name in head)
    lines = []
    for heading, cells, kind in rows:
        last = len(cells) - 1
        html = ''.join(f'<td{" class=chart" if chart and i == last else ""}>{cell}</td>' for i, cell in enumerate(cells))
        lines.append(f'<tr{f" class={kind}" if kind else ""}><th scope="row">{escape(heading)}</th>{html}</tr>')
    return (f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
            f'<caption>{escape(caption)}</caption><thead><tr>{columns}</tr></thead>'
            f'<tbody>{"".join(lines)}</tbody></table></div>')


def _section(heading: str, *parts: str) -> str:
    return f'<section>\n<h2>{escape(heading)}</h2>\n' + '\n'.join(parts) + '\n</section>'


def _lead(summary: Dict[str, Any]) -> str:
    train, test = _get(summary, 'images', 'train'), _get(summary, 'images', 'test')
    counted = (f'Trained on {_number(train, 0)} images, measured on {_number(test, 0)} others. '
               if isinstance(train, int) and isinstance(test, int) else '')
    return counted + 'Errors are in millimetres; lower is better. Limb scores are in percent; higher is better.'


def _cards(summary: Dict[str, Any]) -> str:
    ours, mean = _get(summary, 'protocols', 'gt_labels', 'mpjpe'), _get(summary, 'mean_pose_baseline', 'mpjpe')
    ratio = ours / mean if _ABSENT not in (_number(ours), _number(mean)) and mean > 0 else None
    seconds = _durations(summary)
    cards = [('Joint error (MPJPE)', _number(ours), 'mm'),
             ('Relative to mean pose', _number(ratio, 2), '&times;'),
             ('Limb verdicts (F1)', _percent(_get(summary, 'limb', 'f1')), ''),
             ('Whole run', _number(sum(seconds.values()) / 60 if seconds else None), 'min')]
    shown = [f'<div><dt>{name}</dt><dd>{value} <small>{unit}</small></dd></div>'
             for name, value, unit in cards if value != _ABSENT]
    return f'<dl class="cards">{"".join(shown)}</dl>' if shown else ''


def _errors(summary: Dict[str, Any]) -> str:
    named = [('AJAHR, limb labels given', _get(summary, 'protocols', 'gt_labels'), ''),
             ('AJAHR, limbs predicted', _get(summary, 'protocols', 'predicted_labels'), ''),
             ('Mean pose of the training set', _get(summary, 'mean_pose_baseline'), 'quiet')]
    named = [entry for entry in named if isinstance(entry[1], dict)]
    if not named:
        return ''
    largest = max([e['mpjpe'] for _, e, _ in named if _number(e.get('mpjpe')) != _ABSENT], default=0)
    rows = [(name, [_number(e.get(key)) for key, _ in _ERRORS] + [_bar(e.get('mpjpe'), largest)], kind)
            for name, e, kind in named]
    table = _table('Errors on the test set in mm; the bar is MPJPE', ['', *(label for _, label in _ERRORS), ''], rows, True)
    return _section('Body error', '<p>MPJPE is the mean distance of the joints after the pelvis is aligned, PA-MPJPE after '
                    'the best turn, shift and scale, MVE the mean distance of the surface. Limbs end where the labels '
                    'say, or where the network itself says.</p>', table)


def _limbs(summary: Dict[str, Any]) -> str:
    limb = summary.get('limb')
    if not isinstance(limb, dict):
        return ''
    keys = ('accuracy', 'precision', 'recall', 'f1')
    rows: List[Row] = [('BPAC-Net', [_percent(limb.get(key)) for key in keys], '')]
    if _number(limb.get('majority_accuracy')) != _ABSENT:
        rows.append(('Always the commonest answer', [_percent(limb['majority_accuracy'])] + [_ABSENT] * 3, 'quiet'))
    return _section('Limb verdicts', '<p>Whether each limb is intact, and from where it is absent.</p>',
                    _table('Scores on the test set', ['', 'Accuracy', 'Precision', 'Recall', 'F1'], rows))


def _tokenizers(summary: Dict[str, Any]) -> str:
    named = {'intact': 'Trained on intact poses', 'amputee': 'Trained on intact and amputee poses'}
    tokenizers = summary.get('tokenizers')
    if not isinstance(tokenizers, dict) or not tokenizers:
        return ''
    rows = [(named.get(name, str(name)), [_number(_get(scores, 'mpjpe')), _number(_get(scores, 'mve'))], '')
            for name, scores in tokenizers.items()]
    return _section('Pose tokenizers', '<p>How far a pose moves when it is written as tokens and read back.</p>',
                    _table('Reconstruction errors in mm', ['', 'MPJPE', 'MVE'], rows))


def _durations(summary: Dict[str, Any]) -> Dict[str, float]:
    seconds = summary.get('seconds')
    return {str(k): v for k, v in seconds.items() if _number(v) != _ABSENT} if isinstance(seconds, dict) else {}


def _seconds(summary: Dict[str, Any]) -> str:
    seconds = _durations(summary)
    if not seconds:
        return ''
    rows = [(name, [_number(value), _bar(value, max(seconds.values()))], '') for name, value in seconds.items()]
    return _section('Time', _table('Seconds per stage', ['Stage', 'Seconds', ''], rows, True))


def _gallery(pictures: Sequence[Dict[str, Any]], folder: Path) -> str:
    if not pictures:
        return ''
    return _section('Pictures', '<p>Photograph with the box and the keypoints it was given, the recovered body, and the '
                    'same body from the side. A ring marks where a residual limb ends.</p>',
                    '<ul class="gallery">', *(f'<li>{_figure(entry, folder)}</li>' for entry in pictures), '</ul>')


def _figure(entry: Dict[str, Any], folder: Path) -> str:
    name = os.path.basename(str(entry.get('image', entry['overlay'])))
    person = entry.get('person')
    who = escape(name if not person else f'{name}, person {person + 1}')
    verdict = str(entry.get('verdict') or '')
    lost = ' lost' if 'absent' in verdict else ''
    chip = f'<br><span class="verdict{lost}">{escape(verdict)}</span>' if verdict else ''
    links = ' &middot; '.join(f'<a href="{_link(entry[key], folder)}" aria-label="{text} of {who}">{text}</a>'
                              for key, text in (('glb', '3D mesh (GLB)'), ('json', 'parameters (JSON)')) if entry.get(key))
    alternative = escape(f'Recovered body over {name}: {verdict}' if verdict else f'Recovered body over {name}')
    return (f'<figure><a href="{_link(entry["overlay"], folder)}"><img loading="lazy" '
            f'src="{_link(entry["overlay"], folder)}" alt="{alternative}"></a>'
            f'<figcaption><strong>{who}</strong>{chip}{"<br>" + links if links else ""}</figcaption></figure>')


def _link(path: Union[str, Path], folder: Path) -> str:
    """URL of a file relative to the page's folder, also from file://."""
    path = Path(path)
    relative = os.path.relpath(path.resolve(), folder) if path.is_absolute() else str(path)
    return escape(quote(relative.replace(os.sep, '/')), quote=True)


def _footer(summary: Dict[str, Any]) -> str:
    seed: Optional[Any] = summary.get('seed')
    said = '' if seed is None else f'Seed {escape(str(seed))}. '
    return said + 'Made by ajahr_mm.'
