"""How far a forward pass is from the matrix products it cannot do without, in float32 and bfloat16, part by part.

    python tools/benchmarks/inference.py configs/ajahr/ajahr_vitpose_a3d.py --batch 1 8 --json work_dirs/bench_inference.json

Weights are random. The products of a pass (linear layers, convolutions, attention) are recorded and run again alone, each
with weights of its own, as a pass reads them; passes and products take turns, so a noisy machine is noisy for both.
"""
import argparse
import json
import platform
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

import torch
from mmengine.config import DictAction
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from ajahr_mm.anatomy.limbs import classes_to_extent
from ajahr_mm.engine.config import load_config, without_files
from ajahr_mm.io import atomic_path, exit_on_user_error
from ajahr_mm.models.acceleration import accelerate, lower_precision

DTYPES = ('float32', 'bfloat16')
PARTS = ('backbone', 'limb_classifier', 'decoder', 'pose_head', 'params_head', 'body')


class ProductRecorder(TorchDispatchMode):
    """Notes the shape, type and layout of every matrix product that runs under it, and the part of the model it is in."""

    def __init__(self, parts: Dict[str, nn.Module]) -> None:
        super().__init__()
        self.products: List[Tuple[str, str, tuple]] = []
        self.part = 'rest'
        self.handles = []
        for name, module in parts.items():
            self.handles.append(module.register_forward_pre_hook(lambda *_, name=name: setattr(self, 'part', name)))
            self.handles.append(module.register_forward_hook(lambda *_: setattr(self, 'part', 'rest')))

    def __torch_dispatch__(self, function: Callable, types: tuple, args: tuple = (), kwargs: dict = None) -> Any:
        name = function._schema.name.split('::')[1]
        if name in ('mm', 'bmm', 'convolution') or 'scaled_dot_product' in name:
            self.products.append((self.part, name, args))
        elif name in ('addmm', 'baddbmm'):
            self.products.append((self.part, name.replace('add', '').replace('bbmm', 'bmm'), args[1:]))
        return function(*args, **(kwargs or {}))


class Product(NamedTuple):
    """One product to be run again alone: a call, its operations and the bytes of its weights."""

    part: str
    run: Callable[[], Tensor]
    operations: float
    weight_bytes: float


def record(parts: Dict[str, nn.Module], run: Callable[[], Any]) -> List[Product]:
    """The products of ``run``, on random numbers of the same form; activations of one form share one, weights never do."""
    recorder = ProductRecorder(parts)
    with recorder, torch.no_grad():
        run()
    for handle in recorder.handles:
        handle.remove()
    inputs: Dict[tuple, Tensor] = {}
    return [Product(part, *_again(name, args, inputs)) for part, name, args in recorder.products]


def _like(tensor: Tensor) -> Tensor:
    """Random numbers in the shape, type and, where no element is shared, the layout of a tensor."""
    new = torch.empty_like(tensor) if 0 in tensor.stride() else torch.empty_strided(
        tensor.shape, tensor.stride(), dtype=tensor.dtype, device=tensor.device)
    return new.normal_(std=.02)


def _again(name: str, args: tuple, inputs: Dict[tuple, Tensor]) -> Tuple[Callable[[], Tensor], float, float]:
    def shared(tensor: Tensor) -> Tensor:
        key = (tensor.shape, tensor.stride(), tensor.dtype)
        if key not in inputs:
            inputs[key] = _like(tensor)
        return inputs[key]

    x = shared(args[0])
    if 'scaled_dot_product' in name:
        x, key, value = x.contiguous(), shared(args[1]).contiguous().transpose(-1, -2), shared(args[2]).contiguous()
        return lambda: (x @ key) @ value, 4. * x.numel() * key.shape[-1], 0.
    weight = _like(args[1])
    size = float(weight.numel() * weight.element_size())
    if name == 'convolution':
        rest = args[3:]
        places = torch.convolution(x, weight, None, *rest)[:, 0].numel()
        return lambda: torch.convolution(x, weight, None, *rest), 2. * places * weight.numel(), size
    return lambda: x @ weight, 2. * x.numel() * weight.shape[-1], size


def take_turns(calls: Dict[str, Callable[[], Any]], rounds: int) -> Dict[str, float]:
    """Seconds of the fastest of ``rounds`` runs of each call, after one that warms up."""
    best = dict.fromkeys(calls, float('inf'))
    for turn in range(rounds + 1):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            if turn:
                best[name] = min(best[name], time.perf_counter() - start)
    return best


class PartTimer:
    """Fastest seconds of each part of a model over the passes it saw."""

    def __init__(self, parts: Dict[str, nn.Module]) -> None:
        self.best, self._since = dict.fromkeys(parts, float('inf')), {}
        for name, module in parts.items():
            module.register_forward_pre_hook(lambda *_, name=name: self._since.update({name: time.perf_counter()}))
            module.register_forward_hook(lambda *_, name=name: self._stop(name))

    def _stop(self, name: str) -> None:
        self.best[name] = min(self.best[name], time.perf_counter() - self._since[name])


def build(config: str, options: dict) -> nn.Module:
    """The network of a config with random weights and the open body, whatever files the config names."""
    from ajahr_mm.registry import MODELS, register_all
    register_all()
    torch.manual_seed(0)
    return MODELS.build(without_files(load_config(config, options).model)).eval()


def roofline(dtype: str, rounds: int) -> Dict[str, float]:
    """What the machine gives at best: operations a second in a large product, bytes a second read by a thin one."""
    kind = getattr(torch, dtype)
    square, wide, thin = torch.randn(2048, 2048).to(kind), torch.randn(8192, 8192).to(kind), torch.randn(1, 8192).to(kind)
    best = take_turns({'square': lambda: square @ square, 'thin': lambda: thin @ wide.T}, rounds)
    return dict(gflops=2 * 2048 ** 3 / best['square'] / 1e9,
                gbytes=wide.numel() * wide.element_size() / best['thin'] / 1e9)


def measure(model: nn.Module, dtype: str, batches: Sequence[int], rounds: int) -> Dict[str, Any]:
    """Passes of the accelerated model beside its products, for each batch size."""
    parts = {name: part for name, part in model.named_children() if name in PARTS}
    inputs = {batch: fake_input(batch) for batch in batches}
    lower_precision(model, dtype)
    products = {batch: record(parts, lambda b=batch: predict(model, *inputs[b])) for batch in batches}
    accelerate(model, dtype)
    report: Dict[str, Any] = dict(roofline=roofline(dtype, rounds), batches={})
    for batch in batches:
        timer = PartTimer(parts)
        alone = {name: [p for p in products[batch] if p.part == name] for name in (*parts, 'rest')}
        calls = {'forward': lambda: predict(model, *inputs[batch])}
        calls.update({name: lambda mine=mine: [p.run() for p in mine] for name, mine in alone.items() if mine})
        with torch.inference_mode():
            best = take_turns(calls, rounds)
        forward, total = best.pop('forward'), sum(best.values())
        report['batches'][batch] = dict(
            forward_ms=1e3 * forward, products_ms=1e3 * total, ratio=forward / total,
            gflops=sum(p.operations for p in products[batch]) / forward / 1e9,
            parts={name: dict(ms=1e3 * timer.best[name], products_ms=1e3 * best.get(name, 0.),
                              gflop=sum(p.operations for p in alone[name]) / 1e9,
                              weight_mbytes=sum(p.weight_bytes for p in alone[name]) / 1e6) for name in parts})
    return report


def fake_input(batch: int) -> Tuple[Tensor, Tensor]:
    """Crops (B,3,256,256) of noise and limb keypoints (B,12,3) somewhere in them."""
    generator = torch.Generator().manual_seed(batch)
    keypoints = torch.rand(batch, 12, 3, generator=generator) * torch.tensor([256., 256., 0.]) + torch.tensor([0., 0., 1.])
    return torch.randn(batch, 3, 256, 256, generator=generator), keypoints


@torch.no_grad()
def predict(model: nn.Module, image: Tensor, keypoints: Tensor) -> Tensor:
    """Joints (B,24,3) m of a whole pass, the body included."""
    pred = model.regress(image, keypoints)
    extent = classes_to_extent(pred['limb_classes']) if 'limb_classes' in pred else None
    return model.body(pred['global_orient'], pred['body_pose'], pred['betas'], limb_extent=extent).joints


def print_table(dtype: str, report: Dict[str, Any]) -> None:
    peak = report['roofline']
    print(f'\n{dtype}: this machine at best {peak["gflops"]:.0f} GFLOP/s, {peak["gbytes"]:.0f} GB/s')
    for batch, cell in report['batches'].items():
        print(f'  batch {batch}: {cell["forward_ms"]:.0f} ms, its products alone {cell["products_ms"]:.0f} ms, '
              f'ratio {cell["ratio"]:.2f}; {100 * cell["gflops"] / peak["gflops"]:.0f} % of the peak')
        print(f'    {"part":16s} {"ms":>9s} {"products":>9s} {"GFLOP":>8s} {"weights MB":>11s} {"roofline ms":>12s}')
        for name, part in cell['parts'].items():
            least = max(part['gflop'] / peak['gflops'], part['weight_mbytes'] / 1e3 / peak['gbytes'])
            print(f'    {name:16s} {part["ms"]:9.1f} {part["products_ms"]:9.1f} {part["gflop"]:8.2f} '
                  f'{part["weight_mbytes"]:11.1f} {1e3 * least:12.1f}')


def main(argv: Optional[Sequence[str]] = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('config', nargs='?', default='configs/ajahr/ajahr_vitpose_a3d.py', help='config file of an estimator')
    parser.add_argument('--batch', type=int, nargs='+', default=[1, 8], help='batch sizes')
    parser.add_argument('--dtypes', nargs='+', choices=DTYPES, default=DTYPES)
    parser.add_argument('--rounds', type=int, default=5, help='turns of passes and products; the fastest of each counts')
    parser.add_argument('--threads', type=int, default=1, help='CPU threads')
    parser.add_argument('--json', type=Path, help='also write the figures here')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction, metavar='KEY=VALUE', help='override settings')
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)

    report: Dict[str, Any] = dict(config=args.config, torch=torch.__version__, machine=platform.processor() or platform.machine(),
                                  threads=args.threads, dtypes={})
    joints: Dict[str, Dict[int, Tensor]] = {}
    for dtype in args.dtypes:
        model = build(args.config, args.cfg_options)
        report['dtypes'][dtype] = measure(model, dtype, args.batch, args.rounds)
        joints[dtype] = {batch: predict(model, *fake_input(batch)) for batch in args.batch}
        print_table(dtype, report['dtypes'][dtype])
        del model
    if len(joints) == len(DTYPES):
        cells = [report['dtypes'][dtype]['batches'] for dtype in DTYPES]
        report['bfloat16_speedup'] = {b: cells[0][b]['forward_ms'] / cells[1][b]['forward_ms'] for b in args.batch}
        report['joints_moved_mm'] = {b: 1e3 * (joints['float32'][b] - joints['bfloat16'][b]).norm(dim=-1).mean().item()
                                     for b in args.batch}
        for batch in args.batch:
            print(f'\nbatch {batch}: bfloat16 is {report["bfloat16_speedup"][batch]:.1f} x faster; '
                  f'joints move by {report["joints_moved_mm"][batch]:.2f} mm')
    if args.json:
        with atomic_path(args.json) as temporary:
            temporary.write_text(json.dumps(report, indent=2), encoding='utf-8')


if __name__ == '__main__':
    with exit_on_user_error():
        main()
