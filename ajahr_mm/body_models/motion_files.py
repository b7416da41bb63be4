"""Poses and motions from files, turned upright: AMASS, SMPL parameters, and the JSON that inference writes for a person."""
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Union

import numpy as np

from ajahr_mm.anatomy.skeleton import NUM_JOINTS
from ajahr_mm.io import UserError
from ajahr_mm.io.meshes.rig import Clip
from ajahr_mm.io.safe_load import load_json, load_npz

#: How the axes of a file are turned to y up.
AXES = {'y-up': np.diag([1., 1, 1]), 'z-up': np.array([[1., 0, 0], [0, 0, 1], [0, -1, 0]]), 'camera': np.diag([1., -1, -1])}
_BODY_JOINTS = 22  # joints 0..21 are the same in SMPL, SMPL-H and SMPL-X; what follows are hands and face
_FPS = ('mocap_framerate', 'mocap_frame_rate', 'fps')


@dataclass
class Motion:
    """Content of a motion file; None where it says nothing."""

    clip: Clip                                # T frames of the 24 joints, y up
    betas: Optional[np.ndarray] = None        # (N,)
    limb_extent: Optional[np.ndarray] = None  # (4,)
    amputation: Optional[str] = None


def load_motion(path: Union[str, Path], axes: Optional[str] = None, fps: Optional[float] = None) -> Motion:
    """Reads ``.npz`` or ``.json``; rotations are axis-angle in radians or matrices, lengths metres.

    * ``poses`` (T,72) of SMPL, or wider ones of SMPL-H and SMPL-X, whose hands then stay straight; ``trans`` (T,3). AMASS.
    * ``global_orient`` (T,3) and ``body_pose`` (T,69) or (T,63), or as matrices; ``transl`` (T,3).
    * ``smpl`` with these, ``limb_extent`` and ``amputation``: the JSON of a person; one frame.

    ``betas`` and ``limb_extent`` may have a row per frame, of which the first counts.

    Args:
        axes: 'y-up', 'z-up' or 'camera' (x right, y down). None: camera for JSON, z-up for files with AMASS's
            ``mocap_framerate``, else y-up.
        fps: None: what the file says, else 30.

    Raises:
        UserError: missing, broken, or arrays that do not fit together.
    """
    path = Path(path)
    if path.suffix.lower() == '.json':
        raw, usual = _person(path), 'camera'
    else:
        raw = load_npz(path)
        usual = 'z-up' if any(key in raw for key in _FPS[:2]) else 'y-up'
    axes = usual if axes is None else axes
    if axes not in AXES:
        raise UserError(f'axes={axes!r} is not one of {", ".join(AXES)}')
    try:
        rotations = _rotations(raw)
        shift = next((_numbers(raw[key]).reshape(-1, 3) for key in ('trans', 'transl') if key in raw), None)
        rate = next((float(raw[key]) for key in _FPS if key in raw), 30.) if fps is None else fps
        betas, extent = (None if raw.get(key) is None else np.atleast_2d(_numbers(raw[key]))[0]
                         for key in ('betas', 'limb_extent'))
        rotations[:, 0] = AXES[axes] @ rotations[:, 0]
        clip = Clip(rotations, None if shift is None else shift @ AXES[axes].T, rate, path.stem)
    except (TypeError, ValueError, KeyError, IndexError) as error:
        raise UserError(f'{path} is not a motion that can be used: {error}') from None
    return Motion(clip, betas, extent, raw.get('amputation'))


def _person(path: Path) -> Dict[str, Any]:
    document = load_json(path)
    if not isinstance(document, dict) or not isinstance(document.get('smpl'), dict):
        raise UserError(f'{path} has no "smpl" parameters; give the JSON that inference writes for one person')
    return {**document['smpl'], **{key: document[key] for key in ('limb_extent', 'amputation') if key in document}}


def _rotations(raw: Mapping[str, Any]) -> np.ndarray:
    """(T,24,3,3); joints that the file does not have are not turned."""
    if 'poses' in raw:
        turns = _numbers(raw['poses'])
        if turns.ndim != 2 or turns.shape[1] % 3 or turns.shape[1] < 3 * _BODY_JOINTS or not len(turns):
            raise UserError(f'poses has shape {turns.shape} where (frames, 72) was expected')
        turns = turns.reshape(len(turns), -1, 3)
        given = _matrices(turns if turns.shape[1] == NUM_JOINTS else turns[:, :_BODY_JOINTS])
    elif 'global_orient' in raw and 'body_pose' in raw:
        body, root = _numbers(raw['body_pose']), _numbers(raw['global_orient'])
        if body.ndim >= 3 and body.shape[-2:] == (3, 3):
            body = body.reshape(-1, *body.shape[-3:])
        else:
            body = _matrices(body.reshape(-1, *((body.shape[-1] // 3, 3) if body.shape[-1] != 3 else body.shape[-2:])))
        # Three frames of axis-angle and one matrix have the same shape; the number of frames tells them apart.
        root = root.reshape(-1, 1, 3, 3) if root.size == 9 * len(body) else _matrices(root.reshape(-1, 1, 3))
        if len(root) != len(body):
            raise UserError(f'global_orient has {len(root)} frames and body_pose {len(body)}')
        given = np.concatenate([root, body], 1)
    else:
        raise UserError('it needs "poses", or "global_orient" and "body_pose"')
    if given.shape[1] not in (NUM_JOINTS, _BODY_JOINTS):
        raise UserError(f'it turns {given.shape[1]} joints where {NUM_JOINTS} or {_BODY_JOINTS} were expected')
    rotations = np.tile(np.eye(3), (len(given), NUM_JOINTS, 1, 1))
    rotations[:, :given.shape[1]] = given
    return rotations


def _matrices(axis_angle: np.ndarray) -> np.ndarray:
    """Axis-angle (…,3) -> (…,3,3)."""
    from scipy.spatial.transform import Rotation
    return Rotation.from_rotvec(axis_angle.reshape(-1, 3)).as_matrix().reshape(*axis_angle.shape[:-1], 3, 3)


def _numbers(values: Any) -> np.ndarray:
    return np.asarray(values, np.float64)
