"""Makes a synthetic amputee dataset (A3D) from a config: pictures, annotations, tokenizer poses, card, contact sheet."""
import argparse
import sys
import time
from pathlib import Path

from mmengine.config import DictAction

from ajahr_mm.engine.config import load_config
from ajahr_mm.engine.unknown_types import explain_unknown_types
from ajahr_mm.io.errors import UserError, exit_on_user_error


def parse_args(arguments=None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('config', help='synthesis config, such as configs/synthesis/a3d-mini.py')
    parser.add_argument('--out', required=True, type=Path, help='folder of the set; a stopped run there is continued')
    parser.add_argument('--workers', type=int, default=2, help='processes; the files are the same for any number')
    parser.add_argument('--seed', type=int, help='overrides pipeline.seed')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction,
                        help='overrides, e.g. pipeline.splits.train=1200 pipeline.amputation=stump')
    return parser.parse_args(arguments)


def main(arguments=None) -> None:
    args = parse_args(arguments)
    config = load_config(args.config, args.cfg_options)
    for key in ('name', 'pipeline', 'shard_size', 'pose_sets'):
        if key not in config:
            raise UserError(f'{args.config} has no {key!r}: it is not a synthesis config; see configs/synthesis')
    if args.seed is not None:
        config.pipeline.seed = args.seed
    from ajahr_mm.synthesis.generator import generate
    started = time.perf_counter()
    with explain_unknown_types():
        card = generate(config.to_dict(), args.out, args.workers)
    print(f'{config.name} is in {args.out} ({time.perf_counter() - started:.0f} s); see {card} and contact_sheet.jpg',
          file=sys.stderr)


if __name__ == '__main__':
    with exit_on_user_error():
        main()
