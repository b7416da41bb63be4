"""Measures what a large annotation table costs: opening time, memory of the main process and of each loader worker.

    python tools/benchmarks/annotation_table.py --rows 1000000 --json work_dirs/bench_table.json

Writes a table with all columns of ``BodyDataset`` (about 2.5 kB a row) and a tiny one, opens each in fresh processes and
reads random records with 2 forked and 2 spawned workers. What the tiny table costs (the interpreter, the libraries) is
subtracted. ``own`` memory is what nobody else has and the system cannot take back (anonymous pages of the main process,
private dirty pages of a worker); ``mapped`` are pages of the file that a process has looked at, which all processes share
and the system takes back when it needs them.
"""
import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict, List

import numpy as np

from ajahr_mm.io import UserError, atomic_path, exit_on_user_error
from ajahr_mm.io.npz_columns import Blocks, write_npz

_BLOCK = 20000
_SHAPES = dict(center=(2,), size=(), global_orient=(3,), body_pose=(69,), betas=(10,), transl=(3,), camera=(3,),
               root_offset=(3,), keypoints_2d=(44, 3), projected_2d=(44, 3), keypoints_3d=(44, 4), limb_extent=(4,))


def write_table(path: Path, rows: int) -> None:
    """A table of random people; written in blocks, so that it may be larger than the memory."""
    rng = np.random.default_rng(0)
    block = {name: rng.uniform(.5, 2.5, (_BLOCK, *shape)).astype(np.float32) for name, shape in _SHAPES.items()}
    columns: Dict[str, Any] = {name: Blocks((rows, *values.shape[1:]), np.float32, _repeated(values, rows))
                               for name, values in block.items()}
    columns['visibility'] = np.zeros((rows, 44), np.uint8)
    columns['image'] = Blocks((rows,), np.dtype('U24'), (
        np.array([f'images/{i // 1000:06d}/{i:09d}' for i in range(start, min(start + _BLOCK, rows))])
        for start in range(0, rows, _BLOCK)))
    write_npz(path, columns)


def _repeated(values: np.ndarray, rows: int):
    return (values[:rows - start] for start in range(0, rows, _BLOCK))


def memory() -> Dict[str, float]:
    """MB of this process: resident, anonymous, private dirty and mapped pages."""
    found = {}
    for line in Path('/proc/self/smaps_rollup').read_text().splitlines()[1:]:
        name, value = line.split()[:2]
        found[name.rstrip(':')] = int(value) / 1024
    return dict(resident=found['Rss'], anonymous=found['Anonymous'], dirty=found['Private_Dirty'],
                mapped=found['Rss'] - found['Anonymous'])


class Probe:
    """Reads records and answers with the memory of the process that read them."""

    def __init__(self, dataset) -> None:
        self.dataset = dataset

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int):
        return self.dataset.get_data_info(index)['keypoints_2d'].sum()


def last_word(batch: list) -> Dict[str, Any]:
    return dict(memory(), pid=os.getpid())


def measure(path: str, method: str, reads: int) -> Dict[str, Any]:
    """One fresh process: opens the table and reads ``reads`` random records in two workers."""
    from torch.utils.data import DataLoader

    from ajahr_mm.datasets import BodyDataset
    start, start_cpu = time.perf_counter(), time.process_time()
    dataset = BodyDataset(ann_file=path)
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - start_cpu
    after = memory()
    order = np.random.default_rng(0).integers(0, len(dataset), reads).tolist()
    loader = DataLoader(Probe(dataset), batch_size=50, sampler=order, num_workers=2, collate_fn=last_word,
                        multiprocessing_context=method)
    workers = {word['pid']: word for word in loader}
    return dict(seconds=seconds, cpu_seconds=cpu_seconds, after=after, workers=list(workers.values()))


def in_fresh_process(path: Path, method: str, reads: int) -> Dict[str, Any]:
    command = [sys.executable, __file__, '--measure', str(path), '--method', method, '--reads', str(reads)]
    done = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ, OMP_NUM_THREADS='1'))
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def compare(folder: Path, rows: int, reads: int) -> Dict[str, Any]:
    """All figures of one run: large minus tiny."""
    folder.mkdir(parents=True, exist_ok=True)
    large, tiny = folder / f'table_{rows}.npz', folder / 'table_1000.npz'
    for path, count in ((large, rows), (tiny, 1000)):
        if not path.exists():
            write_table(path, count)
    report: Dict[str, Any] = dict(rows=rows, megabytes=large.stat().st_size / 2 ** 20)
    for note in (folder / '.ajahr_cache').glob(f'{large.name}.*'):
        note.unlink()
    openings: List[dict] = []
    for method in ('fork', 'spawn'):
        big, base = in_fresh_process(large, method, reads), in_fresh_process(tiny, method, reads)
        openings.append(big)
        report[method] = dict(
            main_own=big['after']['anonymous'] - base['after']['anonymous'],
            main_resident=big['after']['resident'],
            worker_own=max(w['dirty'] for w in big['workers']) - max(w['dirty'] for w in base['workers']),
            worker_resident=max(w['resident'] for w in big['workers']),
            worker_mapped=max(w['mapped'] for w in big['workers']) - max(w['mapped'] for w in base['workers']))
    report.update(first_opening_s=openings[0]['seconds'], first_opening_cpu_s=openings[0]['cpu_seconds'],
                  later_opening_s=openings[1]['seconds'])
    return report


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--rows', type=int, default=1_000_000)
    parser.add_argument('--reads', type=int, default=20_000, help='random records read by the two workers together')
    parser.add_argument('--folder', type=Path, default=Path('work_dirs/bench_table'), help='where the tables are kept')
    parser.add_argument('--json', type=Path, help='JSON file to write')
    parser.add_argument('--measure', help=argparse.SUPPRESS)
    parser.add_argument('--method', default='fork', help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    if args.measure:
        print(json.dumps(measure(args.measure, args.method, args.reads)))
        return
    if args.rows < 1 or args.reads < 100:
        raise UserError('--rows must be at least 1 and --reads at least 100.')
    report = compare(args.folder, args.rows, args.reads)
    print(f'{report["rows"]} rows, {report["megabytes"]:.0f} MB on disk')
    print(f'opening: {report["first_opening_s"]:.2f} s the first time, when every value is checked '
          f'({report["first_opening_cpu_s"]:.2f} s of it on the processor), {report["later_opening_s"]:.3f} s from then on')
    print(f'{"MB":>8}{"main own":>12}{"main RSS":>12}{"worker own":>12}{"worker RSS":>12}{"of it mapped":>14}')
    for method in ('fork', 'spawn'):
        row = report[method]
        print(f'{method:>8}{row["main_own"]:12.1f}{row["main_resident"]:12.1f}{row["worker_own"]:12.1f}'
              f'{row["worker_resident"]:12.1f}{row["worker_mapped"]:14.1f}')
    if args.json:
        with atomic_path(args.json) as path:
            path.write_text(json.dumps(report, indent=2))


if __name__ == '__main__':
    with exit_on_user_error():
        main()
