"""SMPL fits and keypoints in the npz layouts that circulate: HMR2 and A3D, SPIN and CLIFF, TokenHMR's EMDB, A3D's H36M.

An npz says nothing about which of them it is; its keys do. ``scale`` is in px or in units of 200 px
(:func:`~ajahr_mm.datasets.corpora.geometry.scale_to_px`), poses are axis-angle or matrices, keypoints are the 44 of HMR2
in one array or in two, or the 24 of SPIN.
"""
from pathlib import Path
from typing import Callable, Dict, Tuple

import numpy as np

from ajahr_mm.anatomy.corpus_keypoints import OPENPOSE25, to_hmr44
from ajahr_mm.anatomy.keypoints import NUM_KEYPOINTS
from ajahr_mm.datasets.corpora.bodies import gender_word
from ajahr_mm.datasets.corpora.fields import Columns, Fields
from ajahr_mm.datasets.corpora.geometry import hmr2_size, scale_to_px, to_axis_angle
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.object_npz import load_object_npz

#: 3D joints 1..14 of OpenPose in HMR2's files are SMPL's: its loader silences them and trusts the extra 19.
_SILENT_3D = slice(1, 15)
#: Keypoint sets by their size, where the file does not say which.
_SETS_BY_SIZE = {17: 'coco17', 24: 'smpl24', 25: 'openpose25'}


def read_fits(path: Path, unit: str = 'auto') -> Columns:
    """The columns of :class:`BodyDataset` of an npz in any of these layouts; ``image`` as the file has it.

    Args:
        unit: of ``scale``, see ``scale_to_px``.

    Raises:
        UserError: unreadable, of no known layout, or with arrays that do not fit.
    """
    arrays = load_object_npz(path)
    for keys, read in LAYOUTS.values():
        if set(keys) <= set(arrays):
            return read(Fields(arrays, path), unit)
    raise UserError(f'{path} is in none of the known layouts ({", ".join(LAYOUTS)}); it has '
                    f'{", ".join(sorted(arrays)) or "no arrays"}.')


def _person(fields: Fields, unit: str, square: bool) -> Columns:
    """Picture, box and gender. ``square``: boxes of SPIN, already square; else those of HMR2."""
    image = fields.texts('imgname')
    form = np.shape(fields.raw('scale'))
    scale = scale_to_px(fields.numbers('scale', 2 if len(form) > 1 and form[-1] == 2 else 1), unit)
    columns = dict(image=np.array([name.replace('\\', '/') for name in image.tolist()], str),
                   center=fields.numbers('center', 2),
                   size=scale.max(1) if square else hmr2_size(scale))
    if 'gender' in fields:
        columns['gender'] = np.array([gender_word(value) for value in fields.texts('gender')], str)
    return columns


def _flag(fields: Fields, name: str, default: float) -> np.ndarray:
    return (fields.numbers(name, default=default) > 0).astype(np.float32)


def _hmr2(fields: Fields, unit: str) -> Columns:
    """HMR2's evaluation files and A3D's of COCO and MPII."""
    columns = _person(fields, unit, square=False)
    parts = [fields.numbers(f'{part}_keypoints_2d', size, 3, default=0) for part, size in (('body', 25), ('extra', 19))]
    columns['keypoints_2d'] = np.concatenate(parts, 1)
    parts = [fields.numbers(f'{part}_keypoints_3d', size, 4, default=0) for part, size in (('body', 25), ('extra', 19))]
    columns['keypoints_3d'] = np.concatenate(parts, 1)
    columns['keypoints_3d'][:, _SILENT_3D, 3] = 0
    return {**columns, **_axis_angle_pose(fields, 'body_pose', 'betas', 'has_body_pose', 'has_betas')}


def _axis_angle_pose(fields: Fields, pose: str, betas: str, has_pose: str, has_betas: str) -> Columns:
    present = float(pose in fields)
    angles, shape = fields.numbers(pose, 72, default=0), fields.numbers(betas, 10, default=0)
    return dict(global_orient=angles[:, :3], body_pose=angles[:, 3:], betas=shape,
                has_pose=_flag(fields, has_pose, present), has_betas=_flag(fields, has_betas, float(betas in fields)))


def _tokenhmr(fields: Fields, unit: str) -> Columns:
    """TokenHMR's EMDB: one array of keypoints, and scale in units of 200 px."""
    columns = _person(fields, unit, square=False)
    points = fields.numbers('keypoints_2d', -1, 3)
    if points.shape[1] != NUM_KEYPOINTS:
        if points.shape[1] not in _SETS_BY_SIZE:
            raise UserError(f'{fields.source}: keypoints_2d has {points.shape[1]} points, expected {NUM_KEYPOINTS} or '
                            f'{", ".join(map(str, _SETS_BY_SIZE))}.')
        points = to_hmr44(_SETS_BY_SIZE[points.shape[1]], points)
    columns.update(keypoints_2d=points, **_axis_angle_pose(fields, 'body_pose', 'betas', 'has_body_pose', 'has_betas'))
    if 'gender' in columns:  # shapes of another body than the neutral one teach it nothing
        columns['has_betas'] = columns['has_betas'] * (columns['gender'] == 'neutral')
    return columns


def _spin(fields: Fields, unit: str) -> Columns:
    """SPIN's training files and CLIFF's pseudo ground truth: ``part`` (24,3), ``S`` (24,4), ``openpose`` (25,3)."""
    columns = _person(fields, unit, square=True)
    drawn = to_hmr44('spin24', fields.numbers('part', 24, 3, default=0))
    seen = fields.numbers('openpose', len(OPENPOSE25), 3, default=0)
    drawn[:, :25] = np.where(seen[..., 2:] > 0, seen, drawn[:, :25])
    columns['keypoints_2d'] = drawn
    if 'S' in fields:
        space = fields.numbers('S', 24, -1)
        if space.shape[-1] not in (3, 4):
            raise UserError(f'{fields.source}: S has shape {space.shape}, expected (N, 24, 4).')
        space = space if space.shape[-1] == 4 else np.concatenate([space, np.ones_like(space[..., :1])], -1)
        columns['keypoints_3d'] = to_hmr44('spin24', space)
    if 'focal_l' in fields:
        columns['focal'] = fields.numbers('focal_l')
    return {**columns, **_axis_angle_pose(fields, 'pose', 'shape', 'has_smpl', 'has_smpl')}


def _a3d_h36m(fields: Fields, unit: str) -> Columns:
    """A3D's H36M part: rotation matrices, zero where a joint is amputated, and all with one axis more than needed."""
    columns = _person(fields, unit, square=False)
    space = fields.numbers('gt_3d_kpts', NUM_KEYPOINTS, -1)
    columns.update(
        keypoints_2d=fields.numbers('gt_2d_kpts', NUM_KEYPOINTS, 3), keypoints_3d=space[..., :4],
        global_orient=to_axis_angle(fields.numbers('global_orient', 3, 3)),
        body_pose=to_axis_angle(fields.numbers('smpl_pose', 23, 3, 3)).reshape(-1, 69),
        betas=fields.numbers('smpl_shape', 10), transl=fields.numbers('cam_t', 3))
    ones = np.ones(len(space), np.float32)
    return dict(columns, has_pose=ones, has_betas=ones)


#: Name -> keys that only this layout has, and its reader. The first that fits is taken.
LAYOUTS: Dict[str, Tuple[Tuple[str, ...], Callable[[Fields, str], Columns]]] = {
    "A3D's H36M": (('imgname', 'center', 'scale', 'smpl_pose', 'gt_2d_kpts'), _a3d_h36m),
    'HMR2': (('imgname', 'center', 'scale', 'body_keypoints_2d'), _hmr2),
    'HMR2 (3D only)': (('imgname', 'center', 'scale', 'body_keypoints_3d'), _hmr2),
    "TokenHMR's EMDB": (('imgname', 'center', 'scale', 'keypoints_2d'), _tokenhmr),
    'SPIN': (('imgname', 'center', 'scale', 'part'), _spin),
    'SPIN (3D only)': (('imgname', 'center', 'scale', 'S'), _spin),
}
