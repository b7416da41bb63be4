"""Evaluates a model.

    python tools/test.py configs/ajahr/ajahr_tiny_a3d-mini.py work_dirs/…/best.pth --out metrics.json
    python tools/test.py CONFIG CHECKPOINT --test-set configs/_base_/datasets/emdb.py      # on another test set
    python tools/test.py CONFIG none                            # a model without weights, such as the mean-pose baseline
"""
import argparse
import json
import os

from mmengine.config import DictAction

from ajahr_mm.engine.config import load_config, set_work_dir
from ajahr_mm.engine.preflight import check_files
from ajahr_mm.engine.evaluation_sets import use_test_set
from ajahr_mm.io.errors import UserError, exit_on_user_error


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Evaluate a model.')
    parser.add_argument('config', help='config file')
    parser.add_argument('checkpoint', nargs='?', default='none',
                        help="weights (.pth or .safetensors), or 'none' for a model that has none")
    parser.add_argument('--work-dir', help='folder for logs (default: work_dirs/<config name>)')
    parser.add_argument('--out', metavar='METRICS.json', help='write the metrics to this file')
    parser.add_argument('--test-set', metavar='CONFIG', help='take test data and metrics from this config, such as one of '
                                                             'configs/_base_/datasets')
    parser.add_argument('--dump', metavar='PREDICTIONS.npz', help='write all predictions to this file')
    parser.add_argument('--show-dir', help="draw samples into this folder of the run's own folder")
    parser.add_argument('--interval', type=int, default=50, help='draw every n-th sample')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction, metavar='KEY=VALUE',
                        help='override settings of the config, e.g. test_dataloader.batch_size=8')
    parser.add_argument('--check', action='store_true', help='only look whether files and types are there, then end')
    parser.add_argument('--launcher', choices=['none', 'pytorch', 'slurm', 'mpi'], default='none', help='job launcher')
    parser.add_argument('--local_rank', '--local-rank', type=int, default=0, help=argparse.SUPPRESS)
    args = parser.parse_args()
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    return args


def build_config(args: argparse.Namespace):
    cfg = load_config(args.config, args.cfg_options)
    set_work_dir(cfg, args.work_dir)
    if not cfg.get('test_dataloader') or not cfg.get('test_evaluator'):
        raise UserError(f'{args.config} has no test_dataloader or test_evaluator; there is nothing to evaluate.')
    if args.test_set:
        use_test_set(cfg, args.test_set)
        cfg.merge_from_dict(args.cfg_options or {})  # they may be about this set
    cfg.load_from, cfg.resume = None, False
    # Only the test side is built: training data need not be there.
    for name in ('train_cfg', 'train_dataloader', 'optim_wrapper', 'param_scheduler', 'val_cfg', 'val_dataloader',
                 'val_evaluator', 'auto_scale_lr'):
        cfg[name] = None
    if args.show_dir:
        cfg.setdefault('default_hooks', {})['visualization'] = dict(
            type='BodyVisualizationHook', enable=True, interval=args.interval, out_dir=args.show_dir)
    if args.dump:
        cfg.custom_hooks = [*(cfg.get('custom_hooks') or []), dict(type='DumpPredictionsHook', path=args.dump)]
    return cfg


def write_metrics(metrics: dict, path: str) -> None:
    from ajahr_mm.io.atomic import atomic_path
    with atomic_path(path) as partial:
        partial.write_text(json.dumps(metrics, indent=2, default=float) + '\n')


def main() -> None:
    args = parse_args()
    cfg = build_config(args)
    check_files(cfg, 'test')
    with_weights = args.checkpoint.lower() != 'none'
    if with_weights and not os.path.isfile(args.checkpoint):
        raise UserError(f"checkpoint {args.checkpoint} does not exist; train the model first, or give 'none' for a model "
                        'without weights.')

    from mmengine.dist import is_main_process
    from mmengine.runner import Runner

    from ajahr_mm.engine.checkpoint import load_weights
    from ajahr_mm.engine.launch import prepare, unwrapped
    from ajahr_mm.engine.unknown_types import check_types, explain_unknown_types
    from ajahr_mm.registry import register_all

    register_all()
    check_types(cfg)
    if args.check:
        return
    prepare(cfg, args.launcher, 'test')
    with explain_unknown_types():
        runner = Runner.from_cfg(cfg)
        if with_weights:
            load_weights(unwrapped(runner.model), args.checkpoint)
        metrics = runner.test()
    if args.out and is_main_process():
        write_metrics(metrics, args.out)


if __name__ == '__main__':
    with exit_on_user_error():
        main()
