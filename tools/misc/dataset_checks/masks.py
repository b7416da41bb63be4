"""Part masks that are stored with the pictures: read, and compared with what they may be."""
from pathlib import Path
from typing import Optional

import numpy as np
from dataset_checks.opening import Part
from dataset_checks.report import Report

from ajahr_mm.io import UserError
from ajahr_mm.io.tar_files import read_part
from ajahr_mm.synthesis.annotation import OTHER
from ajahr_mm.synthesis.output.picture_files import beside
from ajahr_mm.synthesis.output.tar_format import members_of

_SUFFIX, _PARTS = 'mask.png', 24
_LOOKED_AT = 1000
_HARDLY = 7     # px, of a square around each pixel of the person


def stored_mask(place: dict) -> Optional[np.ndarray]:
    """The mask (H,W) uint8 of a picture; None if there is none.

    Args:
        place: of the picture, as ``BodyDataset.image_place`` gives it: img_path, and img_part if it is inside a tar.

    Raises:
        UserError: it is no picture.
    """
    import cv2
    if 'img_part' in place:
        name = f'{place["img_part"][2]}[{_SUFFIX}]'
        member = members_of(Path(place['img_path'])).get(place['img_part'][2].rpartition('[')[2][:-1], {}).get(_SUFFIX)
        if member is None:
            return None
        with open(place['img_path'], 'rb') as file:
            data = read_part(file, member.offset, member.size)
    else:
        name = beside(place['img_path'], _SUFFIX)
        if not Path(name).is_file():
            return None
        data = Path(name).read_bytes()
    mask = cv2.imdecode(np.frombuffer(data or b'\0', np.uint8), cv2.IMREAD_UNCHANGED)
    if mask is None or mask.dtype != np.uint8 or mask.ndim != 2:
        raise UserError(f'{name} is not a grey PNG of 8 bits.')
    return mask


def check_masks(part: Part, report: Report, shapes: np.ndarray) -> None:
    """Of up to a thousand people, spread over the set; ``shapes`` (n,2): height and width of each picture, 0 unknown."""
    chosen = np.linspace(0, len(part.rows) - 1, min(_LOOKED_AT, len(part.rows))).round().astype(int)
    found, wrong, beside_it = np.zeros((3, len(part.rows)), bool)
    points, covered = part.column('keypoints_2d') if 'keypoints_2d' in part else None, []
    for index in chosen:
        try:
            mask = stored_mask(part.dataset.image_place(int(part.rows[index])))
        except UserError as error:
            report.defect(part.source, f'{part.person(index)}: {error}')
            found[index] = True
            continue
        if mask is not None:
            found[index] = True
            same_size = not shapes[index].all() or mask.shape == tuple(shapes[index])
            wrong[index] = not same_size or ((mask > _PARTS) & (mask != OTHER)).any()
            body = (mask > 0) & (mask != OTHER)
            covered.append(body.mean())
            beside_it[index] = points is not None and not wrong[index] and _is_beside(points[index], body)
    if not found.any():
        return
    lacking = np.zeros(len(part.rows), bool)
    lacking[chosen] = ~found[chosen]
    report.fact(f'{found.sum()} part masks read; the person covers {np.mean(covered):.0%} of the picture on average')
    report.defects_in_rows(part, lacking, 'the mask is missing, which others have')
    report.defects_in_rows(part, wrong, 'the mask is of another size than the picture, or has values beside 0 to 24 and 255')
    report.defects_in_rows(part, beside_it, 'most of the seen 2D keypoints lie beside the person of the mask')


def _is_beside(points: np.ndarray, body: np.ndarray) -> bool:
    """Whether of the keypoints (K,3) px that are seen fewer than half lie on, or hardly beside, the ``body`` (H,W) bool."""
    import cv2
    seen = points[points[:, 2] > 0, :2].round().astype(int)
    inside = seen[((seen >= 0) & (seen < body.shape[::-1])).all(1)]
    near = cv2.dilate(body.astype(np.uint8), np.ones((_HARDLY, _HARDLY), np.uint8))
    return len(inside) > 0 and near[inside[:, 1], inside[:, 0]].mean() < .5
