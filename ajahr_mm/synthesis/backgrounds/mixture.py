"""BackgroundMixture: several kinds of background in one set."""
from typing import Dict, List, Optional, Sequence

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.records import Background, Place


@SYNTHESIS.register_module()
class BackgroundMixture:
    """Draws each background from one of several parts.

    A part that ``holds`` the place of a fit shows it, whatever the weights: the person stands where the fit stands. All
    other pictures follow the weights.

    Args:
        parts: parts or their configs.
        weights: their shares; even ones if not given.

    Raises:
        UserError: weights that are not one non-negative number a part.
    """

    def __init__(self, parts: Sequence, weights: Optional[Sequence[float]] = None):
        self.parts = [SYNTHESIS.build(part) if isinstance(part, dict) else part for part in parts]
        weights = np.array(weights if weights is not None else [1.] * len(self.parts), dtype=np.float64)
        if len(weights) != len(self.parts) or (weights < 0).any() or weights.sum() <= 0:
            raise UserError(f'BackgroundMixture has {len(self.parts)} parts and weights {weights.tolist()}; '
                            f'give one non-negative weight a part')
        self.weights = weights / weights.sum()

    def sample(self, rng: np.random.Generator, split: str, size: int, place: Optional[Place] = None) -> Background:
        """A background (size,size,3) of one of the parts."""
        drawn = self.parts[rng.choice(len(self.parts), p=self.weights)]
        if place is not None:
            drawn = next((part for part in self.parts if hasattr(part, 'holds') and part.holds(place, split)), drawn)
        return drawn.sample(rng, split, size, place)

    def check(self, split: str, count: int) -> Optional[str]:
        """What is wrong with making ``count`` pictures of a split, in one text, if anything.

        Raises:
            UserError: the same, from a part that is strict.
        """
        told = [part.check(split, int(np.ceil(count * weight))) for part, weight in self._used() if hasattr(part, 'check')]
        return ' '.join(filter(None, told)) or None

    def sources(self, split: str) -> Dict[str, str]:
        """Source -> licence over all parts that are used."""
        return {name: licence for part, _ in self._used() for name, licence in part.sources(split).items()}

    def facts(self) -> dict:
        """What the dataset card says of the parts, and the limits of all of them."""
        parts = []
        for part, weight in self._used():
            own = part.facts() if hasattr(part, 'facts') else {}
            parts.append(dict(type=type(part).__name__, weight=round(float(weight), 4), **own))
        limits = [limit for part in parts for limit in part.pop('limits', ())]
        return dict(parts=parts, limits=list(dict.fromkeys(limits)))

    @property
    def skipped(self) -> Dict[str, str]:
        """File -> why it could not be used, over all parts."""
        return {name: why for part in self.parts for name, why in getattr(part, 'skipped', {}).items()}

    def _used(self) -> List[tuple]:
        return [(part, weight) for part, weight in zip(self.parts, self.weights) if weight > 0]
