"""Who is in each picture: which limbs end where, appearance group, gender, age, build and shape, all as exact quotas."""
from collections.abc import Sequence
from typing import Dict, List, Mapping, Optional

import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.people.losses import LimbLosses
from ajahr_mm.synthesis.people.physique import BUILDS, GENDERS, draw_betas
from ajahr_mm.synthesis.people.quotas import check_shares, exact_counts, shuffled
from ajahr_mm.synthesis.records import Subject

__all__ = ['GROUP_SHARES', 'People', 'SubjectQuota', 'exact_counts']

#: shares of the paper (Sec. 3.2)
GROUP_SHARES = dict(African=.2, Asian=.2, Indian=.2, Hispanic=.1, MiddleEastern=.1, SoutheastAsian=.1, White=.1)
GENDER_SHARES = dict(female=.5, male=.5)
AGE_SHARES = {'18-35': .4, '36-55': .35, '56-80': .25}
BUILD_SHARES = dict(slim=.22, average=.42, heavy=.2, muscular=.16)


class People(Sequence):
    """Subjects as columns, each made when it is asked for: a million of them fit into 100 MB."""

    def __init__(self, extents: np.ndarray, betas: np.ndarray, ages: np.ndarray, words: Mapping[str, tuple]) -> None:
        self._extents, self._betas, self._ages = extents, betas, ages
        self._words = words   # field -> (names, number of the name of each subject)

    def __len__(self) -> int:
        return len(self._ages)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return Subject(self._extents[index], self._betas[index], age=float(self._ages[index]),
                       **{field: names[which[index]] for field, (names, which) in self._words.items()})


@SYNTHESIS.register_module()
class SubjectQuota:
    """The people of one split. Limbs, group, gender, age band and build are drawn independently of one another, each as an
    exact quota in a random order, so that none of them tells of another but by chance.

    Args:
        intact, two_limbs, three_limbs, four_limbs, labels, residual: see ``people.losses.LimbLosses``.
        groups: appearance group -> share; default the paper's.
        genders, ages, builds: ``female`` and ``male`` -> share; bands of years such as ``18-35`` -> share, within which all
            ages are alike; ``slim``, ``average``, ``heavy``, ``muscular`` -> share.
        physique: 'open' draws the shape that gender, age and build have on the open body; None, for other bodies, draws
            every coefficient alone from a normal distribution.
        shape_sigma, shape_limit, num_betas: that distribution, cut at +-limit.

    Raises:
        UserError: a share is negative or all are zero; an unknown gender, build or physique; a band that is none.
    """

    def __init__(self, intact: float = .45, two_limbs: float = .07, three_limbs: float = 0., four_limbs: float = 0.,
                 labels: Optional[Dict[int, float]] = None, residual: float = 0., groups: Optional[Dict[str, float]] = None,
                 genders: Optional[Dict[str, float]] = None, ages: Optional[Dict[str, float]] = None,
                 builds: Optional[Dict[str, float]] = None, physique: Optional[str] = 'open', shape_sigma: float = 1.,
                 shape_limit: float = 2.2, num_betas: int = 10) -> None:
        self.losses = LimbLosses(intact, two_limbs, three_limbs, four_limbs, labels, residual)
        self.groups, self.genders, self.ages, self.builds = (
            check_shares(given or default, what) for given, default, what in (
                (groups, GROUP_SHARES, 'group'), (genders, GENDER_SHARES, 'gender'), (ages, AGE_SHARES, 'age'),
                (builds, BUILD_SHARES, 'build')))
        for given, known in ((self.genders, GENDERS), (self.builds, BUILDS), ([physique], ('open', None))):
            unknown = [name for name in given if name not in known]
            if unknown:
                raise UserError(f'{unknown[0]!r} is not one of {", ".join(map(str, known))}; correct the synthesis config')
        self._bands = [_band(name) for name in self.ages]
        self.physique, self.num_betas = physique, num_betas
        self.shape_sigma, self.shape_limit = shape_sigma, shape_limit

    def draw(self, count: int, rng: np.random.Generator) -> People:
        """``count`` subjects. The same ``rng`` state and count give the same people."""
        extents = self.losses.draw(count, rng)
        words = {field: (list(shares), shuffled(shares, count, rng)) for field, shares in (
            ('group', self.groups), ('gender', self.genders), ('build', self.builds))}
        low, high = np.array(self._bands)[shuffled(self.ages, count, rng)].T
        ages = np.floor(low + rng.random(count) * (high + 1 - low))
        return People(extents, self._betas(words, ages, rng), ages, words)

    def draw_extents(self, count: int, amputee_share: float, rng: np.random.Generator) -> np.ndarray:
        """Extents (count, 4) float32 for a pose set of which exactly ``amputee_share`` have a loss."""
        return self.losses.draw_with(amputee_share, count, rng)

    def _betas(self, words: Mapping[str, tuple], ages: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        if self.physique is None:
            drawn = rng.standard_normal((len(ages), self.num_betas)) * self.shape_sigma
            return np.clip(drawn, -self.shape_limit, self.shape_limit).astype(np.float32)
        gender, build = (np.array(names)[which] for names, which in (words['gender'], words['build']))
        return draw_betas(gender, ages, build, rng)

    # ------------------------------------------------------------------ telling

    def facts(self) -> Dict[str, object]:
        """For the dataset card: the shares asked for."""
        shares = {f'{kind}s': {name: round(share, 6) for name, share in each.items()}
                  for kind, each in self._asked().items()}
        return dict(**shares, residual=self.losses.residual, physique=self.physique or 'independent normal')

    def asked(self, count: int) -> Dict[str, Dict[str, float]]:
        """How many of ``count`` people should be of each kind, not rounded, by the kinds of the dataset card."""
        lost = self.losses.lost_limbs(count)
        ends = {'at a joint': lost * (1 - self.losses.residual), 'between two joints': lost * self.losses.residual}
        return {**{kind: {name: share * count for name, share in each.items()} for kind, each in self._asked().items()},
                'limb_end': ends}

    def _asked(self) -> Dict[str, Dict[str, float]]:
        """Kind -> name -> share, of sum 1; what has no share is left out."""
        words = {**dict(enumerate(limbs.LABEL_NAMES)), -2: 'two limbs', -3: 'three limbs', -4: 'four limbs'}
        label = {words[kind]: share for kind, share in self.losses.shares.items()}
        kinds = dict(label=label, group=self.groups, gender=self.genders, age=self.ages, build=self.builds)
        return {kind: {str(name): share / sum(shares.values()) for name, share in shares.items() if share}
                for kind, shares in kinds.items()}


def _band(name: str) -> List[int]:
    """'18-35' -> [18, 35]."""
    parts = str(name).split('-')
    if len(parts) == 2 and all(part.strip().isdigit() for part in parts) and int(parts[0]) <= int(parts[1]):
        return [int(part) for part in parts]
    raise UserError(f'{name!r} is no band of ages such as 18-35; correct the synthesis config')
