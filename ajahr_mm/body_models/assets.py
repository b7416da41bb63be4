"""The arrays of a body: the packaged open body, or a file of the user in SMPL's layout."""
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Optional, Union

import numpy as np

from ajahr_mm.anatomy.skeleton import PARENTS
from ajahr_mm.body_models import smpl_files
from ajahr_mm.io import UserError

OPEN_BODY = Path(__file__).parents[1] / 'assets' / 'open_body.npz'
REQUIRED = ('v_template', 'shapedirs', 'weights', 'J_regressor', 'f', 'kintree_table')
INDICES = ('f', 'kintree_table', 'keypoint_vertex_ids', 'uv_faces')
KEYPOINT_TABLES = ('keypoint_joints', 'keypoint_vertex_ids', 'keypoint_vertices')
OPTIONAL = ('posedirs', 'uv', 'uv_faces', *KEYPOINT_TABLES)


@dataclass
class BodyArrays:
    """A body of V vertices in T-pose: metres, y up, facing +z, the 24 SMPL joints. All arrays are checked."""

    v_template: np.ndarray             # (V,3)
    shapedirs: np.ndarray              # (V,3,N) metres per unit of each shape axis
    weights: np.ndarray                # (V,24) rows sum to 1
    J_regressor: np.ndarray            # (24,V)
    faces: np.ndarray                  # (F,3)
    keypoint_joints: np.ndarray        # (44,24) HMR44 keypoint = these weights on joints ...
    keypoint_vertex_ids: np.ndarray    # (n,)
    keypoint_vertices: np.ndarray      # (44,n) ... plus these weights on vertices
    posedirs: Optional[np.ndarray] = None  # (V,3,207) pose blend shapes
    uv: Optional[np.ndarray] = None        # (T,2)
    uv_faces: Optional[np.ndarray] = None  # (F,3) into uv
    hands_folded: bool = False             # the file was SMPL-H: the 15 joints of each hand became one


def load_body(source: Union[str, Path] = 'open', num_betas: Optional[int] = 10) -> BodyArrays:
    """The packaged body (``'open'``) or an SMPL or SMPL-H file of the user, without running anything in it.

    Args:
        source: 'open', or the path of a ``.npz``, or ``.pkl`` as distributed, with the arrays v_template, shapedirs,
            weights, J_regressor, f, kintree_table and optionally posedirs. What else the file holds is not read.
        num_betas: how many of the file's shape axes to use; None for all.

    Raises:
        UserError: the file is missing, lacks arrays, holds anything but arrays, or its arrays contradict each other.
    """
    path = OPEN_BODY if source == 'open' else Path(source)
    raw = smpl_files.read_arrays(path, (*REQUIRED, *OPTIONAL))
    missing = [name for name in REQUIRED if name not in raw]
    if missing:
        raise UserError(f'{path} lacks {", ".join(missing)}, so it is not a body in the layout of SMPL; '
                        'give an SMPL or SMPL-H file (.npz or .pkl).')
    for name, array in raw.items():
        _check_numbers(name, array, path)
    hands_folded = smpl_files.has_fingers(raw, path)
    if hands_folded:
        raw = smpl_files.fold_hands(raw, path)
    if any(name not in raw for name in KEYPOINT_TABLES):
        raw.update(smpl_files.keypoint_tables(len(raw['v_template'])))
    raw['shapedirs'] = _first_axes(raw['shapedirs'], num_betas, path)
    arrays = BodyArrays(
        *(np.asarray(raw[name], np.float64) for name in ('v_template', 'shapedirs', 'weights', 'J_regressor')),
        np.asarray(raw['f'], np.int64), raw['keypoint_joints'], np.asarray(raw['keypoint_vertex_ids'], np.int64),
        raw['keypoint_vertices'], *(raw.get(name) for name in ('posedirs', 'uv', 'uv_faces')), hands_folded)
    _check_shapes(arrays, path)
    _check_content(arrays, raw['kintree_table'], path)
    return arrays


def _check_numbers(name: str, array: np.ndarray, path: Path) -> None:
    kinds, what = ('iu', 'integers') if name in INDICES else ('biuf', 'numbers')
    if array.dtype.kind not in kinds:
        raise UserError(f'{path}: {name} holds {array.dtype} where {what} were expected; the file is damaged.')
    if not array.ndim or name in REQUIRED and not array.size:
        raise UserError(f'{path}: {name} has shape {array.shape}, so it is no list of anything; the file is damaged.')
    if not np.isfinite(array).all():
        raise UserError(f'{path}: {name} holds NaN or infinity; the file is damaged.')


def _first_axes(shapedirs: np.ndarray, num_betas: Optional[int], path: Path) -> np.ndarray:
    if shapedirs.ndim != 3 or num_betas is not None and shapedirs.shape[2] < num_betas:
        raise UserError(f'{path} has shape axes {shapedirs.shape}, but num_betas={num_betas} were asked for.')
    return np.ascontiguousarray(shapedirs[..., :num_betas])  # a copy lets go of the others, 48 MB in files with 300


def _check_shapes(body: BodyArrays, path: Path) -> None:
    """Raises UserError with the first array whose shape does not fit to the others."""
    count, landmarks = len(body.v_template), body.keypoint_vertex_ids.size
    expected: Dict[str, tuple] = {
        'v_template': (count, 3), 'weights': (count, 24), 'J_regressor': (24, count), 'faces': (len(body.faces), 3),
        'shapedirs': (count, 3, body.shapedirs.shape[2]), 'posedirs': (count, 3, 207),
        'keypoint_joints': (44, 24), 'keypoint_vertex_ids': (landmarks,), 'keypoint_vertices': (44, landmarks),
        'uv': (np.size(body.uv) // 2, 2), 'uv_faces': body.faces.shape}
    for name, shape in expected.items():
        value = getattr(body, name)
        if value is not None and value.shape != shape:
            raise UserError(f'{path}: {name} has shape {value.shape} where {shape} was expected; '
                            'the file does not fit together.')


def _check_content(body: BodyArrays, kintree: np.ndarray, path: Path) -> None:
    """Raises UserError with the first array whose numbers cannot be those of a body with SMPL's joints."""
    tree = np.array([PARENTS, range(24)])[:, 1:]  # the root has another parent in each release
    if kintree.shape != (2, 24) or (kintree[:, 1:] != tree).any():
        raise UserError(f'{path}: kintree_table is not the joint tree of SMPL; only SMPL and SMPL-H files are understood.')
    count, corners = len(body.v_template), np.size(body.uv) // 2
    for name, indices, end in (('faces', body.faces, count), ('keypoint_vertex_ids', body.keypoint_vertex_ids, count),
                               ('uv_faces', body.uv_faces, corners)):
        if indices is not None and indices.size and not 0 <= indices.min() <= indices.max() < end:
            raise UserError(f'{path}: the {name} point outside of the {end} that there are; the file does not fit together.')
    if body.weights.min() < -1e-6:
        raise UserError(f'{path}: the skinning weights fall to {body.weights.min():.3g}, below zero; the file is damaged.')
    if np.abs(body.weights.sum(1) - 1).max() > 1e-3:
        raise UserError(f'{path}: the skinning weights of a vertex do not sum to 1; the file is damaged.')
    if np.abs(body.J_regressor.sum(1) - 1).max() > 0.1:
        raise UserError(f'{path}: the J_regressor of a joint does not sum to 1; the file is damaged.')
