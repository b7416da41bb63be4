"""Pictures, boxes and keypoints as users bring them: listed and checked before any work starts."""
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, List, Optional, Sequence, Union

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.safe_load import read_image

IMAGE_SUFFIXES = ('.jpg', '.jpeg', '.png', '.bmp', '.tif', '.tiff', '.webp')
#: A box larger than this many image sides is a mistake of units, and would cost gigabytes of padding.
LARGEST_BOX = 10


@dataclass(frozen=True)
class Picture:
    """One input: ``name`` for messages, ``stem`` for file names (unique in its list), and a path or an array."""
    name: str
    stem: str
    path: Optional[Path] = None
    array: Optional[np.ndarray] = None

    def read(self) -> np.ndarray:
        """(H,W,3) uint8 RGB. Raises UserError for a file that is no image."""
        return self.array if self.path is None else read_image(self.path)


def list_pictures(inputs: Union[str, Path, np.ndarray, Sequence[Any]]) -> List[Picture]:
    """An image file, a folder, a uint8 RGB array (H,W,3), or a list of these -> pictures.

    Folders are listed in the order of their names and not entered deeper.
    Raises UserError: nothing there, an empty folder or list, an array that is no picture.
    """
    if isinstance(inputs, (list, tuple)):
        found = [picture for i, item in enumerate(inputs) for picture in _one_input(item, f'array_{i}')]
        if not found:
            raise UserError('the list of inputs is empty: give at least one image')
    else:
        found = _one_input(inputs, 'array')
    stems = Counter(picture.stem for picture in found)
    taken, unique = set(), []
    for picture in found:  # a.jpg beside a.png must not write the same files
        stem = picture.stem
        if stems[stem] > 1 and picture.path is not None:
            stem = f'{stem}_{picture.path.suffix[1:].lower()}'
        base, again = stem, 2
        while stem in taken:
            stem, again = f'{base}_{again}', again + 1
        taken.add(stem)
        unique.append(Picture(picture.name, stem, picture.path, picture.array))
    return unique


def _one_input(item: Any, array_name: str) -> List[Picture]:
    if isinstance(item, np.ndarray):
        if item.dtype != np.uint8 or item.ndim != 3 or item.shape[2] != 3 or item.size == 0:
            raise UserError(f'an image array must be uint8 RGB of shape (H, W, 3), got {item.dtype} {item.shape}')
        return [Picture(array_name, array_name, array=item)]
    if not isinstance(item, (str, Path)):
        raise UserError(f'an input must be a path or a uint8 RGB array, got {type(item).__name__}')
    path = Path(item)
    if path.is_dir():
        files = sorted(f for f in path.iterdir() if f.suffix.lower() in IMAGE_SUFFIXES and not f.name.startswith('.'))
        if not files:
            raise UserError(f'the folder {path} has no image ({", ".join(IMAGE_SUFFIXES)}): check the path')
        return [Picture(str(file), file.stem, path=file) for file in files]
    if not path.exists():
        raise UserError(f'{path} does not exist: give an image file or a folder of images')
    return [Picture(str(path), path.stem, path=path)]


def for_each_picture(values: Any, pictures: Sequence[Picture], what: str, ndim: int) -> List[Any]:
    """Boxes or keypoints for each picture, None where they are to be detected.

    ``values`` is None, a dict from file name to the people of that picture, or a list with one entry for each picture.
    A single picture may also bring its people alone (``ndim`` dimensions) or one person (``ndim - 1``).
    """
    if values is None:
        return [None] * len(pictures)
    if isinstance(values, dict):
        names = [picture.path.name if picture.path is not None else picture.name for picture in pictures]
        unknown = sorted(set(values) - set(names))
        if unknown:
            raise UserError(f'{what} are given for {unknown[0]}, which is not among the {len(pictures)} input images')
        return [values.get(name) for name in names]
    if len(pictures) == 1:
        try:
            array = np.asarray(values, np.float64)
        except (TypeError, ValueError):
            array = None
        if array is not None and array.ndim in (ndim - 1, ndim):
            return [array.reshape((-1,) + array.shape[array.ndim - ndim + 1:])]
    if not hasattr(values, '__len__'):
        raise UserError(f'{what} must be an array, a list with one entry for each image, or a dict by file name')
    if len(values) != len(pictures):
        raise UserError(f'{what} has {len(values)} entries for {len(pictures)} images: give one for each, None to detect')
    return list(values)


def check_boxes(boxes: Any, img_shape: Sequence[int], name: str) -> np.ndarray:
    """Boxes of one image (H,W) -> (n,4) float64 x1, y1, x2, y2 px. Raises UserError for what is no box in it."""
    boxes = _numbers(boxes, f'boxes for {name}')
    if boxes.size == 0:
        return np.zeros((0, 4))
    if boxes.ndim == 1:
        boxes = boxes[None]
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise UserError(f'boxes for {name} must have shape (n, 4) = x1, y1, x2, y2 in px, got {boxes.shape}')
    height, width = img_shape[:2]
    for box in boxes:
        text = f'box {np.round(box, 1).tolist()} for {name}'
        if not np.isfinite(box).all():
            raise UserError(f'{text} is not finite: give x1, y1, x2, y2 in px')
        if box[2] - box[0] < 2 or box[3] - box[1] < 2:
            raise UserError(f'{text} has no area: give corners x1, y1, x2, y2 in px, not x, y, width, height')
        if box[2] <= 0 or box[3] <= 0 or box[0] >= width or box[1] >= height:
            raise UserError(f'{text} lies outside the image of {width} x {height} px: give corners in px of that image')
        if max(box[2] - box[0], box[3] - box[1]) > LARGEST_BOX * max(height, width):
            raise UserError(f'{text} is over {LARGEST_BOX} times as large as the image of {width} x {height} px')
    return boxes


def check_keypoints(keypoints: Any, count: Optional[int], name: str) -> np.ndarray:
    """Keypoints of one image -> (n,K,3) float64 x, y px and confidence, K = 17 (COCO) or 12 (its limb joints).

    ``count`` is the number of boxes they must match, None if they come alone. Raises UserError.
    """
    keypoints = _numbers(keypoints, f'keypoints for {name}')
    if keypoints.size == 0:
        keypoints = np.zeros((0, 17, 3))
    if keypoints.ndim == 2:
        keypoints = keypoints[None]
    if keypoints.ndim != 3 or keypoints.shape[1] not in (12, 17) or keypoints.shape[2] != 3:
        raise UserError(f'keypoints for {name} must have shape (n, 17, 3), COCO order, or (n, 12, 3), its limb joints, '
                        f'with x, y in px and confidence; got {keypoints.shape}')
    if not np.isfinite(keypoints).all():
        person, joint = np.argwhere(~np.isfinite(keypoints).all(-1))[0]
        raise UserError(f'keypoint {joint} of person {person} for {name} is not finite: '
                        'write 0, 0, 0 for a joint that is not seen')
    if count is not None and len(keypoints) != count:
        raise UserError(f'{name} has {count} boxes but keypoints of {len(keypoints)} people: give them in the same order')
    return keypoints


def _numbers(values: Any, what: str) -> np.ndarray:
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError):
        raise UserError(f'{what} are not an array of numbers: check that every row has the same length') from None
