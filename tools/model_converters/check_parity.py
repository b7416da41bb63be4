"""Do our networks compute what the public ones do? Converts artificial checkpoints, runs them, compares every array.

    python tools/model_converters/check_parity.py --fixtures DIR [--only NAME ...] [--json FILE]

A fixture is a list of checkpoint entries (NAME.keys.json) and, but for lists of full-size networks, stored inputs and
outputs (NAME.npz). Weights are drawn by the recipe in parity/recipe.py with the salts and seeds of DIR/recipe.json,
of the table in DIR/weights_recipe.md, or of parity/recipe.json; the way through the converter is that of a public file.
Exit code 0 when every array is within its limit, 1 when one is not, 2 when the input is unusable.
"""
import argparse
import json
import math
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent)]

from ajahr_mm.io import UserError, atomic_path, exit_on_user_error  # noqa: E402

#: Compared too, but they say whether weights and images were drawn right, not what a network computes.
INPUT_CHECKS = ('weight_mean_std', 'img_probe')
LINE = '{:<20} {:>6}  {:<32} {:>9} {:>9} {:>6}  {}'


def check(fixture) -> dict:
    """One fixture -> its largest error and every array's."""
    from parity import amputation, bpac, cliff, comparison, geometry, key_lists, mesh_networks, tokenizer
    kinds = (key_lists, tokenizer, bpac, mesh_networks, cliff, geometry, amputation)
    kind = next((kind for kind in kinds if kind.applies(fixture)), None)
    if kind is None:
        raise UserError(f'{fixture.name} is none of the networks this tool knows; see docs/checkpoints.md.')
    start = time.perf_counter()
    try:
        ours = kind.run(fixture)
    except UserError as error:
        return dict(name=fixture.name, ok=False, message=str(error), seconds=time.perf_counter() - start)
    seconds = time.perf_counter() - start
    if kind is key_lists:
        return dict(name=fixture.name, ok=True, seconds=seconds, entries=ours)
    found = comparison.compare(fixture.arrays, ours, kind.LIMITS, kind.INPUTS)
    worst = max(found.values(), key=lambda difference: difference.share)
    return dict(name=fixture.name, ok=all(difference.within for difference in found.values()), seconds=seconds,
                arrays=len(found), worst=worst.name, error=worst.error, share=worst.share, note=worst.note,
                largest_error=max(each.error for each in found.values() if each.name not in INPUT_CHECKS),
                differences={name: dict(error=each.error, share=each.share, note=each.note) for name, each in found.items()})


def line(result: dict) -> str:
    """One row of the table."""
    verdict = f'{"ok" if result["ok"] else "TOO FAR"}  {result["seconds"]:.1f} s'
    if 'message' in result:
        return f'{result["name"]:<20} refused: {result["message"]}'
    if 'entries' in result:
        entries = result['entries']
        text = f'{entries["entries"]} entries fill {entries["ours"]} of {entries["family"]}, {entries["dropped"]} dropped'
        return f'{result["name"]:<20} {"":>6}  {text:<59}  {verdict}'
    return LINE.format(result['name'], result['arrays'], result['worst'], f'{result["error"]:.1e}',
                       f'{result["largest_error"]:.1e}', f'{result["share"]:.0%}', verdict)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--fixtures', required=True, type=Path, metavar='DIR', help='folder of *.keys.json and *.npz')
    parser.add_argument('--only', nargs='+', metavar='NAME', help='fixtures to check; default: all')
    parser.add_argument('--json', type=Path, metavar='FILE', help='write every difference')
    args = parser.parse_args()

    import torch
    from mmengine.registry import DefaultScope
    from parity.folder import read_folder
    fixtures = read_folder(args.fixtures, args.only)
    print(LINE.format('fixture', 'arrays', 'nearest to its limit', 'error', 'largest', 'used', ''))
    results = []
    with DefaultScope.overwrite_default_scope('ajahr_mm'), torch.no_grad():
        for fixture in fixtures:
            results.append(check(fixture))
            print(line(results[-1]), flush=True)
    failed = [result['name'] for result in results if not result['ok']]
    for result in results:
        for name, each in result.get('differences', {}).items():
            if not each['share'] <= 1:
                print(f'  {result["name"]}.{name}: {each["error"]:.2e}, {each["share"]:.1f} x its limit {each["note"]}')
    if args.json:
        with atomic_path(args.json) as temporary:
            temporary.write_text(json.dumps(dict(ok=not failed, results=_finite(results)), indent=1) + '\n')
    print(f'{len(results) - len(failed)} of {len(results)} fixtures within their limits')
    return 1 if failed else 0


def _finite(value):
    """JSON knows no infinity."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


if __name__ == '__main__':
    with exit_on_user_error():
        sys.exit(main())
