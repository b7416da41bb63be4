"""The files around the removal: which pictures there are, how one is read, where its cleaned copy goes."""
import os
from pathlib import Path
from typing import Dict, Optional, Sequence, Tuple, Union

import numpy as np

from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.encoded_image import REDUCTIONS, EncodedImage
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.safe_load import read_bytes

SUFFIXES = ('.jpg', '.jpeg', '.png', '.bmp', '.tif', '.tiff', '.webp')
Images = Union[str, Path, Sequence[Union[str, Path]]]
#: Of cleaned pictures: without loss, or a tenth of the size.
FORMATS = ('png', 'jpg')


def list_pictures(images: Images, without: Path) -> Tuple[Path, Dict[str, Path]]:
    """The folder that the pictures share, and the pictures by their path relative to it.

    Args:
        images: a folder, which is searched with its subfolders, or a list of files.
        without: a folder that is left out, with all that is in it.

    Raises:
        UserError: no such folder or file, or no picture in it.
    """
    if isinstance(images, (str, Path)):
        root, without = Path(images), Path(without).resolve()
        if not root.is_dir():
            raise UserError(f'{root} is not a folder; give one with pictures')
        files = [path for path in root.rglob('*') if path.suffix.lower() in SUFFIXES and not path.name.startswith('.')
                 and without not in path.resolve().parents and path.is_file()]
    else:
        files = [Path(path).absolute() for path in images]
        missing = [path for path in files if not path.is_file()]
        if missing:
            raise UserError(f'{missing[0]} is not a file; give pictures, or one folder')
        root = Path(os.path.commonpath([path.parent for path in files])) if files else Path()
    if not files:
        raise UserError(f'{root} holds no pictures ({", ".join(SUFFIXES)}); give a folder with some')
    return root, {path.relative_to(root).as_posix(): path for path in sorted(files)}


def read_picture(path: Path, longest: Optional[int]) -> Tuple[np.ndarray, float]:
    """A picture (H,W,3) uint8 RGB, upright, not longer than ``longest`` px, and its size over that of the file.

    Raises:
        UserError: missing, empty, cut off, damaged, CMYK, absurdly large, or not an image.
    """
    import cv2
    encoded = EncodedImage(read_bytes(path, 'the picture'), str(path))
    size = max(encoded.shape)
    if longest is None or size <= longest:
        return encoded.decode()[0], 1.
    image, _ = encoded.decode(max(step for step in REDUCTIONS if size >= longest * step))
    width, height = (max(int(round(side * longest / size)), 1) for side in encoded.shape[::-1])
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), longest / size


def write_picture(image: np.ndarray, path: Path) -> None:
    """PNG or JPEG by the ending of ``path``; whole or absent."""
    import cv2
    _, data = cv2.imencode(path.suffix, np.ascontiguousarray(image[..., ::-1]),
                           [cv2.IMWRITE_JPEG_QUALITY, 95] if path.suffix == '.jpg' else [])
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)
