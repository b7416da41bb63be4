"""BackgroundMixture: several kinds of background in one set."""
from typing import Dict, Optional

import numpy as np

from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.mixture import Mixture
from ajahr_mm.synthesis.records import Background, Place


@SYNTHESIS.register_module()
class BackgroundMixture(Mixture):
    """Draws each background from one of several parts.

    A part that ``holds`` the place of a fit shows it, whatever the weights: the person stands where the fit stands. All
    other pictures follow the weights.

    Args:
        parts: parts or their configs.
        weights: their shares; even ones if not given.

    Raises:
        UserError: weights that are not one non-negative number a part.
    """

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
