"""Classification of the four limbs (paper Eq. 2)."""
from typing import Optional

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy


def limb_cross_entropy(logits: Tensor, classes: Tensor, has_limbs: Optional[Tensor] = None,
                       class_weight: Optional[Tensor] = None, focal_gamma: Optional[float] = None,
                       reduction: str = 'mean') -> Tensor:
    """Sum of four cross-entropies, one for each limb (Eq. 2).

    Args:
        logits: (B,4,C) by limb.
        classes: (B,4) int64.
        has_limbs: (B,) 1 where the limbs are labelled; other samples neither count nor get a gradient.
        class_weight: (C,) factor on the classes.
        focal_gamma: down-weights confident samples by (1-p)^gamma (Lin et al. 2017); None is plain cross-entropy.
        reduction: over the labelled samples, 'mean' or 'sum'.
    """
    each = cross_entropy(logits.float().flatten(0, 1), classes.flatten(), weight=class_weight, reduction='none')
    if focal_gamma is not None:
        correct = logits.float().softmax(-1).flatten(0, 1).gather(1, classes.flatten()[:, None])[:, 0]
        each = each * (1 - correct) ** focal_gamma
    each = each.view(classes.shape).sum(1)
    valid = torch.ones_like(each) if has_limbs is None else has_limbs.to(each.dtype)
    total = (each * valid).sum()
    return total if reduction == 'sum' else total / valid.sum().clamp_min(1)
