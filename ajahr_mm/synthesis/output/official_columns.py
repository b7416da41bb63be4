"""The arrays of the authors' annotation files, from the columns of ours: A3D's COCO and MPII parts, and its H36M parts.

Meanings that the authors do not document are settled here: ``*_opt_3d_joints`` and the fifth number of ``gt_3d_kpts`` are
1 where the joint exists; ``ajahr_conf`` has a 1 at the label. Poses are those before the amputation in both, as a reader
has to take the limb from the picture's name in any case. Texts are plain text instead of Python objects, so that nobody
has to run a pickle.
"""
from pathlib import Path
from typing import Callable, Dict, Mapping, Tuple

import numpy as np

from ajahr_mm.anatomy.keypoints import ABSENT
from ajahr_mm.io.npz_columns import Blocks, write_npz

Rows = Mapping[str, np.ndarray]
#: Their loader widens a box of ``scale`` px to 3:4 and crops the square around it.
_SCALE_OF_SIZE = 3 / 4
_BODY, _BLOCK = 25, 2048


def _names(rows: Rows) -> np.ndarray:
    return np.array([Path(name).name for name in rows['image'].tolist()])


def _pose(rows: Rows) -> np.ndarray:
    return np.concatenate([rows['global_orient'], rows['body_pose']], 1)


def _matrices(rows: Rows) -> np.ndarray:
    """(n,24,3,3)."""
    import torch

    from ajahr_mm.geometry.rotations import axis_angle_to_matrix
    return axis_angle_to_matrix(torch.from_numpy(_pose(rows).reshape(-1, 24, 3))).numpy()


def _exists(rows: Rows) -> np.ndarray:
    """(n,44,1)."""
    return (rows['visibility'] != ABSENT)[..., None].astype(np.float32)


def _ones(rows: Rows) -> np.ndarray:
    return np.ones(len(rows['image']))


_PERSON = dict(
    imgname=((), 'U44', _names),
    center=((1, 2), 'f8', lambda rows: rows['center'][:, None]),
    scale=((1,), 'f8', lambda rows: rows['size'][:, None] * _SCALE_OF_SIZE))
#: Layout -> array -> (shape of a row, dtype, how it follows from ours).
LAYOUTS: Dict[str, Dict[str, Tuple[tuple, str, Callable[[Rows], np.ndarray]]]] = dict(
    coco=dict(
        _PERSON,
        global_orient=((1, 3, 3), 'f4', lambda rows: _matrices(rows)[:, :1]),
        body_pose=((72,), 'f4', _pose), has_body_pose=((), 'f8', _ones),
        betas=((10,), 'f4', lambda rows: rows['betas']), has_betas=((), 'f8', _ones),
        body_keypoints_2d=((_BODY, 3), 'f4', lambda rows: rows['keypoints_2d'][:, :_BODY]),
        extra_keypoints_2d=((19, 3), 'f4', lambda rows: rows['keypoints_2d'][:, _BODY:]),
        body_keypoints_3d=((_BODY, 4), 'f4', lambda rows: rows['keypoints_3d'][:, :_BODY]),
        extra_keypoints_3d=((19, 4), 'f4', lambda rows: rows['keypoints_3d'][:, _BODY:]),
        body_opt_3d_joints=((_BODY, 1), 'f4', lambda rows: _exists(rows)[:, :_BODY]),
        extra_opt_3d_joints=((19, 1), 'f4', lambda rows: _exists(rows)[:, _BODY:])),
    h36m=dict(
        _PERSON,
        ajahr_conf=((12,), 'i8', lambda rows: rows['multi_hot']),
        global_orient=((1, 1, 3, 3), 'f4', lambda rows: _matrices(rows)[:, None, :1]),
        gt_2d_kpts=((1, 44, 3), 'f4', lambda rows: rows['keypoints_2d'][:, None]),
        gt_3d_kpts=((1, 44, 5), 'f4', lambda rows: np.concatenate([rows['keypoints_3d'], _exists(rows)], 2)[:, None]),
        smpl_pose=((1, 23, 3, 3), 'f4', lambda rows: _matrices(rows)[:, None, 1:]),
        smpl_shape=((1, 10), 'f4', lambda rows: rows['betas'][:, None]),
        cam_t=((1, 3), 'f4', lambda rows: rows['transl'][:, None])))


def write_official(layout: str, table: Rows, rows: np.ndarray, target: Path) -> None:
    """The annotation file of some ``rows`` (n,) of a table; a few thousand of them are in memory at a time."""
    def blocks(make: Callable[[Rows], np.ndarray]):
        for start in range(0, len(rows), _BLOCK):
            chosen = rows[start:start + _BLOCK]
            yield make({name: column[chosen] for name, column in table.items()})
    write_npz(target, {name: Blocks((len(rows), *shape), np.dtype(kind), blocks(make))
                       for name, (shape, kind, make) in LAYOUTS[layout].items()})
