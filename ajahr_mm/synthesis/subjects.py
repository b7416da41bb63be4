"""Who is in each picture: which limbs end where (exact quotas), shape, gender and appearance group."""
from typing import Dict, NamedTuple, Optional

import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS

#: shares of the paper (Sec. 3.2)
GROUP_SHARES = dict(African=.2, Asian=.2, Indian=.2, Hispanic=.1, MiddleEastern=.1, SoutheastAsian=.1, White=.1)


class Subject(NamedTuple):
    """limb_extent (4,) segments kept of each limb; betas (10,); gender 'female' or 'male'; appearance group."""
    limb_extent: np.ndarray
    betas: np.ndarray
    gender: str
    group: str


def exact_counts(shares: Dict, total: int) -> Dict:
    """Whole counts that sum to ``total`` and miss their shares by less than one (largest remainders)."""
    names, weights = list(shares), np.array(list(shares.values()), dtype=np.float64)
    ideal = weights / weights.sum() * total
    counts = np.floor(ideal + 1e-9).astype(int)
    for i in np.argsort(-(ideal - counts), kind='stable')[:total - counts.sum()]:
        counts[i] += 1
    return dict(zip(names, counts.tolist()))


@SYNTHESIS.register_module()
class SubjectQuota:
    """The people of one split, as an exact quota in a fixed random order.

    Args:
        intact, two_limbs: shares of people without loss and of people who miss two limbs.
        labels: shares of the 12 single-limb AJAHR labels; default equal. The three shares are scaled to sum to 1.
        residual: share of lost limbs that end between two joints instead of at one (extent drawn inside the lost segment).
            The paper has none; its labels stay as they are, because a partly kept segment counts as lost.
        groups: appearance group -> share; default the paper's.
        shape_sigma, shape_limit: normal distribution of every shape coefficient, cut at +-limit.

    Raises:
        UserError: a share is negative or all are zero.
    """

    def __init__(self, intact: float = .45, two_limbs: float = .07, labels: Optional[Dict[int, float]] = None,
                 residual: float = 0., groups: Optional[Dict[str, float]] = None, shape_sigma: float = 1.,
                 shape_limit: float = 2.2, num_betas: int = 10):
        labels = labels or {label: (1 - intact - two_limbs) / limbs.NUM_LABELS for label in range(limbs.NUM_LABELS)}
        self.shares = {limbs.INTACT_LABEL: intact, -1: two_limbs, **labels}
        self.groups = dict(groups or GROUP_SHARES)
        for shares in (self.shares, self.groups):
            if min(shares.values()) < 0 or sum(shares.values()) <= 0:
                raise UserError(f'shares must be non-negative and not all zero, got {shares}; correct the synthesis config')
        self.residual, self.shape_sigma, self.shape_limit, self.num_betas = residual, shape_sigma, shape_limit, num_betas

    def draw(self, count: int, rng: np.random.Generator) -> list:
        """``count`` subjects. The same ``rng`` state and count give the same people."""
        kinds = self._shuffled(self.shares, count, rng)
        groups = self._shuffled(self.groups, count, rng)
        genders = self._shuffled({'female': .5, 'male': .5}, count, rng)
        return [Subject(self._extent(int(kind), rng), self._betas(rng), str(gender), str(group))
                for kind, group, gender in zip(kinds, groups, genders)]

    def draw_extents(self, count: int, amputee_share: float, rng: np.random.Generator) -> np.ndarray:
        """Extents (count, 4) float32 for a pose set of which exactly ``amputee_share`` have a loss."""
        lost = {kind: share for kind, share in self.shares.items() if kind != limbs.INTACT_LABEL}
        total = sum(lost.values())
        shares = {limbs.INTACT_LABEL: 1 - amputee_share, **{kind: amputee_share * s / total for kind, s in lost.items()}}
        return np.stack([self._extent(int(kind), rng) for kind in self._shuffled(shares, count, rng)])

    @staticmethod
    def _shuffled(shares: Dict, count: int, rng: np.random.Generator) -> np.ndarray:
        values = [name for name, number in exact_counts(shares, count).items() for _ in range(number)]
        return np.array(values)[rng.permutation(count)]

    def _extent(self, kind: int, rng: np.random.Generator) -> np.ndarray:
        if kind >= 0:
            extent = limbs.classes_to_extent(limbs.label_to_classes(kind))
        else:
            classes = np.zeros(limbs.NUM_LIMBS, np.int64)
            classes[rng.choice(limbs.NUM_LIMBS, size=2, replace=False)] = rng.integers(1, limbs.NUM_CLASSES, size=2)
            extent = limbs.classes_to_extent(classes)
        if self.residual > 0:
            between = extent + rng.uniform(.1, .9, size=extent.shape)  # floor() brings back the same class
            chosen = (extent < limbs.INTACT_EXTENT) & (rng.random(extent.shape) < self.residual)
            extent = np.where(chosen, between, extent)
        return extent.astype(np.float32)

    def _betas(self, rng: np.random.Generator) -> np.ndarray:
        return np.clip(rng.normal(size=self.num_betas) * self.shape_sigma, -self.shape_limit,
                       self.shape_limit).astype(np.float32)
