"""How far the work is: a bar on a terminal, at most ten lines in a log."""
import sys
import time
from typing import Iterable, Iterator

from ajahr_mm.synthesis.running.reports import Report


class Progress:
    """Counts the pictures, and the files that could not be used.

    Args:
        total: pictures to be made.
        clock: seconds, for the rate and the time left.
    """

    def __init__(self, total: int, clock=time.perf_counter) -> None:
        self.total, self._clock, self._start = total, clock, clock()
        self.done, self._skipped = 0, set()

    def add(self, report: Report) -> bool:
        """Takes in a finished shard; returns whether another tenth of the work is behind us."""
        before, self.done = self.done, self.done + report.pictures
        self._skipped.update(report.skipped)
        return self.done * 10 // self.total != before * 10 // self.total

    def line(self) -> str:
        """``1200/5000 pictures, 118/s, 32 s left, files skipped: 2``."""
        rate = self.done / max(self._clock() - self._start, 1e-6)
        left = _span((self.total - self.done) / max(rate, 1e-6))
        files = f', files skipped: {len(self._skipped)}' if self._skipped else ''
        return f'{self.done}/{self.total} pictures, {rate:.0f}/s, {left} left{files}'


def watch(finished: Iterable[Report], total: int) -> Iterator[Report]:
    """Passes the reports on and tells on stderr how far the work is."""
    progress = Progress(total)
    if not sys.stderr.isatty():
        for report in finished:
            if progress.add(report):
                print(progress.line(), file=sys.stderr, flush=True)
            yield report
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar
    with Bar(BarColumn(), TextColumn('{task.description}'), console=Console(stderr=True)) as bar:
        task = bar.add_task(f'0/{total} pictures', total=total)
        for report in finished:
            progress.add(report)
            bar.update(task, completed=progress.done, description=progress.line())
            yield report


def _span(seconds: float) -> str:
    """``32 s``, ``5:02 min`` or ``3:20 h``."""
    seconds = round(seconds)
    if seconds < 100:
        return f'{seconds} s'
    minutes = seconds // 60
    return f'{minutes}:{seconds % 60:02d} min' if minutes < 100 else f'{minutes // 60}:{minutes % 60:02d} h'
