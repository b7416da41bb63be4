"""Trains the model of a config.

    python tools/train.py configs/ajahr/ajahr_tiny_a3d-mini.py
    python tools/train.py CONFIG --resume                       # go on from the last checkpoint of its work dir
    bash tools/dist_train.sh CONFIG 2                           # two processes, on GPUs or on CPU cores
"""
import argparse
import os

from mmengine.config import DictAction
from mmengine.runner import find_latest_checkpoint

from ajahr_mm.engine.config import load_config, set_work_dir, turn_off_validation
from ajahr_mm.engine.preflight import check_files
from ajahr_mm.io.errors import UserError, exit_on_user_error


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Train a model.')
    parser.add_argument('config', help='config file')
    parser.add_argument('--work-dir', help='folder for logs and checkpoints (default: work_dirs/<config name>)')
    parser.add_argument('--resume', nargs='?', const='auto', metavar='CHECKPOINT',
                        help='continue from CHECKPOINT, or from the last one in the work dir')
    parser.add_argument('--amp', action='store_true', help='mixed precision: float16 on a GPU, bfloat16 on a CPU')
    parser.add_argument('--no-validate', action='store_true', help='do not evaluate while training')
    parser.add_argument('--auto-scale-lr', action='store_true',
                        help='scale the learning rate by batch size over auto_scale_lr.base_batch_size')
    parser.add_argument('--show-dir', help="draw validation samples into this folder of the run's own folder")
    parser.add_argument('--cfg-options', nargs='+', action=DictAction, metavar='KEY=VALUE',
                        help='override settings of the config, e.g. train_cfg.max_iters=100')
    parser.add_argument('--check', action='store_true', help='only look whether files and types are there, then end')
    parser.add_argument('--launcher', choices=['none', 'pytorch', 'slurm', 'mpi'], default='none', help='job launcher')
    parser.add_argument('--local_rank', '--local-rank', type=int, default=0, help=argparse.SUPPRESS)
    args = parser.parse_args()
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    return args


def build_config(args: argparse.Namespace):
    cfg = load_config(args.config, args.cfg_options)
    set_work_dir(cfg, args.work_dir)
    if args.no_validate:
        turn_off_validation(cfg)
    if args.auto_scale_lr:
        if 'base_batch_size' not in (cfg.get('auto_scale_lr') or {}):
            raise UserError(f'--auto-scale-lr needs auto_scale_lr=dict(base_batch_size=…) in {args.config}.')
        cfg.auto_scale_lr.enable = True
    if args.resume and args.resume != 'auto':
        cfg.resume, cfg.load_from = True, args.resume
    elif args.resume:
        # Nothing to continue: start afresh, from `load_from` if the config has one.
        last = find_latest_checkpoint(cfg.work_dir) if os.path.isdir(cfg.work_dir) else None
        cfg.resume, cfg.load_from = (True, last) if last else (False, cfg.get('load_from'))
    if args.show_dir:
        cfg.setdefault('default_hooks', {})['visualization'] = dict(
            type='BodyVisualizationHook', enable=True, out_dir=args.show_dir)
    return cfg


def main() -> None:
    args = parse_args()
    cfg = build_config(args)
    check_files(cfg, 'train')

    # Everything heavy comes after the files are known to be there.
    from mmengine.runner import Runner

    from ajahr_mm.engine.amp import enable_amp
    from ajahr_mm.engine.checkpoint import check_fits, load_file, load_weights, state_dict_of
    from ajahr_mm.engine.launch import prepare, unwrapped
    from ajahr_mm.engine.loops import use_resumable_loop
    from ajahr_mm.engine.unknown_types import check_types, explain_unknown_types
    from ajahr_mm.registry import register_all

    register_all()
    check_types(cfg)
    if args.check:
        return
    if args.amp:
        enable_amp(cfg)
    prepare(use_resumable_loop(cfg), args.launcher)
    with explain_unknown_types():
        runner = Runner.from_cfg(cfg)
        # MMEngine loads whatever fits in silence; a checkpoint of another model shall be refused.
        checkpoint = cfg.get('load_from')
        if checkpoint and '://' not in checkpoint:
            if cfg.get('resume'):
                check_fits(unwrapped(runner.model), state_dict_of(load_file(checkpoint)), checkpoint)
            else:
                count = load_weights(unwrapped(runner.model), checkpoint, strict=False)
                runner.logger.info(f'{count} of {len(unwrapped(runner.model).state_dict())} tensors from {checkpoint}')
        runner.train()


if __name__ == '__main__':
    with exit_on_user_error():
        main()
