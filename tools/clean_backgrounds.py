"""Makes backgrounds from pictures of people: finds them, cuts them out, fills the holes, drops what did not come out well.

    python tools/clean_backgrounds.py configs/synthesis/clean_backgrounds.py --images my/photos --out data/backgrounds

A run that was stopped is continued by the same command.
"""
import argparse
import sys
from pathlib import Path

from mmengine.config import DictAction

from ajahr_mm.engine.config import load_config
from ajahr_mm.engine.unknown_types import explain_unknown_types
from ajahr_mm.io.errors import UserError, exit_on_user_error


def parse_args(arguments=None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='such as configs/synthesis/clean_backgrounds.py')
    parser.add_argument('--images', required=True, nargs='+', type=Path,
                        help='a folder, searched with its subfolders, or files')
    parser.add_argument('--out', required=True, type=Path, help='folder for the cleaned pictures and report.json')
    parser.add_argument('--workers', type=int, default=1, help='processes; the files are the same for any number')
    parser.add_argument('--strict', action='store_true', help='stop at the first picture that cannot be read')
    parser.add_argument('--format', default='png', choices=('png', 'jpg'), help='of the cleaned pictures')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction,
                        help='overrides, e.g. cleaner.longest=1024 cleaner.quality.alexnet=weights/alexnet.pth')
    return parser.parse_args(arguments)


def main(arguments=None) -> None:
    args = parse_args(arguments)
    config = load_config(args.config, args.cfg_options)
    if 'cleaner' not in config:
        raise UserError(f'{args.config} has no cleaner: take configs/synthesis/clean_backgrounds.py or one like it')
    from ajahr_mm.synthesis.removal.folder import clean_folder
    images = args.images[0] if len(args.images) == 1 and args.images[0].is_dir() else args.images
    with explain_unknown_types():
        report = clean_folder(config.to_dict(), images, args.out, args.workers, args.strict, args.format)
    print(describe(report, args.out), file=sys.stderr)


def describe(report: dict, out: Path) -> str:
    """What came of it, in a few lines; every skipped file by name."""
    summary = report['summary']
    lines = [f'{summary["kept"]} of {summary["pictures"]} pictures may become backgrounds, {summary["people"]} people were '
             f'found; they are in {out / "pictures"}, all about them in {out / "report.json"}']
    lines += [f'dropped: {count} by {check}' for check, count in summary['dropped_because'].items()]
    if summary['ssim'] is not None:
        distance = 'not measured' if summary['lpips'] is None else f'{summary["lpips"]:.4f}'
        lines.append(f'original and cleaned: SSIM {summary["ssim"]:.4f}, LPIPS {distance}')
    lines += [f'{measure} was not measured: {why}' for measure, why in summary['unmeasured'].items()]
    return '\n'.join(lines + [f'skipped: {why}' for why in report['skipped'].values()])


if __name__ == '__main__':
    with exit_on_user_error():
        main()
