"""Writes pictures of what a dataset hands to the network: crop, keypoints, labelled body, limbs.

    python tools/misc/browse_dataset.py configs/ajahr/ajahr_tiny_a3d-mini.py --output-dir work_dirs/browse --number 16
"""
import argparse
from pathlib import Path

from mmengine.config import DictAction

from ajahr_mm.engine.config import load_config
from ajahr_mm.engine.preflight import check_files
from ajahr_mm.io.errors import UserError, exit_on_user_error


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Draw samples of a dataset.')
    parser.add_argument('config', help='config file')
    parser.add_argument('--output-dir', default='work_dirs/browse', help='folder for the pictures')
    parser.add_argument('--phase', choices=['train', 'val', 'test'], default='train', help='which data loader')
    parser.add_argument('--mode', choices=['transformed', 'original'], default='transformed',
                        help='as the network gets it, or cropped without any augmentation')
    parser.add_argument('--number', type=int, default=16, help='how many samples, spread over the dataset')
    parser.add_argument('--seed', type=int, default=0, help='of the augmentations')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction, metavar='KEY=VALUE', help='override settings')
    return parser.parse_args()


def without_augmentation(pipeline: list) -> list:
    return [step for step in pipeline if not str(step['type']).startswith('Random')]


def main() -> None:
    args = parse_args()
    cfg = load_config(args.config, args.cfg_options)
    loader = cfg.get(f'{args.phase}_dataloader')
    if not loader:
        raise UserError(f'{args.config} has no {args.phase}_dataloader; choose another --phase.')
    # Only this dataset has to be there.
    cfg.model, cfg.train_dataloader, cfg.val_dataloader, cfg.val_evaluator = None, loader, None, None
    check_files(cfg, 'train')

    import numpy as np
    import torch
    from mmengine.visualization import Visualizer

    from ajahr_mm.engine.unknown_types import check_types, explain_unknown_types
    from ajahr_mm.registry import DATASETS, VISUALIZERS, register_all

    register_all()
    check_types(cfg)
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)
    if args.mode == 'original' and 'pipeline' in loader.dataset:
        loader.dataset.pipeline = without_augmentation(loader.dataset.pipeline)
    with explain_unknown_types():
        dataset = DATASETS.build(loader.dataset)
        settings = {key: value for key, value in cfg.visualizer.items() if key != 'vis_backends'}
        visualizer: Visualizer = VISUALIZERS.build(dict(settings, name='browse'))
    first = dataset[0]
    if 'data_samples' not in first:
        raise UserError(f'{type(dataset).__name__} has no images to draw.')
    out = Path(args.output_dir)
    count = min(args.number, len(dataset))
    for number, index in enumerate(np.linspace(0, len(dataset) - 1, count).round().astype(int)):
        packed = dataset[int(index)]
        image = np.ascontiguousarray(packed['inputs'].numpy().transpose(1, 2, 0))
        visualizer.add_datasample(f'{args.phase}_{index:06d}', image, packed['data_samples'], draw_pred=False,
                                  out_file=str(out / f'{args.phase}_{index:06d}.png'))
        print(f'[browse] {number + 1}/{count} {out / f"{args.phase}_{index:06d}.png"}', flush=True)


if __name__ == '__main__':
    with exit_on_user_error():
        main()
