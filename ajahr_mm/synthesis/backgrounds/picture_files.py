"""Folders of pictures: which there are, whose split they belong to, and reading them as finely as they are needed."""
import os
import zlib
from collections import OrderedDict
from pathlib import Path
from typing import List, Optional, Tuple

import numpy as np

from ajahr_mm.geometry.boxes import crop_affine
from ajahr_mm.io.encoded_image import REDUCTIONS, EncodedImage
from ajahr_mm.io.errors import UserError

SUFFIXES = ('.jpg', '.jpeg', '.png', '.webp', '.bmp', '.tif', '.tiff')
#: Larger files are not photographs of this kind and are not read into memory.
MAX_BYTES = 256 * 2 ** 20


def list_pictures(folder: Path) -> List[str]:
    """Picture files in a folder and its subfolders, but hidden ones, relative to it, with forward slashes, sorted."""
    found = []
    for root, _, names in os.walk(folder):
        inside = Path(root).relative_to(folder).as_posix()
        start = '' if inside == '.' else f'{inside}/'
        found += [start + name for name in names if name.lower().endswith(SUFFIXES) and not name.startswith('.')]
    return sorted(found)


def in_split(name: str, split: str, test_share: float) -> bool:
    """Whether a picture belongs to a split: a checksum of its file name, without folders, decides."""
    number = zlib.crc32(name.replace('\\', '/').rpartition('/')[2].encode())
    return (number % 1000 < 1000 * test_share) == (split == 'test')


class PictureReader:
    """Decoded pictures, reduced to what is needed, the latest of them kept in memory.

    Args:
        max_bytes: of pictures to keep.
    """

    def __init__(self, max_bytes: int = 128 * 2 ** 20):
        self.max_bytes = max_bytes
        self._kept: 'OrderedDict[tuple, Tuple[np.ndarray, float]]' = OrderedDict()
        self._bytes = 0

    def read(self, path: Path, needed: int, box: Optional[float] = None, scale: float = 1.
             ) -> Tuple[np.ndarray, float]:
        """The picture (H,W,3) uint8 RGB, upright, and how many px of the file one of its px is wide.

        It is reduced as far as its shorter side, or a ``box`` of so many px, keeps ``needed`` px: a JPEG while it is
        decoded, other pictures afterwards. Where the file is a copy of a picture, ``scale`` times as large, px mean px of
        that one.

        Raises:
            UserError: the file cannot be read, is damaged, CMYK, or absurdly large.
        """
        key = (str(path), needed, box, scale)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        found = self._kept[key] = _decode(path, needed, box, scale)
        self._bytes += found[0].nbytes
        while self._bytes > self.max_bytes and len(self._kept) > 1:
            self._bytes -= self._kept.popitem(last=False)[1][0].nbytes
        return found


def _decode(path: Path, needed: int, box: Optional[float], scale: float) -> Tuple[np.ndarray, float]:
    import cv2
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UserError(f'{path} has more than {MAX_BYTES // 2 ** 20} MB; scale the picture down.')
        encoded = EncodedImage(path.read_bytes(), str(path))
    except OSError as error:
        raise UserError(f'{path} cannot be read ({error.strerror}); check the file.') from None
    allowed = (box * scale if box else min(encoded.shape)) / needed
    image, reduction = encoded.decode(max(n for n in REDUCTIONS if n == 1 or n <= allowed))
    step = allowed / reduction
    if step < 1.5:
        return image, reduction / scale
    height, width = (max(round(side / step), 1) for side in image.shape[:2])
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), reduction * step / scale


def cut_box(image: np.ndarray, step: float, center: np.ndarray, side: float, size: int) -> np.ndarray:
    """The square box around ``center`` (2,), ``side`` px of the original, by the map of the training crops: (size,size,3).

    ``image``, ``step``: as :meth:`PictureReader.read` gives them. Beyond the picture it is mirrored.
    """
    import cv2
    affine = crop_affine(center, side, size)
    linear = affine[:, :2]      # a picture reduced n times has its pixel u at n u + (n - 1) / 2 of the whole one
    affine = np.column_stack([linear * step, affine[:, 2] + linear @ np.full(2, (step - 1) / 2)])
    return cv2.warpAffine(image, affine, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)


def random_crop(image: np.ndarray, rng: np.random.Generator, size: int, smallest: float = .45) -> np.ndarray:
    """Random square piece (size,size,3) of at least ``smallest`` of the short side, mirrored half the time."""
    import cv2
    side = max(int(rng.uniform(smallest, 1.) * min(image.shape[:2])), 1)
    y, x = (int(rng.integers(0, n - side + 1)) for n in image.shape[:2])
    piece = cv2.resize(image[y:y + side, x:x + side], (size, size),
                       interpolation=cv2.INTER_AREA if side > size else cv2.INTER_LINEAR)
    return cv2.flip(piece, 1) if rng.random() < .5 else piece
