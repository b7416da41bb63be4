"""Corpora of motion-capture studios as their makers distribute them: Human3.6M and MPI-INF-3DHP.

Both come as videos; ``tools/dataset_converters/extract_frames.py`` writes the pictures to where these classes look.
"""
from pathlib import Path
from typing import Any, Dict, Optional

import numpy as np

from ajahr_mm.anatomy.corpus_keypoints import H36M17_IN_32, to_hmr44
from ajahr_mm.datasets.corpora.corpus import Corpus, Form
from ajahr_mm.datasets.corpora.fields import Columns, stacked
from ajahr_mm.datasets.corpora.geometry import box_of_points, with_confidence
from ajahr_mm.datasets.corpora.hmr2_forms import forms
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.lab_files import load_cdf, load_hdf5, load_mat
from ajahr_mm.registry import DATASETS

_MM = 1e-3
_TRAIN, _TEST = ('S1', 'S5', 'S6', 'S7', 'S8'), ('S9', 'S11')
#: The frontal camera of protocol 2.
FRONTAL = '60457274'
_CAMERAS_3DHP = (0, 1, 2, 4, 5, 6, 7, 8)  # at the height of the chest; the others look down from the ceiling
_SIDE_3DHP = 2048


class StudioCorpus(Corpus):
    """Frames of videos with 2D and 3D points.

    Args:
        step: every how many frames one is used; 1 uses all.
        kwargs: those of :class:`Corpus`.
    """

    def __init__(self, data_root: Optional[str] = None, split: str = 'train', step: int = 1, **kwargs) -> None:
        if step < 1:
            raise UserError(f'{type(self).__name__}: step={step} must be at least 1.')
        self.step = step
        super().__init__(data_root, split, **kwargs)

    def settings(self) -> Dict[str, Any]:
        return dict(super().settings(), step=self.step)


def _frames(value: np.ndarray, points: int, axes: int, path: Path, name: str) -> np.ndarray:
    """(T, points, axes) of an array in any of the shapes that the files have."""
    value = np.asarray(value, np.float64)
    if value.size == 0 or value.size % (points * axes):
        raise UserError(f'{path}: {name} has shape {value.shape}, expected {points} points with {axes} numbers a frame.')
    return value.reshape(-1, points, axes)


def _studio_columns(image: np.ndarray, points_2d: np.ndarray, points_3d: np.ndarray, name: str) -> Columns:
    flat, space = with_confidence(points_2d), with_confidence(points_3d)
    center, size = box_of_points(flat)
    return dict(image=image, center=center, size=size, keypoints_2d=to_hmr44(name, flat), keypoints_3d=to_hmr44(name, space))


def _read_h36m(corpus: 'Human36M', path: Path) -> Columns:
    subject, camera = path.parents[2].name, path.stem.rpartition('.')[2]
    wanted = _TRAIN if corpus.split == 'train' else _TEST
    if path.name.startswith('_ALL') or subject not in wanted or (corpus.split == 'val_p2' and camera != FRONTAL):
        return {}
    other = path.parent.parent / 'D2_Positions' / path.name
    space = _frames(load_cdf(path, 'Pose'), 32, 3, path, 'Pose') * _MM
    flat = _frames(load_cdf(other, 'Pose'), 32, 2, other, 'Pose')
    if len(space) != len(flat):
        raise UserError(f'{path} has {len(space)} frames and {other} has {len(flat)}; download both again.')
    sequence = f'{subject}_{path.stem}'.replace(' ', '_')
    rows = np.arange(0, len(space), corpus.step)
    folder = corpus.relative(path.parents[2], 'images', sequence)
    image = np.array([f'{folder}/{sequence}_{row + 1:06d}.jpg' for row in rows])
    points = list(H36M17_IN_32)
    return _studio_columns(image, flat[rows][:, points], space[rows][:, points], 'h36m17')


@DATASETS.register_module()
class Human36M(StudioCorpus):
    """Human3.6M (Ionescu et al. 2014): the makers' CDF files, HMR2's tars (with MoSh fits), or npz of fits.

    The CDF files have 32 points, some twice; their 17 go to the places that SPIN gives them. ``D3_Positions_mono`` is in
    mm and in camera axes. There is no SMPL in them. Splits: ``train`` subjects 1, 5, 6, 7, 8; ``val`` subjects 9 and 11;
    ``val_p2`` of these the frontal camera.
    """

    NAME, DATA_ROOT = 'h36m', 'data/h36m'
    SOURCE = 'http://vision.imar.ro/human3.6m (registration), or the tars h36m-train of 4D-Humans'
    FORMS = {
        **forms(dict(train='h36m-train'),
                dict(train=('h36m_train.npz', 'h36m_mosh_train.npz'), val=('h36m_valid_protocol1.npz',),
                                               val_p2=('h36m_val_p2.npz', 'h36m_valid_protocol2.npz'))),
        'original': Form({split: ('S*/MyPoseFeatures/D3_Positions_mono/*.cdf',) for split in ('train', 'val', 'val_p2')},
                         _read_h36m)}

    def __init__(self, data_root: Optional[str] = None, split: str = 'train', step: int = 5, **kwargs) -> None:
        super().__init__(data_root, split, step, **kwargs)


def _read_3dhp_train(corpus: 'MPIINF3DHP', path: Path) -> Columns:
    data = load_mat(path, ['annot2', 'annot3'])
    parts = []
    for camera in _CAMERAS_3DHP:
        if any(np.ndim(data[name]) != 1 or len(data[name]) <= camera for name in data):
            raise UserError(f'{path}: annot2 and annot3 have no cell for camera {camera}; download the file again.')
        flat = _frames(data['annot2'][camera], 28, 2, path, 'annot2')
        space = _frames(data['annot3'][camera], 28, 3, path, 'annot3') * _MM
        if len(flat) != len(space):
            raise UserError(f'{path}: camera {camera} has {len(flat)} frames in 2D and {len(space)} in 3D.')
        rows = np.arange(0, len(flat), corpus.step)
        rows = rows[((flat[rows] >= 0) & (flat[rows] < _SIDE_3DHP)).all((1, 2))]  # all of the body in the picture
        folder = corpus.relative(path.parent, 'imageFrames', f'video_{camera}')
        image = np.array([f'{folder}/frame_{row + 1:06d}.jpg' for row in rows], str)
        parts.append(_studio_columns(image, flat[rows], space[rows], 'mpi3dhp28'))
    return stacked([part for part in parts if len(part['image'])])


def _read_3dhp_test(corpus: 'MPIINF3DHP', path: Path) -> Columns:
    data = load_hdf5(path, ['annot2', 'univ_annot3', 'valid_frame'])
    flat, space = (_frames(data[name], 17, axes, path, name) for name, axes in (('annot2', 2), ('univ_annot3', 3)))
    valid = data['valid_frame'].reshape(-1) > 0
    if not len(flat) == len(space) == len(valid):
        raise UserError(f'{path}: annot2, univ_annot3 and valid_frame have {len(flat)}, {len(space)}, {len(valid)} frames.')
    rows = np.flatnonzero(valid)[::corpus.step]
    folder = corpus.relative(path.parent, 'imageSequence')
    image = np.array([f'{folder}/img_{row + 1:06d}.jpg' for row in rows], str)
    return _studio_columns(image, flat[rows], space[rows] * _MM, 'mpi3dhp17')


def _read_3dhp(corpus: 'MPIINF3DHP', path: Path) -> Columns:
    return (_read_3dhp_train if corpus.split == 'train' else _read_3dhp_test)(corpus, path)


@DATASETS.register_module()
class MPIINF3DHP(StudioCorpus):
    """MPI-INF-3DHP (Mehta et al. 2017): the makers' MATLAB files, HMR2's tars with SMPL fits, or npz of fits.

    Training: every tenth frame of the eight cameras at chest height, if the whole body is in the picture. Test: the valid
    frames, whose 17 points have another order; 3D is ``univ_annot3``, as SPIN evaluates it. All is in mm in the files.
    """

    NAME, DATA_ROOT = 'mpi_inf_3dhp', 'data/mpi_inf_3dhp'
    SOURCE = 'https://vcai.mpi-inf.mpg.de/3dhp-dataset, or the tars mpi-inf-train-pruned of 4D-Humans'
    FORMS = {
        **forms(dict(train='mpi-inf-train-pruned'),
                dict(train=('mpi_inf_3dhp_train.npz',), test=('mpi_inf_3dhp_valid.npz',))),
        'original': Form(dict(train=('S*/Seq*/annot.mat',),
                              test=('mpi_inf_3dhp_test_set/TS*/annot_data.mat', 'TS*/annot_data.mat')),
                         _read_3dhp)}

    def __init__(self, data_root: Optional[str] = None, split: str = 'train', step: Optional[int] = None, **kwargs) -> None:
        super().__init__(data_root, split, (10 if split == 'train' else 1) if step is None else step, **kwargs)
