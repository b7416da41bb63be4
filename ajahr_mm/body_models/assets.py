"""The arrays of a body: the packaged open body, or a file of the user in SMPL's layout."""
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Union

import numpy as np

from ajahr_mm.anatomy.skeleton import PARENTS
from ajahr_mm.body_models import smpl_files
from ajahr_mm.io import UserError
from ajahr_mm.io.safe_load import load_npz

OPEN_BODY = Path(__file__).parents[1] / 'assets' / 'open_body.npz'
REQUIRED = ('v_template', 'shapedirs', 'weights', 'J_regressor', 'f', 'kintree_table')


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


def load_body(source: Union[str, Path] = 'open', num_betas: int = 10) -> BodyArrays:
    """The packaged body (``'open'``) or an SMPL or SMPL-H ``.npz`` file, without unpickling anything.

    Args:
        source: 'open', or the path of a file with the arrays v_template, shapedirs, weights, J_regressor, f, kintree_table
            and optionally posedirs.
        num_betas: how many of the file's shape axes to use.

    Raises:
        UserError: the file is missing, a pickle, lacks arrays, or its arrays contradict each other.
    """
    path = OPEN_BODY if source == 'open' else Path(source)
    if path.suffix.lower() in ('.pkl', '.pickle'):
        raise UserError(f'{path} is a pickle, which can run code and is never loaded; save its arrays once with numpy.savez '
                        f'({", ".join(REQUIRED)}, posedirs; J_regressor dense) and give the .npz file.')
    raw = load_npz(path)
    missing = [name for name in REQUIRED if name not in raw]
    if missing:
        raise UserError(f'{path} lacks {", ".join(missing)}, so it is not a body in the layout of SMPL; '
                        'give an SMPL or SMPL-H .npz file.')
    raw = smpl_files.fold_hands(raw, path)
    if 'keypoint_joints' not in raw:
        raw.update(smpl_files.keypoint_tables(len(raw['v_template'])))
    arrays = BodyArrays(
        *(np.asarray(raw[name], np.float64) for name in ('v_template', 'shapedirs', 'weights', 'J_regressor')),
        np.asarray(raw['f'], np.int64), raw['keypoint_joints'], np.asarray(raw['keypoint_vertex_ids'], np.int64),
        raw['keypoint_vertices'], *(raw.get(name) for name in ('posedirs', 'uv', 'uv_faces')))
    _check(arrays, raw['kintree_table'], num_betas, path)
    arrays.shapedirs = arrays.shapedirs[..., :num_betas]
    return arrays


def _check(body: BodyArrays, kintree: np.ndarray, num_betas: int, path: Path) -> None:
    """Raises UserError with the first contradiction between the arrays."""
    count = len(body.v_template)
    expected = {'v_template': (count, 3), 'weights': (count, 24), 'J_regressor': (24, count),
                'faces': (len(body.faces), 3), 'shapedirs': (count, 3) + body.shapedirs.shape[2:],
                'posedirs': (count, 3, 207)}
    for name, shape in expected.items():
        value = getattr(body, name)
        if value is not None and value.shape != shape:
            raise UserError(f'{path}: {name} has shape {value.shape} where {shape} was expected; the file does not fit together.')
        if value is not None and not np.isfinite(value).all():
            raise UserError(f'{path}: {name} holds NaN or infinity; the file is damaged.')
    if body.shapedirs.ndim != 3 or body.shapedirs.shape[2] < num_betas:
        raise UserError(f'{path} has shape axes {body.shapedirs.shape}, but num_betas={num_betas} were asked for.')
    if tuple(np.asarray(kintree)[0, 1:].astype(np.int64)) != PARENTS[1:]:
        raise UserError(f'{path}: kintree_table is not the joint tree of SMPL; only SMPL and SMPL-H files are understood.')
    if body.faces.min() < 0 or body.faces.max() >= count or body.keypoint_vertex_ids.max(initial=0) >= count:
        raise UserError(f'{path}: the faces point outside of the {count} vertices.')
    if np.abs(body.weights.sum(1) - 1).max() > 1e-3:
        raise UserError(f'{path}: the skinning weights of a vertex do not sum to 1; the file is damaged.')
