"""What the makers of shards report: time, memory, and files that could not be used. One small file a shard.

The reports outlive whoever writes them, so cost and skipped files of all runs, on all machines, come together in the end.
"""
import json
import os
import platform
from pathlib import Path
from typing import Dict, Iterable, List, NamedTuple, Sequence

from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.safe_load import load_json
from ajahr_mm.synthesis.output import disk
from ajahr_mm.synthesis.output.shards import Shard, pending
from ajahr_mm.synthesis.output.tables import table_of
from ajahr_mm.synthesis.running.claim import WORKSHOP

FOLDER = f'{WORKSHOP}/reports'
_BYTES = 1 << 14


class Report(NamedTuple):
    """Of one shard."""
    shard: Shard
    seconds: float              # in which one process was busy with it
    memory: int                 # bytes, the most that process ever had
    skipped: Dict[str, str]     # file -> why it cannot be used, if not reported by that process before
    launcher: str
    workers: int                # of all runs that share the work at that time
    machine: str

    @property
    def pictures(self) -> int:
        return self.shard.stop - self.shard.start


def path_of(shard: Shard, out: Path) -> Path:
    return out / FOLDER / f'{shard.split}-{shard.start:07d}.json'


def write(report: Report, out: Path) -> None:
    """Whole or absent. Raises UserError when the disk is full."""
    try:
        with disk.explained(out, _BYTES), atomic_path(path_of(report.shard, out)) as temporary:
            temporary.write_text(json.dumps(report._asdict()), encoding='utf-8')
    except FileNotFoundError:       # swept away just now: somebody else makes the same set and has finished it
        if table_of(report.shard.split, out) is None:
            raise


def read_all(plan: Iterable[Shard], out: Path) -> List[Report]:
    """The reports of these shards that are there, in their order."""
    paths = [path_of(shard, out) for shard in plan]
    contents = [load_json(path) for path in paths if path.exists()]
    return [Report(**{**content, 'shard': Shard(*content['shard'])}) for content in contents]


def unfinished(plan: Sequence[Shard], out: Path) -> List[Shard]:
    """Shards that have to be made. One whose maker was killed before it could report is made again."""
    todo, folder = set(pending(plan, out)), out / FOLDER
    reported = set(os.listdir(folder)) if folder.is_dir() else set()
    merged = {split for split in {shard.split for shard in plan} if table_of(split, out) is not None}
    return [shard for shard in plan if shard in todo
            or (shard.split not in merged and path_of(shard, out).name not in reported)]


def cost(reports: Sequence[Report]) -> dict:
    """The content of ``cost.json``. Time lost with a killed shard is not in it, so seconds a picture mean what they say."""
    def named(values: Iterable[str]) -> str:
        return ', '.join(sorted(set(values)))
    return dict(seconds=round(sum(report.seconds for report in reports), 2),
                pictures=sum(report.pictures for report in reports),
                workers=max((report.workers for report in reports), default=0),
                launcher=named(report.launcher for report in reports), machine=named(report.machine for report in reports),
                megabytes_a_worker=max((report.memory for report in reports), default=0) >> 20)


def skipped(reports: Iterable[Report]) -> Dict[str, str]:
    """All files that could not be used, by name."""
    return dict(sorted(pair for report in reports for pair in report.skipped.items()))


def describe_machine() -> str:
    """Processor and operating system, without the name of the machine."""
    try:
        lines = Path('/proc/cpuinfo').read_text().splitlines()
        processor = next(line.partition(':')[2].strip() for line in lines if line.startswith('model name'))
    except (OSError, StopIteration):
        processor = platform.processor() or platform.machine()
    return f'{processor}, {os.cpu_count()} cores, {platform.system()}'


def peak_memory() -> int:
    """Bytes this process had at most. Linux counts what its parent had before into the usual figure, but not into VmHWM."""
    import resource
    status = Path('/proc/self/status')
    if status.exists():
        return next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line.startswith('VmHWM'))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if platform.system() == 'Darwin' else peak * 1024
