"""Which limbs end where: exact quotas of the 12 labels, of people who miss several limbs, and of residual limbs."""
from typing import Dict, Mapping, Optional

import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.synthesis.people.quotas import check_shares, exact_counts, marked, shuffled

#: A residual limb ends within this part of the lost segment: nearer to a joint it would look like a loss at that joint.
_INSIDE = (.1, .9)


class LimbLosses:
    """Draws limb extents.

    Args:
        intact, two_limbs, three_limbs, four_limbs: shares of people without loss and with several.
        labels: shares of the 12 AJAHR labels of people who miss one limb; by default they share the rest evenly. All are
            scaled to sum to 1.
        residual: share of lost limbs that end between two joints instead of at one. Their labels stay as they are, because a
            partly kept segment counts as lost.

    Raises:
        UserError: a share is negative or all are zero.
    """

    def __init__(self, intact: float, two_limbs: float = 0., three_limbs: float = 0., four_limbs: float = 0.,
                 labels: Optional[Mapping[int, float]] = None, residual: float = 0.) -> None:
        several = {-2: two_limbs, -3: three_limbs, -4: four_limbs}
        rest = 1 - intact - sum(several.values())
        single = labels or {label: rest / limbs.NUM_LABELS for label in range(limbs.NUM_LABELS)}
        self.shares = check_shares({limbs.INTACT_LABEL: intact, **several, **single}, 'limb')
        check_shares({'residual': residual, 'at a joint': 1 - residual}, 'residual limb')
        self.residual = residual

    def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Extents (count, 4) float32; every quota is met to within one person, that of residual limbs to within a limb."""
        return self._extents(self.shares, count, rng)

    def draw_with(self, amputees: float, count: int, rng: np.random.Generator) -> np.ndarray:
        """The same with a share of ``amputees`` of its own; those are divided among the losses as ever."""
        lost = {kind: share for kind, share in self.shares.items() if kind != limbs.INTACT_LABEL}
        total = sum(lost.values())
        shares = {limbs.INTACT_LABEL: 1 - amputees, **{kind: amputees * share / total for kind, share in lost.items()}}
        return self._extents(shares, count, rng)

    def lost_limbs(self, count: int) -> int:
        """How many limbs ``count`` people lack together."""
        number = {limbs.INTACT_LABEL: 0, -2: 2, -3: 3, -4: 4}
        return sum(people * number.get(kind, 1) for kind, people in exact_counts(self.shares, count).items())

    def _extents(self, shares: Dict[int, float], count: int, rng: np.random.Generator) -> np.ndarray:
        kinds = np.array(list(shares))[shuffled(shares, count, rng)]
        classes = np.zeros((count, limbs.NUM_LIMBS), np.int64)
        for label in range(limbs.NUM_LABELS):
            classes[kinds == label] = limbs.label_to_classes(label)
        # one row of random numbers a person: the limbs with the smallest are the lost ones
        order = rng.random(classes.shape).argsort(1).argsort(1)
        levels = rng.integers(1, limbs.NUM_CLASSES, size=classes.shape)
        classes = np.where(order < np.where(kinds < 0, -kinds, 0)[:, None], levels, classes)
        extent = limbs.classes_to_extent(classes).astype(np.float64)
        person, limb = np.nonzero(classes)
        place = rng.uniform(*_INSIDE, size=len(person))
        between = marked(classes[person, limb] * limbs.NUM_LIMBS + limb, self.residual, rng)
        extent[person[between], limb[between]] += place[between]
        return extent.astype(np.float32)
