"""People of the public HMR2 training tars (``data.pyd``): read without running the pickle, and brought to our columns.

The tars of 4D-Humans, which TokenHMR and AJAHR train on too, hold for each picture a pickled list of person dicts.
``tools/dataset_converters/convert_legacy_tars.py`` rewrites them without pickles and with the same field names; both
kinds pass through here.
"""
from typing import Any, Dict, List, Mapping, Tuple

import numpy as np

from ajahr_mm.anatomy.keypoints import NUM_KEYPOINTS
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.restricted_pickle import NUMPY, load_pickle
from ajahr_mm.io.shards import People, ShardSample, check_people, decode_people

#: Suffixes of pickled members.
PICKLES = ('data.pyd', 'pyd', 'pkl', 'pickle')
#: Width to height of the crop that the boxes of these sets are widened to (192:256, as for ViTPose).
_ASPECT = 192 / 256
_MAX_DEPTH = 4
_FIELDS: Dict[str, Tuple[Tuple[int, ...], ...]] = dict(
    keypoints_2d=((NUM_KEYPOINTS, 3),), keypoints_3d=((NUM_KEYPOINTS, 4),), center=((2,),), scale=((2,), (), (1,)),
    body_pose=((72,),), betas=((10,),), has_body_pose=((), (1,)), has_betas=((), (1,)))


def legacy_fields(sample: ShardSample) -> People:
    """The fields of all people of a sample as columns (P, …), under their original names.

    Nested dicts become dotted names (``extra_info.fitting_loss.reprojection_loss``). Fields that not all people have, or
    not in one shape, are left out. A sample without a pickle is taken as converted.

    Raises:
        UserError: the pickle asks for anything beyond numpy arrays, or is not a list of dicts.
    """
    pickles = [suffix for suffix in sample.parts if suffix in PICKLES]
    if not pickles:
        return decode_people(sample)
    try:
        people = load_pickle(sample.parts[pickles[0]], allow=NUMPY)
    except UserError as error:
        raise UserError(f'sample {sample.key!r}, {pickles[0]}: {error}') from None
    people = [people] if isinstance(people, dict) else people
    if not isinstance(people, (list, tuple)) or not all(isinstance(person, dict) for person in people):
        raise UserError(f'sample {sample.key!r}: {pickles[0]} is not a list of people.')
    return stack_people([_flat(person) for person in people], sample.key)


def stack_people(people: List[Mapping[str, np.ndarray]], key: str) -> People:
    """Columns (P, …) of the fields that all people share."""
    columns = {}
    for name in people[0] if people else ():
        values = [person.get(name) for person in people]
        if all(v is not None and v.shape == values[0].shape and v.dtype.kind in 'fiubU' for v in values):
            columns[name] = np.stack(values)
    return check_people(columns, key)


def _flat(value: Any, name: str = '', depth: int = 0) -> Dict[str, np.ndarray]:
    if isinstance(value, np.ndarray) and value.dtype == object and value.ndim == 0:
        value = value.item()
    if isinstance(value, dict) and depth < _MAX_DEPTH:
        return {inner: array for key, each in value.items()
                for inner, array in _flat(each, f'{name}.{key}' if name else str(key), depth + 1).items()}
    if isinstance(value, (np.ndarray, np.generic, bool, int, float, str)):
        return {name: np.asarray(value)}
    return {}


def hmr2_people(sample: ShardSample) -> People:
    """Our columns (P, …) of the people of a sample of HMR2's tars.

    ``scale`` is width and height of the box / 200; the square box is as high as the box widened to 3:4. Poses carry the
    root first. Fields beyond the known ones are kept where they are numbers (``fitting_loss`` of HMR2's filters).

    Raises:
        UserError: a field is missing or has another shape.
    """
    fields = legacy_fields(sample)
    count = len(next(iter(fields.values()), ()))
    if not count:
        return {}
    for name, shapes in _FIELDS.items():
        if name not in fields:
            raise UserError(f'sample {sample.key!r} lacks {name}; it has {", ".join(fields)}.')
        if fields[name].shape[1:] not in shapes or fields[name].dtype.kind not in 'fiub':
            raise UserError(f'sample {sample.key!r}: {name} is {fields[name].dtype}{list(fields[name].shape)}, expected '
                            f'numbers of shape {[count, *shapes[0]]}.')
    side = np.broadcast_to(fields['scale'].reshape(count, -1), (count, 2)) * 200
    columns = dict(
        center=fields['center'], size=np.maximum(side[:, 1], side[:, 0] / _ASPECT), betas=fields['betas'],
        global_orient=fields['body_pose'][:, :3], body_pose=fields['body_pose'][:, 3:],
        keypoints_2d=fields['keypoints_2d'], keypoints_3d=fields['keypoints_3d'],
        has_pose=fields['has_body_pose'].reshape(count), has_betas=fields['has_betas'].reshape(count),
        fitting_loss=fields.get('extra_info.fitting_loss.reprojection_loss', np.zeros(count)).reshape(count, -1)[:, 0])
    return {name: np.asarray(column, np.float32) for name, column in columns.items()}
