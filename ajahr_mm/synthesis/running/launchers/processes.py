"""``--launcher mp``: fresh processes on this machine."""
import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Iterator, Optional, Sequence

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.output.shards import Shard
from ajahr_mm.synthesis.running import threads
from ajahr_mm.synthesis.running.job import Job
from ajahr_mm.synthesis.running.launchers.launcher import Launcher
from ajahr_mm.synthesis.running.reports import Report
from ajahr_mm.synthesis.running.share import Share

_job: Optional[Job] = None


class Processes(Launcher):
    """One spawned process of one thread for each worker. Workers end with this process, however it ends.

    Args:
        workers, share: as of every launcher.
        deaths: how often workers may be killed (memory) before the run stops; shards that were lost are made again.
    """
    name = 'mp'

    def __init__(self, workers: int = 2, share: Share = Share(), deaths: int = 3) -> None:
        super().__init__(workers, share)
        self.deaths = deaths

    def run(self, job: Job, shards: Sequence[Shard]) -> Iterator[Report]:
        left, died = set(shards), 0
        while left:
            try:
                for report in self._run(job, [shard for shard in shards if shard in left]):
                    left.remove(report.shard)
                    yield report
            except BrokenProcessPool:
                died += 1
                if died > self.deaths:
                    raise UserError(
                        f'workers were killed {died} times, most likely for want of memory; run the same command again with '
                        f'fewer than {self.workers} --workers: it goes on where this one stopped') from None

    def _run(self, job: Job, shards: Sequence[Shard]) -> Iterator[Report]:
        strangers = set(multiprocessing.active_children())
        pool = ProcessPoolExecutor(min(self.workers, len(shards)), multiprocessing.get_context('spawn'), _start, (job,))
        try:
            with threads.inherited(), _deaf():
                finished = [pool.submit(_make, shard) for shard in shards]
            for future in as_completed(finished):
                yield future.result()
        except BaseException:
            for child in set(multiprocessing.active_children()) - strangers:
                child.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes that are started meanwhile never hear of Ctrl-C: this process ends them, and speaks for all."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _start(job: Job) -> None:
    """First thing in a worker."""
    global _job
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))      # an exception, so that unfinished files are removed
    threading.Thread(target=_end_with_parent, daemon=True).start()
    threads.use_one()
    _job = job


def _end_with_parent() -> None:
    multiprocessing.parent_process().join()
    os._exit(1)


def _make(shard: Shard) -> Report:
    try:
        return _job.make(shard)
    except SystemExit:      # the executor would pass it on and take the next shard
        os._exit(1)
