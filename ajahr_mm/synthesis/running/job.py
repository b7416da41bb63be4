"""A set to be made, as it travels to the processes that make its shards."""
import time
from functools import cached_property
from pathlib import Path
from typing import Mapping, Set

from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.output.shards import Shard
from ajahr_mm.synthesis.running import reports
from ajahr_mm.synthesis.running.reports import Report

DEFAULT_FORMAT = dict(type='FolderFormat')


class Job:
    """Makes shards. Only the arguments travel: each process builds the pipeline for itself, once, when it needs it.

    Args:
        config: synthesis config of plain values.
        out: folder of the set.
        launcher, workers: who makes it, for the reports.
    """

    def __init__(self, config: Mapping, out: Path, launcher: str, workers: int) -> None:
        self.config, self.out, self.launcher, self.workers = config, Path(out).absolute(), launcher, workers
        self._reported: Set[str] = set()

    def __reduce__(self):
        return Job, (self.config, self.out, self.launcher, self.workers)

    @cached_property
    def pipeline(self):
        """Raises UserError for settings its parts refuse."""
        if self.config.get('custom_imports'):
            from mmengine.utils import import_modules_from_strings
            import_modules_from_strings(**self.config['custom_imports'])
        return SYNTHESIS.build(dict(self.config['pipeline']))

    @cached_property
    def format(self):
        return SYNTHESIS.build(dict(self.config.get('format') or DEFAULT_FORMAT))

    def make(self, shard: Shard) -> Report:
        """Renders and writes a shard, and reports it.

        Raises:
            UserError: the disk is full, or a file cannot be used and the part that reads it is strict.
        """
        pipeline = self.pipeline
        start = time.perf_counter()
        self.format.write(shard, pipeline.render(*shard), self.out)
        new = {str(file): why for file, why in pipeline.skipped.items() if str(file) not in self._reported}
        report = Report(shard, round(time.perf_counter() - start, 3), reports.peak_memory(), new, self.launcher,
                        self.workers, reports.describe_machine())
        reports.write(report, self.out)
        self._reported.update(new)
        return report
