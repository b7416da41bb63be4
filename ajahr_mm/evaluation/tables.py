"""The tables of the paper as Markdown."""
from typing import Dict, List, Mapping, Sequence

from ajahr_mm.anatomy.limbs import LIMBS, NUM_CLASSES

#: Order of the paper's columns, and how they are written there.
BODY_COLUMNS = {'mve': 'MVE', 'mpjpe': 'MPJPE', 'pa_mpjpe': 'PA-MPJPE'}
LIMB_COLUMNS = {'accuracy': 'Accuracy', 'precision': 'Precision', 'recall': 'Recall', 'f1': 'F1',
                'majority_accuracy': 'Majority class'}
_ABSENT = '–'


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, columns padded, first column left and the others right."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        first, *others = (cell.rjust(width) for cell, width in zip(cells, widths))
        return '| ' + ' | '.join([first.strip().ljust(widths[0]), *others]) + ' |'

    rule = '|' + '|'.join('-' * (w + 2) if i == 0 else '-' * (w + 1) + ':' for i, w in enumerate(widths)) + '|'
    return '\n'.join([line(header), rule, *map(line, rows)]) + '\n'


def body_table(methods: Mapping[str, Mapping[str, float]], protocols: Sequence[str] = ('gt_labels', 'predicted_labels'),
               best: bool = True) -> str:
    """MVE, MPJPE and PA-MPJPE in mm of several methods (Tables 2-4).

    Args:
        methods: name -> what :class:`BodyMetric` returned (prefixes before the protocol are found too).
        best: the lowest number of each column in bold.
    """
    keys = [f'{protocol}/{name}' for protocol in protocols for name in BODY_COLUMNS]
    header = ['Method (mm)'] + [f'{title} ↓ {protocol}' for protocol in protocols for title in BODY_COLUMNS.values()]
    return markdown(header, _rows(methods, keys, '{:.2f}', min if best else None))


def limb_table(methods: Mapping[str, Mapping[str, float]], best: bool = True) -> str:
    """Accuracy, precision, recall and F1 of the limb classifiers (Table 5), in per cent."""
    keys = [f'limb/{name}' for name in LIMB_COLUMNS]
    rows = _rows(methods, keys, '{:.1%}', max if best else None)
    return markdown(['Method', *(f'{title} ↑' for title in LIMB_COLUMNS.values())], rows)


def tokenizer_table(methods: Mapping[str, Mapping[str, float]], best: bool = True) -> str:
    """Reconstruction errors of tokenizers in mm (Table C)."""
    return markdown(['Tokenizer (mm)', 'MVE ↓', 'MPJPE ↓'],
                    _rows(methods, ['recon/mve', 'recon/mpjpe'], '{:.2f}', min if best else None))


def confusion_table(confusion: Sequence[Sequence[Sequence[int]]]) -> str:
    """One table of counts per limb (Fig. 5): true classes down, predicted classes across."""
    names = ['intact', 'hand/foot', 'elbow/knee', 'shoulder/hip']
    parts = []
    for limb, matrix in zip(LIMBS, confusion):
        rows = [[names[c], *(str(int(n)) for n in matrix[c])] for c in range(NUM_CLASSES)]
        parts.append(markdown([limb.replace('_', ' '), *names], rows))
    return '\n'.join(parts)


def _rows(methods: Mapping[str, Mapping[str, float]], keys: Sequence[str], form: str, better) -> List[List[str]]:
    values: Dict[str, Dict[str, float]] = {method: _find(metrics, keys) for method, metrics in methods.items()}
    winners = {key: better((v[key] for v in values.values() if key in v), default=None) for key in keys} \
        if better and len(values) > 1 else {}
    rows = []
    for method, found in values.items():
        cells = [form.format(found[key]) if key in found else _ABSENT for key in keys]
        rows.append([method] + [f'**{cell}**' if key in found and winners.get(key) == found[key] else cell
                                for key, cell in zip(keys, cells)])
    return rows


def _find(metrics: Mapping[str, float], keys: Sequence[str]) -> Dict[str, float]:
    """The wanted numbers, whatever prefix a config has put before them."""
    found = {}
    for key in keys:
        matches = [name for name in metrics if name == key or name.endswith('/' + key)]
        if matches:
            found[key] = metrics[min(matches, key=len)]
    return found
