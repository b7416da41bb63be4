"""Physique: shape coefficients of the open body for gender, age and build, so that these can be seen."""
from functools import lru_cache
from pathlib import Path
from typing import Dict, Sequence

import numpy as np

ASSET = Path(__file__).parents[2] / 'assets/physique.npz'
GENDERS = ('female', 'male')
_CHUNK = 50_000
#: build -> mean and standard deviation of MakeHuman's phenotypes weight and muscle, 0 to 1 with 0.5 as the average adult
BUILDS = dict(slim=((.18, .05), (.42, .08)), average=((.48, .06), (.50, .08)), heavy=((.88, .05), (.44, .08)),
              muscular=((.58, .05), (.88, .05)))
GROWN = 25.             # years; younger people have the shape of this age, because MakeHuman makes them part children
LIMIT = 4.              # standard deviations; what lies beyond is cut off
HEIGHT_SPREAD = .055    # of the phenotype height: about 7 cm of stature among women and among men


def features(gender: np.ndarray, age: np.ndarray, muscle: np.ndarray, weight: np.ndarray, height: np.ndarray) -> np.ndarray:
    """(N,21) what the shape depends on linearly: phenotypes (N,), their squares and products.

    ``gender`` runs from 0 male to 1 female, ``age`` is in years, the others are 0 to 1.
    """
    base = [2 * gender - 1, (age - 45) / 20, 2 * muscle - 1, 2 * weight - 1, 10 * (height - .5)]
    products = [one * other for i, one in enumerate(base) for other in base[i:]]
    return np.stack([np.ones_like(base[0]), *base, *products], 1)


@lru_cache(maxsize=1)
def _asset() -> Dict[str, np.ndarray]:
    with np.load(ASSET, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def draw_betas(gender: Sequence[str], age: np.ndarray, build: Sequence[str], rng: np.random.Generator) -> np.ndarray:
    """(N,10) float32 shape of people of the open body.

    A linear map from phenotypes to shape, fitted on MakeHuman's people (``assets/physique.npz``), and what it leaves open
    (ancestry, proportions) at random. Ancestry does not go with the appearance group.

    Args:
        gender, build: (N,) words of GENDERS and BUILDS; age: (N,) years, 18 to 80.
    """
    asset, build = _asset(), np.asarray(build)
    female = np.asarray(gender) == GENDERS[0]
    parts = []
    for start in range(0, len(age), _CHUNK):
        here = slice(start, start + _CHUNK)
        noise = rng.standard_normal((len(age[here]), 14))
        table = np.array(list(BUILDS.values()))[(build[here, None] == list(BUILDS)).argmax(1)]     # (n, weight or muscle, 2)
        weight, muscle = np.clip(table[..., 0] + table[..., 1] * noise[:, :2], 0, 1).T
        height = .5 + HEIGHT_SPREAD * noise[:, 3]
        sex = np.clip(female[here] + .08 * noise[:, 2], 0, 1)
        known = features(sex, np.maximum(age[here], GROWN), muscle, weight, height)
        values = np.einsum('nf,fk->nk', known, asset['map']) + np.einsum('nj,kj->nk', noise[:, 4:], asset['spread'])
        parts.append(np.clip(values, -LIMIT, LIMIT).astype(np.float32))
    return np.concatenate(parts) if parts else np.zeros((0, 10), np.float32)
