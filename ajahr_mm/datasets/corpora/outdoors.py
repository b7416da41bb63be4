"""Corpora of people outdoors with SMPL in the world: 3DPW and EMDB, a pickle a sequence."""
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional

import numpy as np

from ajahr_mm.anatomy.corpus_keypoints import to_hmr44
from ajahr_mm.anatomy.skeleton import NUM_JOINTS
from ajahr_mm.datasets.corpora.bodies import Bodies, BodyConfig, add_keypoints_3d, gender_word
from ajahr_mm.datasets.corpora.corpus import Corpus, Form
from ajahr_mm.datasets.corpora.fields import Columns, Fields, pick, stacked
from ajahr_mm.datasets.corpora.geometry import (box_of_corners, box_of_points, camera_transl, pelvis_offset, project,
                                                to_camera, turn_root, with_confidence)
from ajahr_mm.datasets.corpora.hmr2_forms import npz_form
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.restricted_pickle import NUMPY, load_pickle
from ajahr_mm.registry import DATASETS

_EMDB_PADDING = 1.2


class OutdoorCorpus(Corpus):
    """People with SMPL parameters of a gendered body, in a world that cameras move through.

    ``has_betas`` is 0 unless the gender is neutral: shapes of a male or female body teach a neutral one nothing. They are
    in ``betas`` all the same, for metrics that build the true body; ``gender`` is in the metainfo of every sample.

    Args:
        body: body models for the 44 keypoints in 3D and 2D: one config, or by gender, ``dict(male=…, female=…)``.
            None: SMPL's joints as far as the files have them.
        kwargs: those of :class:`Corpus`.
    """

    def __init__(self, data_root: Optional[str] = None, split: str = 'test', body: BodyConfig = None, **kwargs) -> None:
        self.body, self.bodies = body, Bodies(body)
        super().__init__(data_root, split, **kwargs)

    @classmethod
    def missing_files(cls, data_root=None, split='test', **others):
        return super().missing_files(data_root, split, **others)

    def settings(self) -> Dict[str, Any]:
        return dict(super().settings(), body=self.body)

    def with_body(self, columns: Columns, intrinsics: np.ndarray) -> Columns:
        """The columns with keypoints of the body model, if there is one."""
        if self.bodies:
            add_keypoints_3d(columns, self.bodies, columns['gender'])
            columns['projected_2d'] = project(columns['keypoints_3d'][..., :3], intrinsics)
        return columns


def _sequence(path: Path) -> Mapping[str, Any]:
    data = load_pickle(path, NUMPY)
    if not isinstance(data, Mapping):
        raise UserError(f'{path} holds a {type(data).__name__} where the dict of a sequence is expected.')
    return data


def _people(data: Mapping[str, Any], name: str, path: Path, count: Optional[int] = None) -> List[Any]:
    """One value for each person of a sequence."""
    if name not in data:
        raise UserError(f'{path} lacks {name}; it has {", ".join(sorted(map(str, data)))}.')
    values = list(data[name])
    if count is not None and len(values) != count:
        raise UserError(f'{path}: {name} tells of {len(values)} people where others tell of {count}.')
    return values


def _read_3dpw(corpus: 'ThreeDPW', path: Path) -> Columns:
    data = _sequence(path)
    poses = _people(data, 'poses', path)
    people = {name: _people(data, name, path, len(poses))
              for name in ('betas', 'trans', 'genders', 'campose_valid', 'jointPositions', 'poses2d')}
    intrinsics = np.asarray(data.get('cam_intrinsics'), np.float64)
    if intrinsics.shape != (3, 3):
        raise UserError(f'{path}: cam_intrinsics has shape {intrinsics.shape}, expected (3, 3).')
    folder = corpus.relative(corpus.data_root, 'imageFiles', str(data.get('sequence', path.stem)))
    parts = []
    for person in range(len(poses)):
        arrays = dict({name: values[person] for name, values in people.items()}, poses=poses[person],
                      cam_poses=data.get('cam_poses', ()))
        fields = Fields(arrays, f'{path}, person {person}')
        pose, extrinsics = fields.numbers('poses', 72), fields.numbers('cam_poses', 4, 4)
        transl = fields.numbers('trans', 3)
        joints = fields.numbers('jointPositions', 3 * NUM_JOINTS).reshape(-1, NUM_JOINTS, 3)
        detected = to_hmr44('openpose18', _keypoints_last(arrays['poses2d'], fields))
        offset = joints[:, 0] - transl                                   # of the pelvis, from where the file says it is
        in_camera = to_camera(joints, extrinsics)
        betas = np.broadcast_to(np.asarray(arrays['betas'], np.float32).reshape(-1)[:10], (len(pose), 10))
        gender = gender_word(arrays['genders'])
        center, size = box_of_points(detected)
        columns = dict(
            image=np.array([f'{folder}/image_{frame:05d}.jpg' for frame in range(len(pose))]), center=center, size=size,
            global_orient=turn_root(pose[:, :3], extrinsics[:, :3, :3]), body_pose=pose[:, 3:], betas=betas,
            transl=camera_transl(transl, offset, extrinsics), root_offset=offset, keypoints_2d=detected,
            projected_2d=to_hmr44('smpl24', project(in_camera, intrinsics)),
            keypoints_3d=to_hmr44('smpl24', with_confidence(in_camera)), has_pose=np.ones(len(pose), np.float32),
            has_betas=np.full(len(pose), gender == 'neutral', np.float32), gender=np.full(len(pose), gender),
            focal=np.full(len(pose), intrinsics[0, 0], np.float32))
        # Frames without camera have no place in the picture; those without a detection have no box.
        usable = (fields.numbers('campose_valid') > 0) & (detected[..., 2] > 0).any(1)
        if usable.any():
            parts.append(corpus.with_body(pick(columns, usable), intrinsics))
    return stacked(parts)


def _keypoints_last(value: Any, fields: Fields) -> np.ndarray:
    """3DPW's ``poses2d`` (T,3,18) -> (T,18,3)."""
    points = np.asarray(value, np.float32)
    if points.shape != (fields.count, 3, 18):
        raise UserError(f'{fields.source}: poses2d has shape {points.shape}, expected ({fields.count}, 3, 18).')
    return points.transpose(0, 2, 1)


@DATASETS.register_module()
class ThreeDPW(OutdoorCorpus):
    """3DPW (von Marcard et al. 2018): the makers' pickles, or HMR2's npz.

    Every frame whose camera is valid and in which OpenPose found the person; the box is 1.2 times the longer side of
    those keypoints (SPIN). Pickles of Python 2 are read without running them.
    """

    NAME, DATA_ROOT = '3dpw', 'data/3dpw'
    SOURCE = 'https://virtualhumans.mpi-inf.mpg.de/3DPW (licence form)'
    FORMS = dict(
        original=Form({split: (f'sequenceFiles/{folder}/*.pkl',) for split, folder in
                       (('train', 'train'), ('val', 'validation'), ('test', 'test'))}, _read_3dpw),
        npz=npz_form(dict(train=('3dpw_train.npz',), val=('3dpw_validation.npz', '3dpw_val.npz'), test=('3dpw_test.npz',))))


def _read_emdb(corpus: 'EMDB', path: Path) -> Columns:
    data = _sequence(path)
    wanted = {'emdb1': 'emdb1', 'emdb2': 'emdb2'}.get(corpus.split)
    if wanted and not bool(data.get(wanted, False)):
        return {}
    parts = {name: data.get(name) for name in ('smpl', 'camera', 'bboxes')}
    for name, part in parts.items():
        if not isinstance(part, Mapping):
            raise UserError(f'{path} lacks the dict {name}; it has {", ".join(sorted(map(str, data)))}.')
    smpl, camera, boxes = parts.values()
    fields = Fields({**smpl, 'extrinsics': camera.get('extrinsics', ()), 'kp2d': data.get('kp2d', ()),
                     'bboxes': boxes.get('bboxes', ()), 'good': data.get('good_frames_mask', ())}, path)
    root, extrinsics = fields.numbers('poses_root', 3), fields.numbers('extrinsics', 4, 4)
    transl, corners = fields.numbers('trans', 3), fields.numbers('bboxes', 4)
    count, intrinsics = len(root), np.asarray(camera.get('intrinsics'), np.float64)
    if intrinsics.shape != (3, 3):
        raise UserError(f'{path}: the intrinsics have shape {intrinsics.shape}, expected (3, 3).')
    pixels = with_confidence(fields.numbers('kp2d', NUM_JOINTS, 2))
    gender = gender_word(data.get('gender', ''))
    good = fields.numbers('good') > 0
    lost = np.asarray(boxes.get('invalid_idxs', ()), np.int64).reshape(-1)
    good[lost[(lost >= 0) & (lost < count)]] = False
    if not good.any():
        return {}
    offset = pelvis_offset(pixels[good, 0, :2], transl[good], extrinsics[good], intrinsics)
    center, size = box_of_corners(corners, _EMDB_PADDING)
    folder = corpus.relative(path.parent, 'images')
    columns = dict(
        image=np.array([f'{folder}/{frame:05d}.jpg' for frame in range(count)]), center=center, size=size,
        global_orient=turn_root(root, extrinsics[:, :3, :3]), body_pose=fields.numbers('poses_body', 69),
        betas=np.broadcast_to(np.asarray(smpl.get('betas'), np.float32).reshape(-1)[:10], (count, 10)),
        transl=camera_transl(transl, np.broadcast_to(offset, (count, 3)), extrinsics),
        root_offset=np.broadcast_to(offset, (count, 3)), keypoints_2d=to_hmr44('smpl24', pixels),
        has_pose=np.ones(count, np.float32), has_betas=np.full(count, gender == 'neutral', np.float32),
        gender=np.full(count, gender), focal=np.full(count, intrinsics[0, 0], np.float32))
    return corpus.with_body(pick(columns, good), intrinsics)


@DATASETS.register_module()
class EMDB(OutdoorCorpus):
    """EMDB (Kaufmann et al. 2023): the makers' pickles, or TokenHMR's npz.

    The good frames of the sequences of a split: ``emdb1`` (17 sequences, the benchmark of the papers), ``emdb2``, or
    ``all``. The box is 1.2 times the longer side of theirs. The files do not say where the pelvis lies in SMPL's body;
    it is found from where it is seen, unless ``body`` says it.
    """

    NAME, DATA_ROOT = 'emdb', 'data/emdb'
    SOURCE = 'https://eth-ait.github.io/emdb (licence form)'
    _FILES = ('P*/*/*_data.pkl', '*/P*/*/*_data.pkl')
    FORMS = dict(original=Form(dict(emdb1=_FILES, emdb2=_FILES, all=_FILES), _read_emdb),
                 npz=npz_form(dict(emdb1=('emdb.npz', 'emdb_for_hmr2.npz', 'EMDB/emdb_for_hmr2.npz'))))

    def __init__(self, data_root: Optional[str] = None, split: str = 'emdb1', body: BodyConfig = None, **kwargs) -> None:
        super().__init__(data_root, split, body, **kwargs)

    @classmethod
    def missing_files(cls, data_root=None, split='emdb1', **others):
        return super().missing_files(data_root, split, **others)
