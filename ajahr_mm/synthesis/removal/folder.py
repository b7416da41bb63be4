"""A folder of pictures with people in, a folder of backgrounds and ``report.json`` out."""
import json
from functools import cached_property
from pathlib import Path
from typing import Any, Dict, Mapping, NamedTuple, Optional, Union

from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.output import disk
from ajahr_mm.synthesis.removal.finished_log import FinishedLog
from ajahr_mm.synthesis.removal.pictures import FORMATS, Images, list_pictures, read_picture, write_picture
from ajahr_mm.synthesis.removal.summary import summarise
from ajahr_mm.synthesis.running import progress
from ajahr_mm.synthesis.running.launchers import make_launcher

PICTURES, REPORT = 'pictures', 'report.json'


class PictureReport(NamedTuple):
    """What became of one file; the launchers of the generator pass it on like the report of a shard."""
    shard: str                      # its relative path
    record: Optional[dict]          # None if it could not be read
    skipped: Dict[str, str]         # relative path -> why
    pictures: int = 1


class CleaningJob:
    """Cleans single pictures. Only the arguments travel: each process builds the engines for itself, once.

    Args:
        config: ``cleaner`` (SYNTHESIS config), and if wanted ``custom_imports``.
        files: relative path -> file.
        format: 'png' or 'jpg'.
        strict: a picture that cannot be read is an error.
    """

    def __init__(self, config: Mapping, files: Mapping[str, Path], out: Path, format: str = 'png', strict: bool = False):
        self.config, self.files, self.out, self.format, self.strict = config, files, Path(out), format, strict

    def __reduce__(self):
        return CleaningJob, (self.config, self.files, self.out, self.format, self.strict)

    @cached_property
    def cleaner(self):
        """Raises UserError for settings its parts refuse."""
        if self.config.get('custom_imports'):
            from mmengine.utils import import_modules_from_strings
            import_modules_from_strings(**self.config['custom_imports'])
        return SYNTHESIS.build(dict(self.config['cleaner']))

    def make(self, name: str) -> PictureReport:
        """Cleans a picture and writes it.

        Raises:
            UserError: the disk is full; or the picture cannot be used, where the job is strict.
        """
        cleaner = self.cleaner
        try:
            image, scale = read_picture(self.files[name], cleaner.longest)
            found = cleaner(image)
        except UserError as error:
            if self.strict:
                raise UserError(f'{name}: {error}') from None
            return PictureReport(name, None, {name: str(error)})
        cleaned = None
        if found.image is not None:
            cleaned = f'{PICTURES}/{name}.{self.format}'
            with disk.explained(self.out, found.image.nbytes):
                write_picture(found.image, self.out / cleaned)
        record = dict(cleaned=cleaned, dropped=found.dropped, ssim=found.ssim, lpips=found.lpips, people=found.people,
                      cover=round(found.cover, 4), scale=round(scale, 6), bytes=self.files[name].stat().st_size)
        return PictureReport(name, record, {})


def clean_folder(config: Mapping, images: Images, out: Union[str, Path], workers: int = 1, strict: bool = False,
                 format: str = 'png') -> dict:
    """Cleans all pictures of a folder, or those of a list; returns the content of ``report.json``.

    A run that was stopped goes on; pictures that are finished are not cleaned again. The files do not depend on ``workers``.

    Args:
        config: see :class:`CleaningJob`.
        out: gets ``pictures/<source path>.<format>``, ``report.json`` and ``finished.jsonl``. In the report, ``scale`` is
            the size of the cleaned picture over that of its source, ``cover`` the share of it that was made up.
        strict: stop at the first picture that cannot be read, instead of skipping it.

    Raises:
        UserError: nothing to clean, ``out`` holds something else, an engine refuses its settings or weights, the disk is
            full.
    """
    out = Path(out)
    if format not in FORMATS:
        raise UserError(f'cleaned pictures cannot be written as {format!r}: take {" or ".join(FORMATS)}')
    root, files = list_pictures(images, without=out)
    job, launcher = CleaningJob(config, files, out.absolute(), format, strict), make_launcher(None, workers)
    engines, unmeasured = _plain(job.cleaner.engines), job.cleaner.skipped    # a mistake in them leaves no folder
    if workers > 1:
        del job.cleaner             # each worker builds its own; large networks need not lie here as well
    log = FinishedLog(out, _plain(dict(cleaner=config['cleaner'], source=root.absolute(), format=format)))
    todo = [name for name in files if not _is_finished(log.records.get(name), files[name], out)]
    skipped: Dict[str, str] = {}
    if todo:
        for report in progress.watch(launcher.run(job, todo), len(todo)):
            skipped.update(report.skipped)
            if report.record is not None:
                with disk.explained(out, 1 << 12):
                    log.add(report.shard, report.record)
    pictures = {name: log.records[name] for name in files if name not in skipped}
    skipped = dict(sorted(skipped.items()))
    report = dict(source=str(root), engines=engines, pictures=pictures, skipped=skipped,
                  summary=summarise(pictures, skipped, unmeasured))
    with disk.explained(out, 1 << 20), atomic_path(out / REPORT) as temporary:
        temporary.write_text(json.dumps(report, indent=1) + '\n', encoding='utf-8')
    return report


def _is_finished(record: Optional[dict], file: Path, out: Path) -> bool:
    """Whether a picture was looked at, is still the same, and its cleaned copy is still there."""
    return (record is not None and record['bytes'] == file.stat().st_size
            and (record['cleaned'] is None or (out / record['cleaned']).is_file()))


def _plain(value: Any) -> Any:
    """Settings as JSON has them: paths as text."""
    return json.loads(json.dumps(value, default=str))
