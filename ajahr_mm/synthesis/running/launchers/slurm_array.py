"""``--launcher slurm``: one of the tasks of a Slurm array or step; together they make the set."""
import os
from typing import Iterator, Mapping, Optional, Sequence

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.output.shards import Shard
from ajahr_mm.synthesis.running.job import Job
from ajahr_mm.synthesis.running.launchers.in_process import InProcess
from ajahr_mm.synthesis.running.launchers.launcher import Launcher
from ajahr_mm.synthesis.running.launchers.processes import Processes
from ajahr_mm.synthesis.running.reports import Report
from ajahr_mm.synthesis.running.share import Share


class SlurmArray(Launcher):
    """Makes the share of this task, in this process or, with several workers, in processes of its own.

    Args:
        workers: processes of this task.
        share: of this task; default what Slurm says.

    Raises:
        UserError: Slurm says nothing, or the array has gaps.
    """
    name = 'slurm'

    def __init__(self, workers: int = 1, share: Optional[Share] = None) -> None:
        super().__init__(workers, share or share_of(os.environ))

    def run(self, job: Job, shards: Sequence[Shard]) -> Iterator[Report]:
        inner = Processes(self.workers) if self.workers > 1 else InProcess()
        yield from inner.run(job, shards)


def share_of(environment: Mapping[str, str]) -> Share:
    """The share that the variables of an array (first) or of a step started with ``srun`` tell."""
    if 'SLURM_ARRAY_TASK_ID' in environment:
        names = 'SLURM_ARRAY_TASK_ID', 'SLURM_ARRAY_TASK_COUNT'
        first, step = environment.get('SLURM_ARRAY_TASK_MIN', '0'), environment.get('SLURM_ARRAY_TASK_STEP', '1')
    else:
        names, first, step = ('SLURM_PROCID', 'SLURM_NTASKS'), '0', '1'
    try:
        task, count, first, step = (int(text) for text in (*map(environment.__getitem__, names), first, step))
    except (KeyError, ValueError):
        raise UserError('--launcher slurm finds no number of a task in SLURM_ARRAY_TASK_ID and SLURM_ARRAY_TASK_COUNT or in '
                        'SLURM_PROCID and SLURM_NTASKS; start it with tools/slurm_synthesize.sh, or give '
                        '--shard i/n') from None
    number, rest = divmod(task - first, max(step, 1))
    if rest or not 0 <= number < count:
        raise UserError(f'task {task} of a Slurm array of {count} that begins at {first} is no share of the work; use an '
                        'array without gaps, or give --shard i/n')
    return Share(number, count)
