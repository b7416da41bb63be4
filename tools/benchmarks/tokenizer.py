"""Training steps of the pose tokenizer beside the computation its ancestor describes, turn by turn in one run.

    python tools/benchmarks/tokenizer.py configs/tokenizer/tokenizer_320x256x2048_amputee.py --batch 256 --json work_dirs/bench_tokenizer.json

The reference is written anew from the description of TokenHMR's tokenizer: float32 convolutions, nearest codes by the
expanded distance, moving averages with reset, the whole mesh of prediction and target from ``smplx``, AdamW. It starts from
the same weights; that its first loss equals ours in float32 is checked before anything is timed.
"""
import argparse
import json
import platform
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable, Dict, Optional, Sequence

import torch
from mmengine.config import Config, DictAction
from smplx_peer import smplx_layer
from torch import Tensor, nn
from torch.nn.functional import conv1d, interpolate, mse_loss

from ajahr_mm.engine.config import load_config, without_files
from ajahr_mm.geometry.rotations import axis_angle_to_matrix
from ajahr_mm.io import UserError, atomic_path, exit_on_user_error

TOLERANCE = 1e-3  # relative, between the first loss of the reference and ours


class Reference(nn.Module):
    """One training step as described: the network of ``autoencoder`` (weights copied), written out."""

    def __init__(self, autoencoder: nn.Module) -> None:
        super().__init__()
        codec, self.shares = autoencoder.codec, autoencoder.losses.weights
        state = {name.replace('.', '_'): value for name, value in codec.state_dict().items()}
        self.weights = nn.ParameterDict({name: nn.Parameter(value.clone()) for name, value in state.items()
                                         if name.startswith(('encoder', 'decoder'))})
        self.stretches, self.lengths = codec.encoder.lengths, codec.decoder.lengths
        self.codebook = codec.quantizer.codebook.clone()
        self.sums, self.counts = codec.quantizer.code_sum.clone(), codec.quantizer.code_count.clone()
        self.decay, self.body = codec.quantizer.decay, smplx_layer()

    def conv(self, x: Tensor, name: str, **options) -> Tensor:
        return conv1d(x, self.weights[name + '_weight'], self.weights[name + '_bias'], **options)

    def residual(self, x: Tensor, name: str) -> Tensor:
        for index, dilation in enumerate((3, 1)):
            inner = self.conv(x.relu(), f'{name}_{index}_conv1', padding=dilation, dilation=dilation)
            x = x + self.conv(inner.relu(), f'{name}_{index}_conv2')
        return x

    def encode(self, sixd: Tensor) -> Tensor:
        x = self.conv(sixd.transpose(1, 2), 'encoder_stem', padding=1).relu()
        for index, length in enumerate(self.stretches):
            x = self.conv(interpolate(x, size=length), f'encoder_stretch_{index}', padding=1).relu()
        x = self.residual(self.conv(x, 'encoder_halve', stride=2, padding=1), 'encoder_residual')
        return self.conv(x, 'encoder_out', padding=1).transpose(1, 2)

    def decode(self, codes: Tensor) -> Tensor:
        x = self.conv(codes.transpose(1, 2), 'decoder_stem', padding=1).relu()
        for index, length in enumerate(self.lengths):
            x = self.conv(interpolate(x, size=length), f'decoder_shrink_{index}', padding=1).relu()
        x = self.conv(self.residual(x, 'decoder_residual'), 'decoder_mix', padding=1)
        return self.conv(x, 'decoder_out', padding=1).transpose(1, 2)

    @torch.no_grad()
    def nearest(self, flat: Tensor) -> Tensor:
        distance = (flat ** 2).sum(1, keepdim=True) - 2 * flat @ self.codebook.T + (self.codebook ** 2).sum(1)
        index = distance.argmin(1)
        usage = torch.bincount(index, minlength=len(self.codebook)).float()
        self.sums = self.decay * self.sums + (1 - self.decay) * torch.zeros_like(self.sums).index_add_(0, index, flat)
        self.counts = self.decay * self.counts + (1 - self.decay) * usage
        alive = (self.counts >= 1)[:, None]
        spare = flat[torch.randperm(len(flat))].repeat(-(-len(alive) // len(flat)), 1)[:len(alive)]
        codes = self.codebook[index]
        self.codebook = torch.where(alive, self.sums / self.counts[:, None], spare)
        return codes

    def loss(self, rotations: Tensor) -> Tensor:
        """Rotations (B,21,3,3) -> the weighted sum of Eq. 5."""
        latents = self.encode(rotations[..., :2, :].flatten(2))
        codes = self.nearest(latents.detach().flatten(0, 1)).view_as(latents)
        first, second = self.decode(latents + (codes - latents).detach()).unflatten(-1, (2, 3)).unbind(-2)
        first = nn.functional.normalize(first, dim=-1)
        second = nn.functional.normalize(second - (first * second).sum(-1, keepdim=True) * first, dim=-1)
        decoded = torch.stack([first, second, torch.linalg.cross(first, second)], -2)
        pred, target = self.pose(decoded), self.pose(rotations)
        return (self.shares['pose'] * mse_loss(decoded, rotations) + self.shares['joints'] * mse_loss(pred.joints, target.joints)
                + self.shares['vertices'] * mse_loss(pred.vertices, target.vertices)
                + self.shares['commitment'] * mse_loss(latents, codes))

    def pose(self, rotations: Tensor) -> SimpleNamespace:
        batch, eye = len(rotations), torch.eye(3)
        body_pose = torch.cat([rotations, eye.expand(batch, 2, 3, 3)], 1)
        out = self.body(global_orient=eye.expand(batch, 1, 3, 3), body_pose=body_pose, betas=torch.zeros(batch, 10))
        return SimpleNamespace(vertices=out.vertices, joints=out.joints[:, :24])


def build(config: str, precision: Optional[str], options: Optional[dict]) -> nn.Module:
    """The autoencoder of a config on the packaged body, with seeded weights."""
    from ajahr_mm.registry import MODELS, register_all
    register_all()
    torch.manual_seed(0)
    model = MODELS.build(Config(dict(model=dict(without_files(load_config(config, options).model), precision=precision))).model)
    return model.train()


def our_loss(model: nn.Module, rotations: Tensor) -> Tensor:
    terms = model(dict(body_pose=rotations), mode='loss')
    return sum(value for name, value in terms.items() if name.startswith('loss'))


def step(loss: Callable[[], Tensor], optimizer: torch.optim.Optimizer) -> Callable[[], float]:
    """A training step as a call that returns the loss."""
    def run() -> float:
        value = loss()
        optimizer.zero_grad(set_to_none=True)
        value.backward()
        optimizer.step()
        return value.item()
    return run


def measure(config: str, batch: int, rounds: int, options: Optional[dict]) -> Dict[str, Any]:
    """Seconds of the fastest step of the reference and of ours in both precisions, and steps a second over the reference's."""
    rotations = axis_angle_to_matrix(.3 * torch.randn(batch, 21, 3, generator=torch.Generator().manual_seed(0)))
    models = {name: build(config, precision, options) for name, precision in (('float32', None), ('bfloat16', 'bfloat16'))}
    for model in models.values():  # the first batch makes the codebook
        torch.manual_seed(1)
        with torch.no_grad():
            our_loss(model, rotations)
    reference = Reference(models['float32'])
    steps = {'reference': step(lambda: reference.loss(rotations), torch.optim.AdamW(reference.parameters(), 2e-4))}
    for name, model in models.items():
        steps[name] = step(lambda model=model: our_loss(model, rotations), torch.optim.AdamW(model.parameters(), 2e-4))

    seconds, losses = dict.fromkeys(steps, float('inf')), {}
    for turn in range(rounds + 1):
        for name, run in steps.items():
            start = time.perf_counter()
            value = run()
            if turn:
                seconds[name] = min(seconds[name], time.perf_counter() - start)
            else:
                losses[name] = value
    if abs(losses['reference'] - losses['float32']) > TOLERANCE * losses['reference']:
        raise UserError(f'the reference starts with loss {losses["reference"]:.4f}, ours with {losses["float32"]:.4f}: they do '
                        'not compute the same, so their speed is not compared.')
    return dict(batch=batch, seconds=seconds, first_loss=losses,
                ratio_vs_reference={name: seconds['reference'] / seconds[name] for name in models})


def main(argv: Optional[Sequence[str]] = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('config', nargs='?', default='configs/tokenizer/tokenizer_320x256x2048_amputee.py')
    parser.add_argument('--batch', type=int, default=256, help='poses a step')
    parser.add_argument('--rounds', type=int, default=3, help='turns of each; the fastest counts')
    parser.add_argument('--threads', type=int, default=1, help='CPU threads')
    parser.add_argument('--json', type=Path, help='also write the figures here')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction, metavar='KEY=VALUE', help='override settings')
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    report = dict(config=args.config, torch=torch.__version__, machine=platform.processor() or platform.machine(),
                  threads=args.threads, **measure(args.config, args.batch, args.rounds, args.cfg_options))
    print(f'{args.config}, batch {args.batch}, {args.threads} thread(s)')
    for name, value in report['seconds'].items():
        ratio = report['ratio_vs_reference'].get(name)
        print(f'  {name:10s} {value:8.2f} s a step' + (f'   {ratio:.2f} x the steps of the reference' if ratio else ''))
    if args.json:
        with atomic_path(args.json) as temporary:
            temporary.write_text(json.dumps(report, indent=2), encoding='utf-8')


if __name__ == '__main__':
    with exit_on_user_error():
        main()
