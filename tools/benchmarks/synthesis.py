"""Measures the A3D generator stage by stage, with several workers, and beside pyrender on the scenes it renders.

    python tools/benchmarks/synthesis.py configs/synthesis/a3d_open.py --json work_dirs/bench_synth.json

Every round makes ``--num`` new pictures in one process, then as many in each of ``--workers`` processes at once, then
renders the scenes of one chunk with our renderer and with pyrender, picture by picture in turns. Pictures are finished:
rendered, composed, annotated, encoded and written to the disk in the config's format. Figures are medians over the rounds;
processes have one thread and have made ``--warm-up`` pictures before. Memory is the most that a process ever had. What the
same processes gain by an empty loop is measured beside, in the same rounds: on a busy machine nothing can gain more.
"""
import argparse
import json
import os
import platform
import shutil
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median, median_low
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

# One thread a process, in the workers as here: read by linear algebra when it is imported, and by Mesa's software OpenGL.
os.environ.update({name: '1' for name in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'LP_NUM_THREADS')})

from mmengine.config import DictAction  # noqa: E402

from ajahr_mm.engine.config import load_config  # noqa: E402
from ajahr_mm.engine.unknown_types import explain_unknown_types  # noqa: E402
from ajahr_mm.io import UserError, atomic_path, exit_on_user_error  # noqa: E402
from ajahr_mm.synthesis.output.shards import Shard  # noqa: E402
from ajahr_mm.synthesis.running import reports, settings, threads  # noqa: E402
from ajahr_mm.synthesis.running.job import Job  # noqa: E402

#: What is asked: finished pictures a second on one core, how much faster two workers are, megabytes of a worker.
PICTURES_PER_SECOND, GAIN, MEGABYTES = 60, 1.7, 1500
#: Seconds of an empty loop.
SPIN = .3
LIBRARIES = ('ajahr_mm', 'numpy', 'torch', 'warp-lang', 'opencv-python-headless', 'pyrender')


class Made(NamedTuple):
    """Pictures that one process has made."""
    count: int
    seconds: float                # of the clock on the wall
    cpu_seconds: float            # of the processor
    stages: Dict[str, float]      # name -> seconds; what is left of ``seconds`` is called 'rest'
    memory: int                   # bytes, the most so far


# ---------------------------------------------------------------- in a worker

_job: Optional[Job] = None
_scenes: List[Dict[str, Any]] = []


def _start(job: Job) -> None:
    global _job
    threads.use_one()
    _job = job


def make(shard: Shard) -> Made:
    """Makes and writes the pictures of a shard, which are then deleted."""
    stages: Dict[str, float] = defaultdict(float)

    @contextmanager
    def clock(stage: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        stages[stage] += time.perf_counter() - begun
    _job.pipeline.clock = clock
    start, cpu = time.perf_counter(), time.process_time()
    samples = _job.pipeline.render(*shard)
    with clock('write'):
        _job.format.write(shard, samples, _job.out)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    shutil.rmtree(_job.out)
    stages['rest'] = seconds - sum(stages.values())
    return Made(len(samples), seconds, cpu, dict(stages), reports.peak_memory())


def spin() -> float:
    """Turns a second of a loop that needs a core and nothing else."""
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < SPIN:
        count += 1
    return count / SPIN


@contextmanager
def recorded() -> Iterator[List[Dict[str, Any]]]:
    """The arguments of every call of a renderer meanwhile, and the renderer."""
    from ajahr_mm.rendering import Renderer
    calls, render = [], Renderer.render

    def listening(renderer, vertices, camera, *args, **kwargs):
        calls.append(dict(renderer=renderer, vertices=vertices, camera=camera, args=args, looks=kwargs))
        return render(renderer, vertices, camera, *args, **kwargs)
    Renderer.render = listening
    try:
        yield calls
    finally:
        Renderer.render = render


def find_scenes(shard: Shard) -> Optional[str]:
    """Remembers the scenes of a shard; why pyrender cannot take part, or None."""
    from pyrender_peer import Pyrender, missing
    why = missing()
    if why is None:
        with recorded() as calls:
            _job.pipeline.render(*shard)
        _scenes.extend(dict(call, peer=Pyrender(call['renderer'].mesh, call['camera'].size)) for call in calls)
    return why


def race() -> Dict[str, float]:
    """Milliseconds a picture of both renderers, and how far their pictures agree where both see the person."""
    import numpy as np

    from ajahr_mm.rendering import Camera
    spent, errors, overlap = dict(ours=0., pyrender=0.), [], []
    for scene in _scenes:
        vertices, camera, looks = scene['vertices'], scene['camera'], scene['looks']
        start = time.perf_counter()
        frame = scene['renderer'].render(vertices, camera, *scene['args'], **looks)
        spent['ours'] += time.perf_counter() - start
        for i in range(len(vertices)):
            own = {name: looks[name][i] for name in ('vertex_color', 'texture') if looks.get(name) is not None}
            pinhole = Camera(camera.K[i % len(camera.K)], camera.size)
            start = time.perf_counter()
            color, depth = scene['peer'].render(vertices[i], pinhole, **own)
            spent['pyrender'] += time.perf_counter() - start
            both = (frame.alpha[i] == 255) & (color[..., 3] == 255)
            errors.append(((frame.rgb[i][both].astype(float) - color[both][:, :3]) ** 2).mean() if both.any() else 0)
            seen, known = frame.alpha[i] > 127, depth > 0
            overlap.append((seen & known).sum() / max((seen | known).sum(), 1))
    count = sum(len(scene['vertices']) for scene in _scenes)
    return dict({name: 1e3 * seconds / count for name, seconds in spent.items()}, pictures=count,
                psnr_db=float(10 * np.log10(255 ** 2 / max(np.median(errors), 1e-9))), overlap=float(np.median(overlap)))


# ---------------------------------------------------------------- the rounds

def measure(config: dict, num: int, warm_up: int, rounds: int, workers: int, with_peer: bool) -> Dict[str, Any]:
    """All figures; see the JSON file."""
    split, chunk = next(iter(config['pipeline']['splits'])), config['pipeline'].get('chunk', 25)
    step = -(-max(num, warm_up) // chunk) * chunk     # pictures start at whole chunks
    config['pipeline']['splits'] = {split: step * (rounds + 1) * (1 + workers)}
    starts = iter(range(0, step * (rounds + 1) * (1 + workers), step))

    def together(pools: List[ProcessPoolExecutor], count: int = num) -> Tuple[float, List[Made]]:
        begun = time.perf_counter()
        jobs = [pool.submit(make, Shard(split, start, start + count)) for pool, start in zip(pools, starts)]
        made = [job.result() for job in jobs]
        return time.perf_counter() - begun, made
    alone, crowd, races, spins = [], [], [], []
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        pools = [stack.enter_context(_process(config, Path(folder) / str(i))) for i in range(workers + with_peer)]
        everybody, peer = pools[:workers], pools[-1]
        together(everybody, warm_up)
        without = peer.submit(find_scenes, Shard(split, 0, chunk)).result() if with_peer else 'left out by --no-peer'
        for turn in range(rounds):
            one = everybody[turn % workers]     # in turns, so that all have the same in their caches
            single = one.submit(spin).result()
            spins.append(sum(job.result() for job in [pool.submit(spin) for pool in everybody]) / single)
            alone.append(together([one])[1][0])
            crowd.append(together(everybody))
            if without is None:
                races.append(peer.submit(race).result())
    return dict(one_core=_one_core(alone), several=dict(_several(alone, crowd), gain_of_an_empty_loop=median(spins)),
                pyrender=_peer(races) if races else without)


def _process(config: dict, out: Path) -> ProcessPoolExecutor:
    import multiprocessing
    return ProcessPoolExecutor(1, multiprocessing.get_context('spawn'), _start, (Job(config, out, 'mp', 1),))


def _one_core(alone: List[Made]) -> Dict[str, Any]:
    middle = median_low([made.seconds / made.count for made in alone])
    chosen = next(made for made in alone if made.seconds / made.count == middle)
    return dict(pictures_per_second=1 / middle, pictures_per_cpu_second=median([m.count / m.cpu_seconds for m in alone]),
                ms=1e3 * middle, stages_ms={name: 1e3 * value / chosen.count for name, value in chosen.stages.items()},
                pictures_per_second_of_rounds=[made.count / made.seconds for made in alone])


def _several(alone: List[Made], crowd: list) -> Dict[str, Any]:
    rates = [sum(made.count for made in some) / seconds for seconds, some in crowd]
    gains = [rate / (one.count / one.seconds) for rate, one in zip(rates, alone)]
    return dict(workers=len(crowd[0][1]), pictures_per_second=median(rates), gain=median(gains), gain_of_rounds=gains,
                megabytes_a_worker=max(made.memory for _, some in crowd for made in some) / 1e6)


def _peer(races: List[Dict[str, float]]) -> Dict[str, Any]:
    return dict(ratio=median([turn['pyrender'] / turn['ours'] for turn in races]),
                ms=median([turn['pyrender'] for turn in races]), ours_ms=median([turn['ours'] for turn in races]),
                **{name: races[0][name] for name in ('pictures', 'psnr_db', 'overlap')})


# ---------------------------------------------------------------- the report

def describe(config: dict, args: argparse.Namespace, load: List[float]) -> Dict[str, Any]:
    versions = dict(python=platform.python_version())
    for name in LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = None
    return dict(config=config['name'], image_size=config['pipeline'].get('image_size', 256), pictures_a_round=args.num,
                rounds=args.rounds, machine=reports.describe_machine(), load_average_before_and_after=load,
                versions=versions)


def judge(report: Dict[str, Any]) -> Dict[str, Optional[bool]]:
    """Whether each point is met; None where it was not measured."""
    several = report['several']
    return dict(pictures_per_second=report['one_core']['pictures_per_second'] >= PICTURES_PER_SECOND,
                gain_of_two_workers=several['gain'] >= GAIN if several['workers'] == 2 else None,
                megabytes_a_worker=several['megabytes_a_worker'] < MEGABYTES)


def show(report: Dict[str, Any]) -> None:
    words = {True: 'met', False: 'missed', None: 'not measured'}
    met = {name: words[value] for name, value in report['met'].items()}
    one, several, peer = report['one_core'], report['several'], report['pyrender']
    loads = ' and '.join(f'{load:.1f}' for load in report['load_average_before_and_after'])
    print(f'{report["config"]}, {report["image_size"]} px: {report["rounds"]} rounds of {report["pictures_a_round"]} '
          f'pictures; {report["machine"]}; load average before and after {loads}')
    print(f'{"stage":>12}{"ms a picture":>14}')
    for stage, ms in one['stages_ms'].items():
        print(f'{stage:>12}{ms:>14.2f}')
    print(f'{"all":>12}{one["ms"]:>14.2f}\n{one["pictures_per_second"]:.1f} pictures a second on one core, '
          f'{one["pictures_per_cpu_second"]:.1f} a second of processor time (asked {PICTURES_PER_SECOND}: '
          f'{met["pictures_per_second"]})')
    print(f'{several["workers"]} workers: {several["pictures_per_second"]:.1f} pictures a second, {several["gain"]:.2f} x '
          f'one (asked {GAIN} for 2: {met["gain_of_two_workers"]}); an empty loop gains '
          f'{several["gain_of_an_empty_loop"]:.2f} x here')
    print(f'memory of a worker: {several["megabytes_a_worker"]:.0f} MB (asked less than {MEGABYTES}: '
          f'{met["megabytes_a_worker"]})')
    if isinstance(peer, str):
        print(f'without pyrender: {peer}')
    else:
        print(f'{peer["pictures"]} scenes rendered: ours {peer["ours_ms"]:.2f} ms, pyrender {peer["ms"]:.2f} ms, ratio '
              f'{peer["ratio"]:.1f}; they agree to {peer["psnr_db"]:.1f} dB, silhouettes overlap by {peer["overlap"]:.1%}')


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', nargs='?', default='configs/synthesis/a3d_open.py', help='synthesis config')
    parser.add_argument('--num', type=int, default=100, help='pictures a process makes in a round')
    parser.add_argument('--warm-up', type=int, default=500, help='pictures each process makes before the first round')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--workers', type=int, default=2, help='processes at once')
    parser.add_argument('--no-peer', action='store_true', help='leave out pyrender')
    parser.add_argument('--json', help='JSON file to write')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction, help='overrides, e.g. pipeline.image_size=384')
    args = parser.parse_args()
    for name in ('num', 'warm_up', 'rounds', 'workers'):
        if getattr(args, name) < 1:
            raise UserError(f'--{name.replace("_", "-")} must be at least 1, got {getattr(args, name)}')
    return args


def main() -> None:
    args = parse_args()
    config = load_config(args.config, args.cfg_options).to_dict()
    settings.check(config)
    with explain_unknown_types():
        job = Job(config, Path(), 'none', 1)
        _ = job.pipeline, job.format    # refuses settings before processes are started
    load = [os.getloadavg()[0]]
    report = measure(config, args.num, args.warm_up, args.rounds, args.workers, not args.no_peer)
    load.append(os.getloadavg()[0])
    report = dict(describe(config, args, load), **report)
    report.update(asked=dict(pictures_per_second=PICTURES_PER_SECOND, gain_of_two_workers=GAIN,
                             megabytes_a_worker=MEGABYTES), met=judge(report))
    if args.json:
        with atomic_path(args.json) as path, open(path, 'w') as file:
            json.dump(report, file, indent=2)
    show(report)


if __name__ == '__main__':
    with exit_on_user_error():
        main()
