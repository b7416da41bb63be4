"""``--launcher none``: the shards one after another, in this process."""
from typing import Iterator, Sequence

from ajahr_mm.synthesis.output.shards import Shard
from ajahr_mm.synthesis.running import threads
from ajahr_mm.synthesis.running.job import Job
from ajahr_mm.synthesis.running.launchers.launcher import Launcher
from ajahr_mm.synthesis.running.reports import Report


class InProcess(Launcher):
    """No other processes, and one thread."""
    name = 'none'

    def run(self, job: Job, shards: Sequence[Shard]) -> Iterator[Report]:
        with threads.one():
            yield from map(job.make, shards)
