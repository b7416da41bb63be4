"""Counts the multiply-adds, parameters and memory of a model, part by part. Neither data nor weights are needed.

    python tools/analysis_tools/get_flops.py configs/ajahr/ajahr_vitpose_a3d.py --cfg-options model.body.source=open
"""
import argparse
import resource
import sys
from typing import Dict

import torch
from mmengine.config import Config, DictAction
from mmengine.structures import BaseDataElement
from torch import nn

from ajahr_mm.engine.config import load_config, without_files
from ajahr_mm.io.errors import UserError, exit_on_user_error


def fake_batch(model: nn.Module, size: int) -> dict:
    """One sample of zeros in the form that ``model`` takes."""
    from ajahr_mm.models import BodyEstimator, LimbEstimator, PoseAutoencoder
    from ajahr_mm.structures import BodySample
    if isinstance(model, PoseAutoencoder):
        return dict(inputs=dict(body_pose=torch.eye(3).repeat(1, 21, 1, 1)))
    if not isinstance(model, (BodyEstimator, LimbEstimator)):
        raise UserError(f'{type(model).__name__} is not an estimator or tokenizer; nothing can be counted.')
    sample = BodySample(metainfo=dict(img_shape=(size, size), size=size, crop_size=size, affine=torch.eye(3)[:2].numpy()))
    sample.gt = BaseDataElement(input_keypoints=torch.zeros(12, 3), limb_classes=torch.zeros(4, dtype=torch.int64),
                                has_limbs=torch.tensor(1.0))
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


def training_memory(model: nn.Module) -> int:
    """Bytes of weights, buffers, gradients and the two averages of AdamW in float32, without activations."""
    trainable = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    return sum(value.nbytes for value in (*model.parameters(), *model.buffers())) + 3 * 4 * trainable


def peak_memory() -> int:
    """Bytes of memory this process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == 'darwin' else 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description='Count multiply-adds and parameters.')
    parser.add_argument('config', help='config file')
    parser.add_argument('--shape', type=int, help="side of the square crop in px (default: the model's)")
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
    size = args.shape or getattr(model, 'crop_size', 256)
    with torch.no_grad():
        model(**fake_batch(model, size))
    peak = peak_memory()
    operations = count(model, fake_batch(model, size))
    print(f'{args.config}, one {size} x {size} crop')
    print(f'{"part":20s} {"parameters":>14s} {"trainable":>14s} {"GMACs":>10s}')
    for name, part in [*model.named_children(), ('', model)]:
        total = sum(parameter.numel() for parameter in part.parameters())
        trainable = sum(parameter.numel() for parameter in part.parameters() if parameter.requires_grad)
        if total or operations.get(name):
            print(f'{name or "all":20s} {total:14,d} {trainable:14,d} {operations.get(name, 0) / 1e9:10.3f}')
    print(f'memory: one forward pass peaks at {peak / 2 ** 20:,.0f} MiB, the whole process counted; training holds '
          f'{training_memory(model) / 2 ** 20:,.0f} MiB of weights, gradients and AdamW averages in float32')


if __name__ == '__main__':
    with exit_on_user_error():
        main()
