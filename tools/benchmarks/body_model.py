"""Times BodyModel beside smplx.SMPLLayer on the same arrays, turn by turn in one run, and writes a table and a JSON file.

    python tools/benchmarks/body_model.py --json work_dirs/bench_body.json

Two bodies: the packaged open one, and random arrays of SMPL's size (6890 vertices) with pose blend shapes. Both layers must
give the same vertices to 1e-5 m before anything is timed. ``ratio_vs_smplx`` is smplx's time over ours, so more than 1 means
that we are faster. The lossy limbs are timed on the open body alone: smplx has nothing like them.
"""
import argparse
import json
import platform
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Sequence, Tuple

import numpy as np
import torch
from smplx_peer import smplx_layer
from torch import Tensor

from ajahr_mm.body_models import BodyModel
from ajahr_mm.body_models.assets import OPEN_BODY, load_body
from ajahr_mm.geometry.rotations import axis_angle_to_matrix
from ajahr_mm.io import UserError, atomic_path, exit_on_user_error

TOLERANCE = 1e-5  # m
SMPL_VERTICES, SMPL_FACES = 6890, 13776


def inputs(batch: int) -> Tuple[Tensor, Tensor, Tensor]:
    """Random global_orient (B,3,3), body_pose (B,23,3,3), betas (B,10)."""
    generator = torch.Generator().manual_seed(batch)
    rotations = axis_angle_to_matrix(0.4 * torch.randn(batch, 24, 3, generator=generator))
    return rotations[:, 0], rotations[:, 1:], torch.randn(batch, 10, generator=generator)


def write_synthetic(path: Path) -> Path:
    """A file of SMPL's size with pose blend shapes: the open body's joints, random skin around them."""
    body, rng = load_body('open'), np.random.default_rng(0)
    nearest = rng.integers(0, len(body.v_template), SMPL_VERTICES)
    regressor = body.weights[nearest].T ** 2 + 1e-9
    np.savez(path, v_template=body.v_template[nearest] + 0.01 * rng.standard_normal((SMPL_VERTICES, 3)),
             shapedirs=body.shapedirs[nearest], posedirs=1e-3 * rng.standard_normal((SMPL_VERTICES, 3, 207)),
             weights=body.weights[nearest], J_regressor=regressor / regressor.sum(1, keepdims=True),
             f=rng.integers(0, SMPL_VERTICES, (SMPL_FACES, 3)), kintree_table=np.load(OPEN_BODY)['kintree_table'])
    return path


def ours_and_theirs(source: str) -> Dict[str, Callable[..., Tensor]]:
    """The two layers as functions of ``inputs`` that give vertices."""
    ours, theirs = BodyModel(source), smplx_layer(source)
    return dict(ours=lambda *pose: ours(*pose).vertices, smplx=lambda orient, pose, betas: theirs(
        global_orient=orient[:, None], body_pose=pose, betas=betas).vertices)


def largest_difference(layers: Dict[str, Callable[..., Tensor]]) -> float:
    """Metres between the vertices of the two. Raises UserError above the tolerance."""
    with torch.no_grad():
        a, b = (layer(*inputs(8)) for layer in layers.values())
    difference = float((a - b).abs().max())
    if not difference < TOLERANCE:
        raise UserError(f'the two layers differ by {difference:.1e} m, more than {TOLERANCE:g}: timing them means nothing')
    return difference


def run(layer: Callable[..., Tensor], values: Sequence[Tensor], backward: bool) -> None:
    """One forward pass, and with ``backward`` the gradients of all inputs."""
    if not backward:
        with torch.no_grad():
            layer(*values)
        return
    leaves = [value.clone().requires_grad_() for value in values]
    layer(*leaves).square().sum().backward()


def interleaved(jobs: Dict[str, Callable[[], None]], seconds: float, least: int = 3) -> Dict[str, float]:
    """Least milliseconds of each job; they take turns for about ``seconds``, so a busy machine is busy for all of them."""
    times: Dict[str, List[float]] = {name: [] for name in jobs}
    for job in jobs.values():
        job()  # first calls allocate
    begin = time.perf_counter()
    while len(next(iter(times.values()))) < least or time.perf_counter() - begin < seconds:
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            times[name].append(1000 * (time.perf_counter() - start))
    return {name: min(values) for name, values in times.items()}


def compare(layers: Dict[str, Callable[..., Tensor]], batches: Sequence[int], seconds: float) -> Dict[str, Dict[str, float]]:
    """Milliseconds a call of both layers and their ratio, for each batch size, forward and forward + backward."""
    cells = {}
    for batch in batches:
        values = inputs(batch)
        for kind in ('forward', 'forward+backward'):
            jobs = {name: lambda layer=layer: run(layer, values, kind != 'forward') for name, layer in layers.items()}
            row = interleaved(jobs, seconds)
            cells[f'{kind} {batch}'] = dict(row, ratio=row['smplx'] / row['ours'])
    return cells


def lost_limbs(batches: Sequence[int], seconds: float) -> Dict[str, Dict[str, float]]:
    """Milliseconds a body of intact people, collapsed limbs, and residual limbs at random extents on all four limbs."""
    body, rows = BodyModel(), {}
    for batch in batches:
        values = inputs(batch)
        extent = 3 * torch.rand(batch, 4, generator=torch.Generator().manual_seed(batch))
        modes = dict(intact={}, collapse=dict(limb_extent=extent), stump=dict(limb_extent=extent, amputation='stump'))
        jobs = {name: lambda options=options: run(lambda *pose: body(*pose, **options).vertices, values, False)
                for name, options in modes.items()}
        rows[str(batch)] = {name: value / batch for name, value in interleaved(jobs, seconds).items()}
    return rows


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--batches', nargs='+', type=int, default=[1, 64, 1024])
    parser.add_argument('--limb-batches', nargs='+', type=int, default=[1, 64], help='for collapse and stump')
    parser.add_argument('--bodies', nargs='+', choices=['open', 'synthetic'], default=['open', 'synthetic'])
    parser.add_argument('--seconds', type=float, default=6, help='measuring time of each line')
    parser.add_argument('--threads', type=int, default=1, help='torch threads')
    parser.add_argument('--json', help='file to write')
    args = parser.parse_args()
    if min(args.batches + args.limb_batches) < 1 or args.threads < 1 or not args.seconds >= 0:
        raise UserError('batch sizes and threads must be at least 1, seconds not negative')
    return args


def measure(source: str, args: argparse.Namespace) -> Dict[str, Any]:
    """Both layers on one body: prints the table and returns it."""
    layers = ours_and_theirs(source)
    result: Dict[str, Any] = dict(vertices=BodyModel(source).num_vertices, largest_difference=largest_difference(layers),
                                  milliseconds=compare(layers, args.batches, args.seconds))
    result['ratio_vs_smplx'] = {name: cell['ratio'] for name, cell in result['milliseconds'].items()}
    return result


def main() -> None:
    import tempfile
    args = parse_args()
    torch.set_num_threads(args.threads)
    bodies = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in args.bodies:
            source = 'open' if name == 'open' else str(write_synthetic(Path(folder) / 'synthetic.npz'))
            bodies[name] = result = measure(source, args)
            print(f'{name}: {result["vertices"]} vertices, equal to {result["largest_difference"]:.1e} m; least ms a call')
            print(f'{"":>22}{"ours":>10}{"smplx":>10}  smplx/ours')
            for cell, row in result['milliseconds'].items():
                print(f'{cell:>22}{row["ours"]:>10.2f}{row["smplx"]:>10.2f}{row["ratio"]:>10.2f}x')
    limbs = lost_limbs(args.limb_batches, args.seconds)
    print('open: least ms a body, four limbs at random extents')
    for batch, row in limbs.items():
        print(f'{"batch " + batch:>22}' + ''.join(f'{name:>10} {value:.3f}' for name, value in row.items()))
    first = bodies[args.bodies[0]]
    report = dict(ratio_vs_smplx=first['ratio_vs_smplx'], bodies=bodies, limbs_ms_per_body=limbs, threads=args.threads,
                  torch=torch.__version__, machine=platform.processor() or platform.machine())
    if args.json:
        with atomic_path(args.json) as path, open(path, 'w') as file:
            json.dump(report, file, indent=2)


if __name__ == '__main__':
    with exit_on_user_error():
        main()
