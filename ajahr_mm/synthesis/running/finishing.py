"""The end of a set: annotations of each split, poses for the tokenizers, cost, card. One process does it, once."""
import json
import shutil
from pathlib import Path
from typing import List, Sequence

from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.synthesis.output import card, disk
from ajahr_mm.synthesis.output.shards import Shard
from ajahr_mm.synthesis.output.tables import save_columns
from ajahr_mm.synthesis.running import quality, reports
from ajahr_mm.synthesis.running.claim import WORKSHOP, locked, writing
from ajahr_mm.synthesis.running.job import Job

_BEGUN = 'begun'
_BYTES_A_POSE = 73 * 4
_BYTES = 1 << 20


def begin(out: Path) -> None:
    """Says that there is work on the set; whoever finishes it takes that back."""
    with writing(out):
        (out / WORKSHOP / _BEGUN).touch()


def is_finished(out: Path) -> bool:
    """Whether the set is all there and nobody has begun to work on it."""
    return (out / card.NAME).exists() and not (out / WORKSHOP / _BEGUN).exists()


def finish(job: Job, plan: Sequence[Shard]) -> List[reports.Report]:
    """Completes a set whose shards are all made; returns their reports.

    Killed at any point, it is done again. Of two that come at the same time one waits, and finds nothing to do.

    Raises:
        UserError: the disk is full.
    """
    out = job.out
    with locked(out):
        told = reports.read_all(plan, out)
        for split in job.pipeline.splits:
            job.format.finish(split, plan, out)
        if not is_finished(out):
            _pose_sets(job)
            measured = quality.measure(job)
            with disk.explained(out, _BYTES):
                with atomic_path(out / card.COST) as temporary:
                    temporary.write_text(json.dumps(reports.cost(told), indent=1) + '\n', encoding='utf-8')
                card.write(job.config, job.pipeline, out, dict(skipped=reports.skipped(told), quality=measured))
        close(out)
    return told


def _pose_sets(job: Job) -> None:
    for split, count in job.config['pose_sets'].items():
        path = job.out / f'poses_{split}.npz'
        if not path.exists():
            with disk.explained(job.out, count * _BYTES_A_POSE):
                save_columns(path, job.pipeline.pose_set(count, split))


def close(out: Path) -> None:
    """Removes what only the work on a set needed, and what killed runs left; first of all the word that there is any."""
    (out / WORKSHOP / _BEGUN).unlink(missing_ok=True)
    shutil.rmtree(out / reports.FOLDER, ignore_errors=True)
    disk.sweep(out / WORKSHOP)
    for path in [path for path in out.iterdir() if path.is_file()]:
        disk.sweep(out, f'.{path.stem}-')       # names of ``atomic_path``
