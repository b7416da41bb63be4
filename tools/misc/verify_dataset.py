"""Says what is wrong with data sets: their tables, pictures, keypoints, bodies, labels and splits.

    python tools/misc/verify_dataset.py data/a3d_mini   # a folder with annotations.npz or tars, folders of them, or the
                                                        # authors' layout (COCO_train, MPII, COCO_val, H36M)
    python tools/misc/verify_dataset.py CONFIG          # every set of a config
    python tools/misc/verify_dataset.py A B             # are two made sets the same, byte for byte, but for what they cost?

Exit code 0: no defect; 1: there are some, each in a line that begins with DEFECT; 2: the question made no sense.
"""
import argparse
import sys
from pathlib import Path
from typing import List

from ajahr_mm.io import UserError, exit_on_user_error

sys.path.insert(0, str(Path(__file__).parent))


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('sets', nargs='+', type=Path, metavar='CONFIG_OR_FOLDER', help='two folders are compared')
    parser.add_argument('--check', action='store_true', help='check two folders, too, instead of comparing them')
    parser.add_argument('--number', type=int, help='look at so many pictures of each part, spread over it (default: all)')
    parser.add_argument('--body', help='SMPL file the poses belong to (default: the packaged open body)')
    parser.add_argument('--tolerance', type=float, default=0.03, help='of the reprojection, in box sides')
    return parser.parse_args()


def verify(path: Path, args: argparse.Namespace, report) -> None:
    from dataset_checks.bodies import check_bodies, load_body
    from dataset_checks.card import check_card
    from dataset_checks.checksums import check_sums
    from dataset_checks.keypoints import check_keypoints
    from dataset_checks.masks import check_masks
    from dataset_checks.opening import open_parts
    from dataset_checks.pictures import check_pictures
    from dataset_checks.splits import check_duplicates, check_labels, check_leakage
    print(path)
    if path.is_dir():
        check_sums(path, report)
        check_card(path, report)
    parts, body = open_parts(path, report), load_body(args.body)
    digests: List[dict] = []
    for part in parts:
        print(f' {part.name}: {len(part.rows)} people in {part.source}')
        found, shapes = check_pictures(part, report, args.number)
        digests.append(found)
        check_keypoints(part, report, shapes)
        check_bodies(part, report, body, args.tolerance, shapes)
        check_masks(part, report, shapes)
        check_labels(part, report)
        check_duplicates(part, report, found)
    check_leakage(parts, report, digests)


def main() -> int:
    args = parse_args()
    for path in args.sets:
        if not path.exists():
            raise UserError(f'{path} does not exist; give configs or folders of data sets.')
    if args.number is not None and args.number < 1:
        raise UserError('--number must be at least 1.')
    from dataset_checks.checksums import compare
    from dataset_checks.report import Report
    report = Report()
    if len(args.sets) == 2 and all(path.is_dir() for path in args.sets) and not args.check:
        print(f'{args.sets[0]} and {args.sets[1]}')
        compare(*args.sets, report)
    else:
        from mmengine.logging import MMLogger

        from ajahr_mm.registry import register_all
        register_all()
        MMLogger.get_current_instance().setLevel('ERROR')  # bad rows are told in the end, once
        for path in args.sets:
            verify(path, args, report)
    return report.end()


if __name__ == '__main__':
    with exit_on_user_error():
        sys.exit(main())
