"""Reads an SMPL or SMPL-H file as it is downloaded and writes its arrays, once, as a clean npz that anything can load.

    python tools/body_models/convert_smpl.py basicmodel_neutral_lbs_10_207_0_v1.1.0.pkl data/body_models/SMPL_NEUTRAL.npz

Nothing in the file is run and chumpy is not needed. The npz holds v_template, shapedirs, posedirs, weights, J_regressor
(float32, dense), f and kintree_table (int32) of SMPL's 24 joints. In files of SMPL-H the 15 joints of each hand become one.
"""
import argparse
from pathlib import Path
from typing import Dict, Optional

import numpy as np

from ajahr_mm.anatomy.skeleton import PARENTS
from ajahr_mm.body_models.assets import BodyArrays, load_body
from ajahr_mm.io import UserError, atomic_path, exit_on_user_error

FLOATS = ('v_template', 'shapedirs', 'posedirs', 'weights', 'J_regressor', 'uv')
INTEGERS = dict(f='faces', uv_faces='uv_faces')


def convert(source: Path, target: Path, num_betas: Optional[int] = None) -> BodyArrays:
    """Writes ``target`` whole or not at all, and returns what was read.

    Raises:
        UserError: ``source`` is no such file (see :func:`load_body`), or ``target`` is no place for an npz.
    """
    if target.suffix != '.npz':
        raise UserError(f'{target} should end in .npz, the format that is written.')
    if target.exists() and source.exists() and target.samefile(source):
        raise UserError(f'{target} is the file to be read; choose another name for the npz.')
    body = load_body(source, num_betas)
    try:
        with atomic_path(target) as temporary:
            np.savez(temporary, **clean_arrays(body))
    except OSError as error:
        raise UserError(f'{target} cannot be written ({error.strerror}); check its folder and the disk.') from None
    return body


def clean_arrays(body: BodyArrays) -> Dict[str, np.ndarray]:
    """The arrays of SMPL's layout by the names that they have there."""
    arrays = {name: getattr(body, name) for name in FLOATS}
    indices = {name: getattr(body, field) for name, field in INTEGERS.items()}
    return {**{name: array.astype(np.float32) for name, array in arrays.items() if array is not None},
            **{name: array.astype(np.int32) for name, array in indices.items() if array is not None},
            'kintree_table': np.array([PARENTS, range(len(PARENTS))], np.int32)}


def report(source: Path, target: Path, body: BodyArrays) -> str:
    vertices, _, axes = body.shapedirs.shape
    hands = 'folded: 52 joints read, the 15 of each hand move as one' if body.hands_folded else 'not folded: 24 joints read'
    return '\n'.join((
        f'read      {source}',
        f'vertices  {vertices}, faces {len(body.faces)}',
        f'joints    {len(PARENTS)}',
        f'hands     {hands}',
        f'axes      {axes} of shape, {0 if body.posedirs is None else body.posedirs.shape[2]} of pose',
        f'wrote     {target} ({target.stat().st_size / 1e6:.1f} MB)'))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('source', type=Path, metavar='IN', help='the downloaded file: .pkl or .npz of SMPL or SMPL-H')
    parser.add_argument('target', type=Path, metavar='OUT.npz', help='where the clean file goes; replaced if it is there')
    parser.add_argument('--num-betas', type=int, metavar='N', help='keep only the first N shape axes (default: all)')
    args = parser.parse_args()
    if args.num_betas is not None and args.num_betas < 1:
        raise UserError(f'--num-betas {args.num_betas} keeps no shape axis; give at least 1.')
    print(report(args.source, args.target, convert(args.source, args.target, args.num_betas)))


if __name__ == '__main__':
    with exit_on_user_error():
        main()
