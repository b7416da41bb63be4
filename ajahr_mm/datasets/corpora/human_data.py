"""HumanData npz of mmhuman3d, of whatever corpus: https://github.com/open-mmlab/mmhuman3d/blob/main/docs/human_data.md."""
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple, Union

import numpy as np

from ajahr_mm.anatomy.keypoints import HMR44, NUM_KEYPOINTS, PELVIS
from ajahr_mm.datasets.corpora.bodies import gender_word
from ajahr_mm.datasets.corpora.corpus import Corpus, Form
from ajahr_mm.datasets.corpora.fields import Columns, Fields, pick
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.object_npz import load_object_npz
from ajahr_mm.registry import DATASETS

NUM_HUMAN_DATA = 190
_OPENPOSE, _EXTRA = 153, 144
# Points of SMPL-X and of COCO that stand for those of OpenPose where a corpus lacks them, in the order of BODY_25.
_PLAIN25 = (55, 12, 17, 19, 21, 16, 18, 20, 0, 2, 5, 8, 1, 4, 7, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65)
_LSP19 = ((8,), (5,), (_EXTRA, 2), (_EXTRA + 1, 1), (4,), (7,), (21,), (19,), (17,), (16,), (18,), (20,), (146,), (147, 186),
          (148,), (149,), (150,), (151,), (152, 185))
_HIPS25 = {HMR44.index('right_hip'): _EXTRA, HMR44.index('left_hip'): _EXTRA + 1}
#: For each of the 44 the points among the 190 that it may be, best first.
SOURCES: Tuple[Tuple[int, ...], ...] = tuple(
    (_OPENPOSE + slot, plain, *([_HIPS25[slot]] if slot in _HIPS25 else [])) for slot, plain in enumerate(_PLAIN25)) + _LSP19


def human_data_to_hmr44(points: np.ndarray) -> np.ndarray:
    """Points (N,190,3 or 4), confidence last -> (N,44,3 or 4): of each the best that the person has.

    A pelvis that nobody annotated is the middle between the hips.
    """
    found = np.zeros((len(points), NUM_KEYPOINTS, points.shape[-1]), np.float32)
    for slot, candidates in enumerate(SOURCES):
        for source in reversed(candidates):
            here = points[:, source, -1] > 0
            found[here, slot] = points[here, source]
    hips = [HMR44.index('lsp_right_hip'), HMR44.index('lsp_left_hip')]
    bare = (found[:, PELVIS, -1] <= 0) & (found[:, hips, -1] > 0).all(1)
    found[bare, PELVIS] = found[bare][:, hips].mean(1)
    return found


def _keypoints(fields: Fields, name: str, width: int) -> Optional[np.ndarray]:
    """(N,44,width) of the array ``name``, which may have lost the columns that its mask (190,) says are empty."""
    if name not in fields:
        return None
    points = fields.numbers(name, -1, width)
    mask = np.asarray(fields.arrays.get(f'{name}_mask', np.ones(NUM_HUMAN_DATA))).reshape(-1) > 0
    if len(mask) != NUM_HUMAN_DATA or points.shape[1] not in (NUM_HUMAN_DATA, int(mask.sum())):
        raise UserError(f'{fields.source}: {name} has {points.shape[1]} points and its mask {int(mask.sum())} of '
                        f'{len(mask)}, expected the {NUM_HUMAN_DATA} of mmhuman3d 0.5 or later.')
    whole = np.zeros((len(points), NUM_HUMAN_DATA, width), np.float32)
    if points.shape[1] == NUM_HUMAN_DATA:
        whole[:, mask] = points[:, mask]
    else:
        whole[:, mask] = points
    return human_data_to_hmr44(whole)


def _read(corpus: 'HumanData', path: Path) -> Columns:
    fields = Fields(load_object_npz(path), path)
    image = fields.texts('image_path')
    boxes = fields.numbers('bbox_xywh', -1)
    if boxes.shape[1] not in (4, 5):
        raise UserError(f'{path}: bbox_xywh has shape {boxes.shape}, expected (N, 5).')
    folder = f'{corpus.images}/' if corpus.images else ''
    columns = dict(image=np.array([folder + name for name in image.tolist()]), center=boxes[:, :2] + boxes[:, 2:4] / 2,
                   size=boxes[:, 2:4].max(1) * corpus.padding, **_parameters(fields))
    for name, source, width in (('keypoints_2d', 'keypoints2d', 3), ('keypoints_3d', 'keypoints3d', 4)):
        points = _keypoints(fields, source, width)
        if points is not None:
            columns[name] = points
    meta = fields.arrays.get('meta')
    genders = meta.get('gender') if isinstance(meta, Mapping) else None
    if genders is not None and len(genders) == fields.count:
        columns['gender'] = np.array([gender_word(each) for each in genders])
    return pick(columns, boxes[:, 4] > 0) if boxes.shape[1] == 5 else columns


def _parameters(fields: Fields) -> Columns:
    """SMPL's parameters, or the 21 body joints of SMPL-X's, whose shape means another thing; nothing if there are none."""
    for name in ('smpl', 'smplx'):
        inner = fields.arrays.get(name)
        if not isinstance(inner, Mapping):
            continue
        told = Fields(inner, f'{fields.source}: {name}', fields.count)
        if not {'global_orient', 'body_pose'} <= set(inner):
            raise UserError(f'{told.source} has {", ".join(map(str, inner))}, but not global_orient and body_pose.')
        body = np.asarray(inner['body_pose'])
        body = Fields(dict(body_pose=body.reshape(len(body), -1) if body.ndim else body), told.source, told.count)
        pose = body.numbers('body_pose', 69 if name == 'smpl' else 63)
        ones = np.ones(len(pose), np.float32)
        has_betas = float(name == 'smpl' and 'betas' in inner)
        return dict(global_orient=told.numbers('global_orient', 3),
                    body_pose=np.pad(pose, [(0, 0), (0, 69 - pose.shape[1])]),
                    betas=told.numbers('betas', 10) if has_betas else np.zeros((len(pose), 10), np.float32),
                    has_pose=ones, has_betas=ones * has_betas)
    return {}


@DATASETS.register_module()
class HumanData(Corpus):
    """Any corpus that somebody has as HumanData: 190 keypoints, compressed by their mask or not, SMPL and gender.

    Its dicts are pickles and are read without running them. The side of the box is the longer side of ``bbox_xywh``
    times ``padding``; mmhuman3d's converters have mostly widened it already.

    Args:
        files: npz file or files, below ``data_root``.
        images: folder that ``image_path`` starts in, below ``data_root``.
        padding: of the box.
        kwargs: those of :class:`Corpus`.
    """

    NAME, DATA_ROOT = 'human_data', 'data/human_data'
    SOURCE = 'tools/convert_datasets.py of mmhuman3d, or its preprocessed files'
    FORMS = dict(npz=Form(dict(train=('*.npz',)), _read))

    def __init__(self, files: Union[str, Sequence[str], None] = None, data_root: Optional[str] = None, images: str = '',
                 padding: float = 1.0, **kwargs) -> None:
        self.images, self.padding = images, padding
        super().__init__(data_root, files=files, **kwargs)

    def settings(self) -> Dict[str, Any]:
        return dict(super().settings(), images=self.images, padding=self.padding)
