"""Words for what is there and what is not."""
from typing import List, Optional, Sequence

from ajahr_mm.anatomy import limbs

#: Names of the four classes, for arms (False) and legs (True).
CLASS_NAMES = {False: ('intact', 'hand absent', 'absent from the elbow', 'absent from the shoulder'),
               True: ('intact', 'foot absent', 'absent from the knee', 'absent from the hip')}


def limb_name(limb: int) -> str:
    """``left arm``, ``right leg`` …"""
    return limbs.LIMBS[limb].replace('_', ' ')


def limb_caption(limb: int, limb_class: int, probability: Optional[float] = None) -> str:
    """``left arm: absent from the elbow (0.93)``."""
    text = f'{limb_name(limb)}: {CLASS_NAMES[limbs.LIMBS[limb].endswith("leg")][limb_class]}'
    return text if probability is None else f'{text} ({probability:.2f})'


def verdict_sentence(classes: Sequence[int], probabilities: Optional[Sequence[float]] = None) -> str:
    """What is absent, or ``all limbs intact``, as one line; probabilities (4,) are those of the classes."""
    lost: List[str] = [limb_caption(i, int(c), None if probabilities is None else probabilities[i])
                       for i, c in enumerate(classes) if int(c) != 0]
    if lost:
        return '; '.join(lost)
    if probabilities is None:
        return 'all limbs intact'
    return f'all limbs intact (least sure: {min(probabilities):.2f})'
