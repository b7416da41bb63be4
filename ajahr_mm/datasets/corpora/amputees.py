"""A3D and ITW-amputee in the layouts of their authors (Cho et al., ICCV 2025)."""
import re
from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional, Sequence, Union

import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.datasets.corpora.corpus import Corpus, Form
from ajahr_mm.datasets.corpora.fields import Columns
from ajahr_mm.datasets.corpora.fits_npz import read_fits
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.object_npz import load_object_npz
from ajahr_mm.registry import DATASETS

_LABEL = re.compile(r'amp_(\d+)')
#: What belongs to each split: subject 11 and COCO_val are for evaluation alone (the release trains on COCO_val, too).
PARTS: Dict[str, List[str]] = dict(
    train=['COCO_train', 'MPII', *(f'H36M/S{subject}' for subject in (1, 5, 6, 7, 8, 9))], test=['COCO_val', 'H36M/S11'])


def labels_of_names(names: Iterable[str]) -> np.ndarray:
    """``…amp_<k>_….jpg`` -> AJAHR index k; 12, intact, without it. (N,) int64."""
    found = (_LABEL.search(str(name)) for name in names)
    return np.array([int(match.group(1)) if match else limbs.INTACT_LABEL for match in found], np.int64)


def extents_of_labels(labels: Sequence[Iterable[int]], source: Any) -> np.ndarray:
    """AJAHR indices of each person -> limb extents (N,4).

    Raises:
        UserError: an index outside 0..12, or two levels of one limb.
    """
    hot = np.zeros((len(labels), limbs.NUM_LABELS), np.uint8)
    for row, each in enumerate(labels):
        for label in each:
            if not 0 <= label <= limbs.INTACT_LABEL:
                raise UserError(f'{source}: person {row} has the amputation label {label}, expected 0 to 12.')
            if label < limbs.INTACT_LABEL:
                hot[row, label] = 1
    try:
        return limbs.classes_to_extent(limbs.multi_hot_to_classes(hot))
    except ValueError as error:
        raise UserError(f'{source}: {error}.') from None


def _read_part(corpus: 'OfficialA3D', path: Path) -> Columns:
    columns = read_fits(path, corpus.unit)
    names = columns['image']
    columns['image'] = _below_images(corpus, path, names)
    labels = labels_of_names(names)
    columns['limb_extent'] = extents_of_labels([[label] for label in labels], path)
    return columns


def _below_images(corpus: Corpus, path: Path, names: np.ndarray) -> np.ndarray:
    """``imgname`` is a bare name, or begins somewhere above the folder Images that stands beside ``annotation``."""
    folder = corpus.relative(path.parent.parent if path.parent.name == 'annotation' else path.parent, 'Images')
    return np.array([f'{folder}/{name.rpartition("Images/")[2]}' for name in names.tolist()])


@DATASETS.register_module()
class OfficialA3D(Corpus):
    """A3D as its authors hand it out: folders with ``Images`` and ``annotation``, npz in two layouts.

    COCO and MPII parts have axis-angle poses and keypoints in two pieces, H36M parts matrices and ``gt_*`` arrays. The
    limb is in the name of the picture (``amp_<k>_``); poses are as they were before amputation, or zero matrices in the
    H36M parts, which come back as no rotation. ``scale`` is in px.

    Args:
        parts: folders to use of the split; None takes all of it (see :data:`PARTS`).
        unit: of ``scale``: ``px``, ``200px`` or ``auto``.
        kwargs: those of :class:`Corpus`.
    """

    NAME, DATA_ROOT = 'a3d', 'data/a3d_official'
    SOURCE = 'its authors, by the form on https://chojinie.github.io/project_AJAHR/'
    FORMS = dict(original=Form({split: ('*/annotation/*.npz',) for split in PARTS}, _read_part))

    def __init__(self, data_root: Optional[str] = None, split: str = 'train', parts: Union[str, Sequence[str], None] = None,
                 unit: str = 'auto', **kwargs) -> None:
        if parts is None and kwargs.get('files') is None:
            parts = PARTS.get(split, ())
        if parts is not None:
            parts = [parts] if isinstance(parts, str) else list(parts)
            kwargs['files'] = [f'{part}/annotation/*.npz' for part in parts]
        self.unit = unit
        super().__init__(data_root, split, **kwargs)

    @classmethod
    def missing_files(cls, data_root=None, split='train', parts=None, **others):
        chosen = [parts] if isinstance(parts, str) else parts or PARTS.get(split, ())
        others.setdefault('files', [f'{part}/annotation/*.npz' for part in chosen])
        return super().missing_files(data_root, split, **others)

    def settings(self) -> Dict[str, Any]:
        return dict(super().settings(), unit=self.unit)


def _labels_of_array(value: Any, count: int, path: Path) -> List[List[int]]:
    """``labels`` of ITW-amputee: per person an index, several, a text such as '3' or '3, 10', or a multi-hot row."""
    array = np.asarray(value)
    if array.ndim == 0 or len(array) != count:
        raise UserError(f'{path}: labels has {array.size if array.ndim else "no"} rows where others have {count}.')
    if array.ndim == 2 and array.shape[1] == limbs.NUM_LABELS and array.dtype.kind in 'fiub':
        return [np.flatnonzero(row).tolist() for row in array]
    found = []
    for each in array:
        text = ' '.join(str(part) for part in np.asarray(each, object).reshape(-1))
        numbers = re.findall(r'\d+', text)
        if not numbers or re.search(r'[^\d\s,;\[\]()\'\"]', text):
            raise UserError(f'{path}: the label {text!r} is not one of the indices 0 to 12, or several.')
        found.append([int(number) for number in numbers])
    return found


def _read_itw(corpus: 'ITWAmputee', path: Path) -> Columns:
    columns = read_fits(path, corpus.unit)
    count = len(columns['image'])
    extra = load_object_npz(path, ['labels'])
    names = columns['image']
    columns['image'] = _below_images(corpus, path, names)
    labels = _labels_of_array(extra['labels'], count, path) if 'labels' in extra else [[k] for k in labels_of_names(names)]
    columns['limb_extent'] = extents_of_labels(labels, path)
    return columns


@DATASETS.register_module()
class ITWAmputee(Corpus):
    """ITW-amputee, the authors' test set of 640 photographs; npz as A3D's, and ``labels`` with one or more indices.

    The release reads the first letter of the first label of each picture; here all of them count.
    """

    NAME, DATA_ROOT = 'itw_amputee', 'data/itw_amputee'
    SOURCE = 'its authors (not public in 2025): https://chojinie.github.io/project_AJAHR/'
    FORMS = dict(original=Form(dict(test=('annotation/*.npz', '*.npz')), _read_itw))

    def __init__(self, data_root: Optional[str] = None, split: str = 'test', unit: str = 'auto', **kwargs) -> None:
        self.unit = unit
        super().__init__(data_root, split, **kwargs)

    @classmethod
    def missing_files(cls, data_root=None, split='test', **others):
        return super().missing_files(data_root, split, **others)

    def settings(self) -> Dict[str, Any]:
        return dict(super().settings(), unit=self.unit)
