"""3DOH50K (Zhang et al. 2020): people behind objects, whole but hidden; the paper's test of telling hidden from lost."""
from pathlib import Path
from typing import Any, Dict, List

import numpy as np

from ajahr_mm.anatomy.corpus_keypoints import to_hmr44
from ajahr_mm.anatomy.skeleton import NUM_JOINTS
from ajahr_mm.datasets.corpora.corpus import Corpus, Form
from ajahr_mm.datasets.corpora.fields import Columns, Fields
from ajahr_mm.datasets.corpora.geometry import box_of_corners, project, to_camera, turn_root, with_confidence
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.safe_load import load_json
from ajahr_mm.registry import DATASETS

_PERSON = ('img_path', 'bbox', 'pose', 'betas', 'trans', 'smpl_joints_2d', 'smpl_joints_3d', 'lsp_joints_2d', 'intri',
           'extri')


def _read_3doh(corpus: Corpus, path: Path) -> Columns:
    data = load_json(path)
    if not isinstance(data, dict) or not all(isinstance(person, dict) for person in data.values()):
        raise UserError(f'{path} is not a table of people, so it is not the annotation file of 3DOH50K.')
    gathered: Dict[str, List[Any]] = {name: [] for name in _PERSON}
    for key, person in data.items():
        missing = [name for name in _PERSON if name not in person]
        if missing:
            raise UserError(f'{path}: person {key} lacks {", ".join(missing)}; it has {", ".join(sorted(person))}.')
        for name in _PERSON:
            gathered[name].append(person[name])
    if not data:
        return {}
    fields = Fields({name: _array(values, name, path) for name, values in gathered.items()}, path)
    names = np.char.replace(fields.texts('img_path'), '\\', '/')  # the paths are those of Windows
    extrinsics, intrinsics = fields.numbers('extri', 4, 4), fields.numbers('intri', 3, 3)
    pose = fields.numbers('pose', 72)
    center, size = box_of_corners(fields.numbers('bbox', 2, 2).reshape(-1, 4))
    pixels = fields.numbers('smpl_joints_2d', NUM_JOINTS, 2)
    joints = _in_camera(fields.numbers('smpl_joints_3d', NUM_JOINTS, 3), pixels, extrinsics, intrinsics)
    points = to_hmr44('smpl24', with_confidence(pixels))
    drawn = to_hmr44('lsp14', with_confidence(fields.numbers('lsp_joints_2d', 14, 2)))
    lsp = slice(25, 39)
    points[:, lsp] = np.where(drawn[:, lsp, 2:] > 0, drawn[:, lsp], points[:, lsp])
    folder, ones = corpus.relative(path.parent), np.ones(len(pose), np.float32)
    return dict(
        image=np.array([f'{folder}/{name}' for name in names.tolist()]), center=center, size=size,
        global_orient=turn_root(pose[:, :3], extrinsics[:, :3, :3]), body_pose=pose[:, 3:],
        betas=fields.numbers('betas', 10),
        keypoints_2d=points, keypoints_3d=to_hmr44('smpl24', with_confidence(joints)), has_pose=ones, has_betas=ones,
        focal=intrinsics[:, 0, 0])


def _in_camera(joints: np.ndarray, pixels: np.ndarray, extrinsics: np.ndarray, intrinsics: np.ndarray) -> np.ndarray:
    """The joints (N,24,3) in camera axes. Readers of this set disagree whether the file has them there or in the world;
    its own pixels (N,24,2) tell."""
    candidates = [joints, to_camera(joints, extrinsics)]
    errors = [np.nanmedian(np.abs(project(each, intrinsics)[..., :2] - pixels)) for each in candidates]
    return candidates[int(np.argmin(errors))]


def _array(values: List[Any], name: str, path: Path) -> np.ndarray:
    try:
        return np.array(values)
    except ValueError:
        raise UserError(f'{path}: {name} has not the same shape for all people.') from None


@DATASETS.register_module()
class ThreeDOH50K(Corpus):
    """3DOH50K: the makers' ``annots.json``.

    Poses are in the world and are turned into the camera. ``keypoints_2d`` are all joints, hidden ones too: the file does
    not tell which are. The box is 1.2 times the longer side of the annotated one; path separators are those of Windows.
    """

    NAME, DATA_ROOT = '3doh50k', 'data/3doh50k'
    SOURCE = 'https://www.yangangwang.com (3DOH50K, by request)'
    FORMS = dict(original=Form({split: (f'{split}set/annots.json', f'{split}/annots.json', f'3DOH50K/{split}set/annots.json')
                                for split in ('train', 'test')}, _read_3doh))

    def __init__(self, data_root=None, split: str = 'test', **kwargs) -> None:
        super().__init__(data_root, split, **kwargs)

    @classmethod
    def missing_files(cls, data_root=None, split='test', **others):
        return super().missing_files(data_root, split, **others)
