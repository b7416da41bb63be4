"""The interface of everything that can make many shards."""
from typing import Iterator, Optional, Sequence

from ajahr_mm.synthesis.output.shards import Shard
from ajahr_mm.synthesis.running.job import Job
from ajahr_mm.synthesis.running.reports import Report
from ajahr_mm.synthesis.running.share import Share


class Launcher:
    """Makes shards, somewhere. The files are the same for all launchers.

    Args:
        workers: processes that work at the same time; None if the launcher finds out.
        share: the part of the set that is made here.

    Attributes:
        name: word of ``--launcher``.
    """
    name = ''

    def __init__(self, workers: Optional[int] = 1, share: Share = Share()) -> None:
        self.workers, self.share = workers, share

    def run(self, job: Job, shards: Sequence[Shard]) -> Iterator[Report]:
        """Makes the shards in any order and yields the report of each when it is on the disk.

        Whoever stops iterating ends the workers.

        Raises:
            UserError: as :meth:`Job.make`, word for word, from whichever process; or workers die again and again.
        """
        raise NotImplementedError
