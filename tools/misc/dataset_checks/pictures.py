"""Are the pictures there, and is each of them whole and what it seems to be?"""
import hashlib
import sys
from typing import Dict, Optional, Tuple

import numpy as np
from dataset_checks.opening import Part
from dataset_checks.report import Report

from ajahr_mm.io import UserError

_TOLD_EACH = 20  # pictures named one by one


def check_pictures(part: Part, report: Report, number: Optional[int]) -> Tuple[Dict[str, str], np.ndarray]:
    """Reads and decodes the pictures, ``number`` of them or all.

    Returns:
        digests: picture -> SHA-256 of its file.
        shapes: (n,2) height and width for each person, 0 where the picture is not known.
    """
    from ajahr_mm.datasets.transforms import LoadImage
    load, digests, shapes, found, bad = LoadImage(defer=True), {}, np.zeros((len(part.rows), 2), int), {}, 0
    chosen = range(len(part.rows))
    if number is not None and number < len(part.rows):
        chosen = np.linspace(0, len(part.rows) - 1, number).round().astype(int)
    for count, index in enumerate(chosen, 1):
        place = part.dataset.image_place(int(part.rows[index]))
        name = place['img_part'][2] if 'img_part' in place else place['img_path']
        if name not in found:
            found[name] = (0, 0)
            try:
                loaded = load(dict(place))
                found[name] = loaded['img_shape']
                loaded['encoded_img'].decode()
                digests[name] = hashlib.sha256(loaded['encoded_img'].data).hexdigest()
                trouble = _turned(name, loaded['encoded_img'].orientation)
            except UserError as error:
                trouble = str(error)
            bad += trouble is not None
            if trouble is not None and bad <= _TOLD_EACH:
                report.defect(part.source, f'{part.person(index)}: {trouble}')
        shapes[index] = found[name]
        if sys.stderr.isatty() and count % 200 == 0:
            print(f'\r  {count}/{len(chosen)} pictures', end='', file=sys.stderr, flush=True)
    if bad > _TOLD_EACH:
        report.defect(part.source, f'{bad} pictures of {len(found)} have defects; the first {_TOLD_EACH} are named')
    report.fact(f'{len(found)} pictures read, {bad} with defects')
    return digests, shapes


def _turned(name: str, orientation: int) -> Optional[str]:
    if orientation == 1:
        return None
    return (f'{name} carries EXIF orientation {orientation}: it is turned when it is read, and nothing says whether the '
            'annotations are; save it upright without EXIF.')
