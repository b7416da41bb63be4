"""What mixtures of parts have in common: weights, facts and skipped files."""
from typing import Dict, List, Optional, Sequence

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS


class Mixture:
    """Several parts of one role, each drawn as often as its weight says.

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
            raise UserError(f'{type(self).__name__} has {len(self.parts)} parts and weights {weights.tolist()}; '
                            f'give one non-negative weight a part')
        self.weights = weights / weights.sum()

    def facts(self) -> Dict[str, object]:
        """What the dataset card says of the parts, and the limits of all of them."""
        parts = [dict(type=type(part).__name__, weight=round(float(weight), 4), **getattr(part, 'facts', dict)())
                 for part, weight in self._used()]
        limits = [limit for part in parts for limit in part.pop('limits', ())]
        return dict(parts=parts, limits=list(dict.fromkeys(limits)))

    @property
    def skipped(self) -> Dict[str, str]:
        """File -> why it could not be used, over all parts."""
        return {name: why for part in self.parts for name, why in getattr(part, 'skipped', {}).items()}

    def _used(self) -> List[tuple]:
        return [(part, weight) for part, weight in zip(self.parts, self.weights) if weight > 0]
