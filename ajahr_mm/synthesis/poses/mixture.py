"""PoseMixture: several sources of poses in one set."""
import zlib
from typing import Dict, List, Optional, Sequence

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.people.quotas import exact_counts
from ajahr_mm.synthesis.records import Pose


@SYNTHESIS.register_module()
class PoseMixture:
    """Draws each pose from one of several parts.

    Args:
        parts: parts or their configs.
        weights: their shares; even ones if not given.

    Raises:
        UserError: weights that are not one non-negative number a part.
    """

    def __init__(self, parts: Sequence, weights: Optional[Sequence[float]] = None) -> None:
        self.parts = [SYNTHESIS.build(part) if isinstance(part, dict) else part for part in parts]
        weights = np.array(weights if weights is not None else [1.] * len(self.parts), dtype=np.float64)
        if len(weights) != len(self.parts) or not (weights >= 0).all() or not weights.sum() > 0:
            raise UserError(f'PoseMixture has {len(self.parts)} parts and weights {weights.tolist()}; '
                            f'give one non-negative weight a part')
        self.weights = weights / weights.sum()

    def sample(self, rng: np.random.Generator, split: str) -> Pose:
        """A pose of one of the parts."""
        return self.parts[self._which(rng)].sample(rng, split)

    def sample_batch(self, rngs: Sequence[np.random.Generator], split: str) -> List[Pose]:
        """A pose from each generator, the same as one by one; each part draws all of its poses together."""
        which = np.array([self._which(rng) for rng in rngs], int)
        poses: List[Optional[Pose]] = [None] * len(rngs)
        for number in np.unique(which):
            chosen = np.flatnonzero(which == number)
            for i, pose in zip(chosen, self.parts[number].sample_batch([rngs[i] for i in chosen], split)):
                poses[i] = pose
        return poses

    def sample_many(self, count: int, seed: int, split: str) -> np.ndarray:
        """Body poses (count, 69), as many of each part as its weight says, in random order."""
        counts = exact_counts(dict(enumerate(self.weights)), count)
        poses = np.concatenate([self.parts[number].sample_many(share, seed, split)
                                for number, share in counts.items() if share])
        return poses[np.random.default_rng([seed, zlib.crc32(split.encode())]).permutation(count)]

    def reference(self, count: int = 0) -> np.ndarray:
        """Body poses (N,69) of all parts that are used, not more than ``count`` of each."""
        return np.concatenate([part.reference(count) for part, weight in zip(self.parts, self.weights) if weight])

    def facts(self) -> Dict[str, object]:
        """What the dataset card says of the parts, and the limits of all of them."""
        parts = [dict(type=type(part).__name__, weight=round(float(weight), 4), **part.facts())
                 for part, weight in zip(self.parts, self.weights) if weight]
        limits = [limit for part in parts for limit in part.pop('limits', ())]
        return dict(parts=parts, limits=list(dict.fromkeys(limits)))

    @property
    def skipped(self) -> Dict[str, str]:
        """File -> why it could not be used, over all parts."""
        return {name: why for part in self.parts for name, why in getattr(part, 'skipped', {}).items()}

    def _which(self, rng: np.random.Generator) -> int:
        return min(int(np.searchsorted(self.weights.cumsum(), rng.random(), side='right')), len(self.parts) - 1)
