"""Makes a whole set: shards over worker processes, restart, tokenizer poses, card and contact sheet."""
import hashlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Iterator, List, Mapping, Optional

from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis import card, shards
from ajahr_mm.synthesis.shards import Shard
from ajahr_mm.version import __version__

_THREAD_VARIABLES = ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS')
_pipeline = None


def fingerprint(config: Mapping) -> str:
    """Short checksum of everything that decides the pictures."""
    settings = {key: config[key] for key in ('pipeline', 'pose_sets', 'shard_size')}
    text = json.dumps([__version__, settings], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def generate(config: Mapping, out: Path, workers: int = 2) -> Path:
    """Makes or completes the set of a synthesis config in ``out``; returns the dataset card.

    ``config`` holds ``name``, ``pipeline`` (SYNTHESIS config), ``shard_size`` and ``pose_sets`` (split -> count).
    The files do not depend on ``workers`` nor on interruptions. A finished set is left as it is.

    Raises:
        UserError: ``out`` holds another set, or a setting is impossible.
    """
    out = Path(out)
    _check(config, workers)
    pipeline = SYNTHESIS.build(dict(config['pipeline']))
    _claim(out, config)
    plan = shards.plan(pipeline.splits, config['shard_size'])
    todo = shards.pending(plan, out)
    total, started = sum(shard.stop - shard.start for shard in todo), time.perf_counter()
    done = 0
    for shard in _work(config, pipeline, todo, out, workers):
        count = shard.stop - shard.start
        done += count
        _progress(done, count, total, time.perf_counter() - started)
    for split in pipeline.splits:
        shards.merge(plan, split, out)
    for split, count in config['pose_sets'].items():
        path = out / f'poses_{split}.npz'
        if not path.exists():
            shards.save_columns(path, pipeline.pose_set(count, split))
    card.write(config, pipeline, out)
    return out / 'dataset_card.json'


def _check(config: Mapping, workers: int) -> None:
    chunk, size = config['pipeline'].get('chunk', 25), config['shard_size']
    if size % chunk:
        raise UserError(f'shard_size {size} is not a multiple of pipeline.chunk {chunk}; chunks may not straddle shards')
    if workers < 0:
        raise UserError(f'--workers must be 0 or more, got {workers}')
    for split, count in (*config['pipeline']['splits'].items(), *config['pose_sets'].items()):
        if not isinstance(count, int) or count < 1:
            raise UserError(f'the {split} split asks for {count!r} items; give a whole number of at least 1')


def _claim(out: Path, config: Mapping) -> None:
    """Marks ``out`` with the config's checksum, so that two different sets are never mixed."""
    mark, wanted = out / '.synthesis', fingerprint(config)
    if mark.exists():
        if mark.read_text().strip() != wanted:
            raise UserError(f'{out} holds a set made with other settings; delete it or choose another folder')
        return
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(f'{out} exists and is not a set of this tool; delete it or choose another folder')
    with atomic_path(mark) as temporary:
        temporary.write_text(wanted + '\n')


def _start_worker(pipeline_config: dict, custom_imports: Optional[dict]) -> None:
    """Builds the pipeline of a fresh process. One thread a worker: more would fight over the cores."""
    global _pipeline
    import cv2
    import torch
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    if custom_imports:
        from mmengine.utils import import_modules_from_strings
        import_modules_from_strings(**custom_imports)
    _pipeline = SYNTHESIS.build(pipeline_config)


def _make(task) -> Shard:
    shard, out = task
    shards.write(shard, _pipeline.render(*shard), out)
    return shard


def _work(config: Mapping, pipeline, todo: List[Shard], out: Path, workers: int) -> Iterator[Shard]:
    """Makes the shards, here (0 or 1 workers) or in fresh processes, and yields each when it is on disk."""
    if min(workers, len(todo)) <= 1:
        for shard in todo:
            shards.write(shard, pipeline.render(*shard), out)
            yield shard
        return
    import multiprocessing
    tasks, workers = [(shard, out) for shard in todo], min(workers, len(todo))
    arguments = dict(config['pipeline']), config.get('custom_imports')
    before = {name: os.environ.get(name) for name in _THREAD_VARIABLES}
    os.environ.update({name: '1' for name in _THREAD_VARIABLES})                 # read when a worker imports its libraries
    try:
        with multiprocessing.get_context('spawn').Pool(workers, _start_worker, arguments) as pool:
            yield from pool.imap_unordered(_make, tasks)
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _progress(done: int, new: int, total: int, seconds: float) -> None:
    """A bar on a terminal, at most ten lines in a log file."""
    rate = done / max(seconds, 1e-6)
    text = f'{done}/{total} pictures, {rate:.0f}/s, {(total - done) / max(rate, 1e-6):.0f} s left'
    if sys.stderr.isatty():
        filled = int(30 * done / total)
        print(f'\r[{"#" * filled}{"." * (30 - filled)}] {text}   ', end='\n' if done == total else '', file=sys.stderr)
    elif done * 10 // total != (done - new) * 10 // total:
        print(text, file=sys.stderr, flush=True)
