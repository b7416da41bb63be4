"""What is measured of a finished set for its card (paper supp. D, Table A).

How much of the space of poses it covers, and how close its pictures are to the photographs whose people they replace.
"""
from pathlib import Path
from typing import Dict, Iterator, Mapping, Tuple

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.backgrounds.picture_files import PictureReader, cut_box
from ajahr_mm.synthesis.poses.coverage import coverage
from ajahr_mm.synthesis.running.job import Job

DEFAULT = dict(type='PictureQuality')
#: So many poses and pictures, evenly chosen, stand for all.
_POSES, _PICTURES = 2000, 400


def measure(job: Job) -> Dict[str, Mapping]:
    """Sections of the card: ``poses`` of the first split, and ``pictures`` where people were put into photographs.

    The config may name what pictures are compared by: ``quality=dict(type='PictureQuality', alexnet=FILE)``.
    """
    split = next(iter(job.pipeline.splits))
    table, sections = job.format.table(split, job.out), {}
    if hasattr(job.pipeline.poses, 'reference') and len(table['body_pose']):
        sections['poses'] = coverage(job.pipeline.poses.reference(_POSES), np.asarray(table['body_pose']))
    if (np.asarray(table['source_picture']) != '').any():
        pictures = SYNTHESIS.build(dict(job.config.get('quality') or DEFAULT))
        sections['pictures'] = pictures.table(_pairs(job, split, table))
    return sections


def _pairs(job: Job, split: str, table: Mapping[str, np.ndarray]) -> Iterator[Tuple[str, np.ndarray, np.ndarray]]:
    """Folder of the photograph, the box of the photograph and the finished picture, both (H,W,3) uint8."""
    import cv2
    rows = np.flatnonzero(np.asarray(table['source_picture']) != '')
    rows = rows[np.linspace(0, len(rows) - 1, min(_PICTURES, len(rows))).astype(int)]
    reader = PictureReader(64 * 2 ** 20)
    for row, files in zip(rows, job.format.read(split, rows, job.out)):
        made = cv2.cvtColor(cv2.imdecode(np.frombuffer(files['jpg'], np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        path, (x, y, side) = Path(str(table['source_picture'][row])), np.asarray(table['source_box'][row], float)
        try:
            original = cut_box(*reader.read(path, len(made), box=side), np.array([x, y]), side, len(made))
        except UserError:       # told among the skipped files, if it is of this run; otherwise it is gone since
            continue
        yield path.parent.name, original, made
