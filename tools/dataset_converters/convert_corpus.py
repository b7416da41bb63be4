"""Writes a corpus, from the files of its makers, as a data set of our own: one annotations.npz of plain columns.

    python tools/dataset_converters/convert_corpus.py ThreeDPW data/3dpw/test.npz --data-root data/3dpw --split test
    python tools/dataset_converters/convert_corpus.py BEDLAM data/bedlam/annotations.npz --on-bad skip \\
        --options "body=dict(type='BodyModel', source='data/body_models/SMPL_NEUTRAL.npz')"

The data sets read those files themselves (docs/datasets.md); this is for looking into what they read, for editing it, and
for handing it on without pickles. Pictures stay where they are and are named from --data-root on. Read the result with

    dict(type='BodyDataset', ann_file='test.npz', data_root='data/3dpw', data_prefix=dict(img=''))
"""
import argparse
import ast
import json
from pathlib import Path
from typing import Any, Dict, Sequence

import numpy as np

from ajahr_mm.datasets.corpora.corpus import Corpus
from ajahr_mm.io import UserError, exit_on_user_error
from ajahr_mm.io.npz_columns import Blocks, write_npz
from ajahr_mm.registry import DATASETS

_CHUNK = 65536


def convert(kind: str, out: Path, **arguments: Any) -> Dict[str, Any]:
    """Writes the columns of ``DATASETS[kind](**arguments)`` to ``out``, without rows that cannot be used.

    Returns the number of people, and of those left out. Raises UserError if the corpus lies in tars: those are converted
    with their pictures, by ``convert_legacy_tars.py``.
    """
    dataset = DATASETS.build(dict(type=kind, **arguments))
    table, rows = dataset.table, dataset.rows()
    if 'image' not in table:
        raise UserError(f'{kind} lies in tars here; rewrite them with tools/dataset_converters/convert_legacy_tars.py.')
    extent, told = dataset.read_limbs(table)
    columns = dict(table.columns)
    if told:
        columns['limb_extent'] = np.asarray(extent)
    chunks = [rows[start:start + _CHUNK] for start in range(0, len(rows), _CHUNK)]
    write_npz(out, {name: Blocks((len(rows), *column.shape[1:]), column.dtype, map(column.__getitem__, chunks))
                    for name, column in columns.items()})
    return dict(people=len(rows), left_out=len(dataset.bad_samples), columns=sorted(columns))


def parse_options(texts: Sequence[str]) -> Dict[str, Any]:
    """``name=value`` with values in Python's notation; ``dict(a=1)`` is taken for ``{'a': 1}``. Nothing is run.

    Raises:
        UserError: something else.
    """
    options = {}
    for text in texts:
        name, found, value = text.partition('=')
        try:
            options[name] = _literal(ast.parse(value.strip(), mode='eval').body)
        except (SyntaxError, ValueError):
            options[name] = value
        if not found or not name.isidentifier():
            raise UserError(f'--options {text!r} is not of the form name=value.')
    return options


def _literal(node: ast.AST) -> Any:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == 'dict' and not node.args:
        return {keyword.arg: _literal(keyword.value) for keyword in node.keywords}
    return ast.literal_eval(node)


def corpora() -> Dict[str, type]:
    """Every corpus by its name in the registry."""
    DATASETS.import_from_location()
    return {name: kind for name, kind in sorted(DATASETS.module_dict.items()) if issubclass(kind, Corpus)}


def main() -> None:
    known = corpora()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('corpus', choices=known, metavar='CORPUS', help=', '.join(known))
    parser.add_argument('out', type=Path, help='npz to write')
    parser.add_argument('--data-root', help='folder of the corpus (default: the usual one)')
    parser.add_argument('--split', help='default: that of the class')
    parser.add_argument('--on-bad', choices=['raise', 'skip'], default='raise',
                        help='what to do with people who cannot be used')
    parser.add_argument('--options', nargs='*', default=[], metavar='NAME=VALUE', help='further arguments of the class')
    args = parser.parse_args()
    given = dict(data_root=args.data_root, split=args.split)
    arguments = {name: value for name, value in given.items() if value is not None}
    try:
        told = convert(args.corpus, args.out, on_bad=args.on_bad, **{**arguments, **parse_options(args.options)})
    except TypeError as error:
        raise UserError(f'{args.corpus} does not take these options ({error}).') from None
    print(json.dumps(dict(told, file=str(args.out)), indent=1))


if __name__ == '__main__':
    with exit_on_user_error():
        main()
