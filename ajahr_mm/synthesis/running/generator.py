"""Makes a whole set, or a share of it: what is missing, by whichever launcher, until nothing is."""
from contextlib import closing
from pathlib import Path
from typing import Dict, Mapping, NamedTuple, Optional

from ajahr_mm.synthesis.output import card
from ajahr_mm.synthesis.output.shards import plan as plan_shards
from ajahr_mm.synthesis.running import finishing, progress, reports, settings
from ajahr_mm.synthesis.running.claim import claim
from ajahr_mm.synthesis.running.job import Job
from ajahr_mm.synthesis.running.launchers import make_launcher
from ajahr_mm.synthesis.running.share import Share


class Outcome(NamedTuple):
    """What a run leaves behind."""
    card: Optional[Path]        # the dataset card; None while shards of others are missing
    missing: int                # shards of the set that are not made yet
    shards: int                 # of the whole set
    pictures: int               # made in this run
    skipped: Dict[str, str]     # file -> why it could not be used: in this run, or by all if the set is finished


def generate(config: Mapping, out: Path, workers: Optional[int] = 1, launcher: Optional[str] = None,
             share: Optional[Share] = None) -> Outcome:
    """Makes or completes the set of a synthesis config in ``out``.

    The files depend neither on workers, launcher and shares nor on interruptions. A finished set is left as it is. Whoever
    finds that no shard is missing finishes the set.

    Args:
        config: ``name``, ``pipeline`` (SYNTHESIS config), ``shard_size``, ``pose_sets`` (split -> count), and if wanted
            ``format`` (SYNTHESIS config) and ``custom_imports``.
        workers, launcher: see :func:`~ajahr_mm.synthesis.running.launchers.make_launcher`.
        share: the part to make; default all, or what Slurm says.

    Raises:
        UserError: ``out`` holds another set, a setting is impossible, a file is unusable for a strict part, or the disk
            is full.
    """
    out = Path(out)
    settings.check(config)
    runner = make_launcher(launcher, workers, share)
    job = Job(config, out, runner.name, (runner.workers or 1) * runner.share.of)
    splits, _ = job.pipeline.splits, job.format         # built before anything is written: a mistake leaves no folder
    claim(out, config)
    plan = plan_shards(splits, config['shard_size'])
    todo = reports.unfinished(plan, out)
    if not todo and finishing.is_finished(out):
        finishing.close(out)        # a run may have been killed while it did so
        return Outcome(out / card.NAME, 0, len(plan), 0, {})
    finishing.begin(out)
    mine, made = set(runner.share.pick(plan)), []
    if shards := [shard for shard in todo if shard in mine]:
        with closing(runner.run(job, shards)) as finished:
            made = list(progress.watch(finished, sum(shard.stop - shard.start for shard in shards)))
    pictures, missing = sum(report.pictures for report in made), len(reports.unfinished(plan, out))
    if missing:
        return Outcome(None, missing, len(plan), pictures, reports.skipped(made))
    told = finishing.finish(job, plan)
    return Outcome(out / card.NAME, 0, len(plan), pictures, reports.skipped([*told, *made]))
