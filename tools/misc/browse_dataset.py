"""Writes pictures of what a dataset hands to the network: crop, keypoints, labelled body, limbs, absent joints, mask.

The mask is the one that is stored with the picture, if there is one, else that of the annotated body.

    python tools/misc/browse_dataset.py configs/ajahr/ajahr_tiny_a3d-mini.py --output-dir work_dirs/browse --number 16
    python tools/misc/browse_dataset.py data/a3d_mini/train
"""
import argparse
import sys
from pathlib import Path
from typing import Tuple

from mmengine.config import Config, DictAction

from ajahr_mm.engine.config import load_config
from ajahr_mm.engine.preflight import check_files
from ajahr_mm.io.errors import UserError, exit_on_user_error


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Draw samples of a dataset.')
    parser.add_argument('config', metavar='CONFIG_OR_FOLDER', help='config file, or a folder with annotations.npz or tars')
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


def of_folder(folder: Path) -> Config:
    """A config that reads the first set of people in a folder, without augmentation."""
    sys.path.insert(0, str(Path(__file__).parent))
    from dataset_checks.opening import folder_configs
    found = folder_configs(folder)
    if not found:
        raise UserError(f'{folder} holds no annotations.npz, no tar shards and no folder with them.')
    dataset = dict(next(iter(found.values())), pipeline=[
        dict(type='LoadImage'), dict(type='CropBody'), dict(type='DetectorKeypoints', deterministic=True),
        dict(type='PackBodyInputs')])
    return Config(dict(train_dataloader=dict(dataset=dataset), visualizer=dict(type='BodyVisualizer')))


def of_config(args: argparse.Namespace) -> Config:
    cfg = load_config(args.config, args.cfg_options)
    loader = cfg.get(f'{args.phase}_dataloader')
    if not loader:
        raise UserError(f'{args.config} has no {args.phase}_dataloader; choose another --phase.')
    # Only this dataset has to be there.
    cfg.model, cfg.train_dataloader, cfg.val_dataloader, cfg.val_evaluator = None, loader, None, None
    check_files(cfg, 'train')
    if args.mode == 'original' and 'pipeline' in loader.dataset:
        loader.dataset.pipeline = without_augmentation(loader.dataset.pipeline)
    return cfg


def sample_of(dataset, index: int) -> Tuple[dict, dict]:
    """The sample before it is packed, and packed."""
    while hasattr(dataset, '_get_ori_dataset_idx'):  # a mixture
        number, index = dataset._get_ori_dataset_idx(index)
        dataset = dataset.datasets[number]
    results, steps = dataset.get_data_info(index), dataset.pipeline.transforms
    for step in steps[:-1]:
        results = step(results)
    return results, steps[-1](dict(results))


def main() -> None:
    args = parse_args()
    path = Path(args.config)
    phase = path.name if path.is_dir() else args.phase
    cfg = of_folder(path) if path.is_dir() else of_config(args)

    import cv2
    import numpy as np
    import torch
    from mmengine.visualization import Visualizer

    from ajahr_mm.body_models import build_body
    from ajahr_mm.engine.unknown_types import check_types, explain_unknown_types
    from ajahr_mm.io import atomic_path
    from ajahr_mm.registry import DATASETS, VISUALIZERS, register_all

    register_all()
    check_types(cfg)
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)
    with explain_unknown_types():
        dataset = DATASETS.build(cfg.train_dataloader.dataset)
        settings = {key: value for key, value in cfg.visualizer.items() if key != 'vis_backends'}
        visualizer: Visualizer = VISUALIZERS.build(dict(settings, name='browse'))
    dataset.full_init()
    if 'img_path' not in dataset.get_data_info(0):
        raise UserError(f'{type(dataset).__name__} has no images to draw.')
    sys.path.insert(0, str(Path(__file__).parent))
    from dataset_checks.masks import stored_mask
    from dataset_panels import DatasetPanels, caption
    panels = DatasetPanels(build_body('open'), visualizer.panel)
    out = Path(args.output_dir)
    count = min(args.number, len(dataset))
    for number, index in enumerate(np.linspace(0, len(dataset) - 1, count).round().astype(int)):
        results, packed = sample_of(dataset, int(index))
        visualizer.add_datasample('sample', results['img'], packed['data_samples'], draw_pred=False)
        drawn = visualizer.get_image()
        parts = panels.parts(results['img'], results, stored_mask(results) if 'affine' in results else None)
        more = np.concatenate([panels.joints(results['img'], results), parts], axis=1)
        below = drawn.shape[0] - more.shape[0]
        more = cv2.copyMakeBorder(more, 0, below, 0, 0, cv2.BORDER_CONSTANT, value=drawn[-1, -1].tolist())
        drawn = np.concatenate([drawn, more], axis=1)
        file = out / f'{phase}_{index:06d}.png'
        with atomic_path(file) as temporary:
            cv2.imwrite(str(temporary), np.concatenate([caption(results, drawn.shape[1]), drawn])[..., ::-1])
        print(f'[browse] {number + 1}/{count} {file}', flush=True)


if __name__ == '__main__':
    with exit_on_user_error():
        main()
