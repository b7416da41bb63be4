"""PoseMixture: several sources of poses in one set."""
import zlib
from typing import List, Optional, Sequence

import numpy as np

from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.mixture import Mixture
from ajahr_mm.synthesis.people.quotas import exact_counts
from ajahr_mm.synthesis.records import Pose


@SYNTHESIS.register_module()
class PoseMixture(Mixture):
    """Draws each pose from one of several parts.

    Args:
        parts: parts or their configs.
        weights: their shares; even ones if not given.

    Raises:
        UserError: weights that are not one non-negative number a part.
    """

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
        return np.concatenate([part.reference(count) for part, _ in self._used()])

    def _which(self, rng: np.random.Generator) -> int:
        return min(int(np.searchsorted(self.weights.cumsum(), rng.random(), side='right')), len(self.parts) - 1)
