"""Makes a synthetic amputee dataset (A3D) from a config: pictures, annotations, tokenizer poses, card, contact sheet.

    python tools/synthesize_a3d.py configs/synthesis/a3d_open.py --out work_dirs/a3d --num 5000 --seed 0

A stopped run is completed by the same command. Several machines that see the same folder share the work by Ray, Slurm, or
`--shard 0/3`, `--shard 1/3`, `--shard 2/3`; the last one finishes the set. The files are the same in all cases.
"""
import argparse
import os
import signal
import sys
import time
from pathlib import Path

# One thread a process, here as in workers: the linear algebra libraries read this when they are imported.
os.environ.update({name: '1' for name in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS')})

from mmengine.config import DictAction  # noqa: E402

from ajahr_mm.engine.config import load_config  # noqa: E402
from ajahr_mm.engine.launch import available_cores  # noqa: E402
from ajahr_mm.engine.unknown_types import explain_unknown_types  # noqa: E402
from ajahr_mm.io.errors import exit_on_user_error  # noqa: E402


def parse_args(arguments=None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='synthesis config, such as configs/synthesis/a3d-mini.py')
    parser.add_argument('--out', required=True, type=Path, help='folder of the set; a stopped run there is continued')
    parser.add_argument('--num', type=int, help='pictures in all, divided over the splits as those of the config are')
    parser.add_argument('--seed', type=int, help='overrides pipeline.seed')
    parser.add_argument('--workers', type=int, help='processes; default one for each core, or CPU of a Ray cluster')
    parser.add_argument('--launcher', choices=['none', 'mp', 'ray', 'slurm'],
                        help='this process, processes beside it (default), a Ray cluster, one task of a Slurm array')
    parser.add_argument('--shard', metavar='i/n', help='make only this share of the set, 0/n ... (n-1)/n')
    parser.add_argument('--strict', action='store_true', help='stop at a file that cannot be used, instead of skipping it')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction,
                        help='overrides, e.g. pipeline.image_size=384 pipeline.amputation=stump')
    return parser.parse_args(arguments)


def configure(args: argparse.Namespace) -> dict:
    """The config with everything the command line says about it."""
    from ajahr_mm.synthesis.running import settings
    config = load_config(args.config, args.cfg_options).to_dict()
    settings.check(config)
    if args.num is not None:
        config['pipeline']['splits'] = settings.divide(config['pipeline']['splits'], args.num)
    if args.seed is not None:
        config['pipeline']['seed'] = args.seed
    if args.strict:
        settings.make_strict(config)
    return config


def main(arguments=None) -> None:
    args = parse_args(arguments)
    from ajahr_mm.synthesis.running.generator import generate
    from ajahr_mm.synthesis.running.share import parse_share
    config, started = configure(args), time.perf_counter()
    workers = args.workers
    if workers is None:
        workers = {'none': 1, 'ray': None}.get(args.launcher, available_cores())
    with explain_unknown_types():
        outcome = generate(config, args.out, workers, args.launcher, parse_share(args.shard) if args.shard else None)
    for file, why in outcome.skipped.items():
        print(f'skipped {file}: {why}', file=sys.stderr)
    seconds = f'{outcome.pictures} pictures in {time.perf_counter() - started:.0f} s'
    if outcome.card is None:
        print(f'{outcome.missing} of {outcome.shards} shards of {args.out} are still missing ({seconds} here); the other '
              'shares, or the same command without --shard, complete it', file=sys.stderr)
        return
    print(f'{config["name"]} is in {args.out} ({seconds}); files skipped: {len(outcome.skipped)}; see {outcome.card} and '
          'contact_sheet.jpg', file=sys.stderr)


if __name__ == '__main__':
    signal.signal(signal.SIGTERM, signal.default_int_handler)      # a time limit stops it as Ctrl-C does
    with exit_on_user_error():
        try:
            main()
        except KeyboardInterrupt:
            print('stopped; the same command goes on where this one ends', file=sys.stderr)
            sys.exit(130)
