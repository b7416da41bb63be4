"""Counts the multiply-adds and parameters of a model, part by part. Neither data nor weights are needed.

    python tools/analysis_tools/get_flops.py configs/ajahr/ajahr_vitpose_a3d.py --cfg-options model.body.source=open
"""
import argparse
from typing import Dict

import torch
from mmengine.config import Config, DictAction
from mmengine.structures import BaseDataElement
from torch import nn

from ajahr_mm.engine.config import load_config, without_files
from ajahr_mm.io.errors import UserError, exit_on_user_error


def fake_batch(model: nn.Module, size: int) -> dict:
    """One sample of zeros in the form that ``model`` takes."""
    from ajahr_mm.models import BodyEstimator, PoseAutoencoder
    from ajahr_mm.structures import BodySample
    if isinstance(model, PoseAutoencoder):
        return dict(inputs=dict(body_pose=torch.eye(3).repeat(1, 21, 1, 1)))
    if not isinstance(model, BodyEstimator):
        raise UserError(f'{type(model).__name__} is not an estimator or tokenizer; nothing can be counted.')
    sample = BodySample()
    sample.gt = BaseDataElement(input_keypoints=torch.zeros(12, 3))
    return dict(inputs=torch.zeros(1, 3, size, size), data_samples=[sample])


def count(model: nn.Module, batch: dict) -> Dict[str, float]:
    """Multiply-adds of one forward pass, by direct submodule, and in all under ''."""
    from torch.utils.flop_counter import FlopCounterMode
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        model(**batch)
    table = counter.get_flop_counts()
    parts = {name: table.get(f'{type(model).__name__}.{name}', {}) for name, _ in model.named_children()}
    return {name: sum(counts.values()) / 2 for name, counts in {'': table['Global'], **parts}.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description='Count multiply-adds and parameters.')
    parser.add_argument('config', help='config file')
    parser.add_argument('--shape', type=int, default=256, help='side of the square crop in px')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction, metavar='KEY=VALUE', help='override settings')
    args = parser.parse_args()
    cfg = load_config(args.config, args.cfg_options)

    from ajahr_mm.engine.unknown_types import check_types, explain_unknown_types
    from ajahr_mm.registry import MODELS, register_all
    register_all()
    check_types(Config(dict(model=cfg.model)))
    source = cfg.model.get('body', {}).get('source', 'open')
    if source != 'open':
        print(f'note: counted with the open body instead of {source}')
    with explain_unknown_types():
        model = MODELS.build(without_files(cfg.model)).eval()
    operations = count(model, fake_batch(model, args.shape))
    print(f'{args.config}, one {args.shape} x {args.shape} crop')
    print(f'{"part":20s} {"parameters":>14s} {"trainable":>14s} {"GMACs":>10s}')
    for name, part in [*model.named_children(), ('', model)]:
        total = sum(parameter.numel() for parameter in part.parameters())
        trainable = sum(parameter.numel() for parameter in part.parameters() if parameter.requires_grad)
        if total or operations.get(name):
            print(f'{name or "all":20s} {total:14,d} {trainable:14,d} {operations.get(name, 0) / 1e9:10.3f}')


if __name__ == '__main__':
    with exit_on_user_error():
        main()
