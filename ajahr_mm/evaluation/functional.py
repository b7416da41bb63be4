"""The numbers of the paper as pure functions: metres in, millimetres out, one value per person.

Arrays may be numpy or torch; the result is of the same kind. Distances are computed in float64.
"""
from typing import Dict, Optional, Sequence, Union

import numpy as np
import torch
from torch import Tensor

from ajahr_mm.anatomy.limbs import LIMBS, NUM_CLASSES, NUM_LIMBS
from ajahr_mm.geometry.procrustes import align

Array = Union[np.ndarray, Tensor]
MILLIMETRES = 1000.0


def mpjpe(pred: Array, target: Array, root: Union[int, Sequence[int], None] = 0,
          present: Optional[Array] = None) -> Array:
    """Mean distance of joints (B,N,3) m after moving both roots to the origin -> (B,) mm.

    Args:
        root: index of the root joint, several whose mean is the root, or None (already aligned).
        present: (B,N) bool, joints that count; a person without any gives NaN.

    Raises:
        ValueError: shapes differ.
    """
    a, b = _pair(pred, target)
    if root is not None:
        index = [root] if isinstance(root, int) else list(root)
        a, b = a - a[:, index].mean(1, keepdim=True), b - b[:, index].mean(1, keepdim=True)
    return _like(pred, _mean_distance(a, b, present))


def pa_mpjpe(pred: Array, target: Array, present: Optional[Array] = None) -> Array:
    """Mean distance of joints (B,N,3) m after the best similarity (Procrustes) of each person -> (B,) mm.

    With ``present`` (B,N) only these joints are aligned and counted.
    """
    a, b = _pair(pred, target)
    if present is None:
        return _like(pred, _mean_distance(align(a, b), b))
    mask = torch.as_tensor(present, dtype=torch.bool, device=a.device)
    rows = [_mean_distance(align(x[m][None], y[m][None]), y[m][None]) if m.any() else x.new_full((1,), torch.nan)
            for x, y, m in zip(a, b, mask)]
    return _like(pred, torch.cat(rows))


def mve(pred: Array, target: Array, pred_root: Optional[Array] = None, target_root: Optional[Array] = None,
        present: Optional[Array] = None) -> Array:
    """Mean distance of vertices (B,V,3) m after moving the roots (B,3) to the origin -> (B,) mm.

    The roots are those of the joints (the paper's MVE has no alignment of its own); without them the vertices are
    compared as they are. ``present`` (B,V) bool: vertices that count.
    """
    a, b = _pair(pred, target)
    if (pred_root is None) != (target_root is None):
        raise ValueError('give both roots or none')
    if pred_root is not None:
        ra, rb = _pair(pred_root, target_root)
        a, b = a - ra[:, None], b - rb[:, None]
    return _like(pred, _mean_distance(a, b, present))


def limb_scores(pred_classes: Array, gt_classes: Array) -> Dict[str, object]:
    """How well limbs (N,4), classes 0..3 (0 intact), are recognised.

    * ``accuracy``: share of the 4 N limbs whose class, level included, is right; ``person_accuracy``: share of people
      with all four right; ``majority_accuracy``: the accuracy of always saying each limb's most frequent class.
    * ``precision``, ``recall``, ``f1``: a limb is positive when it is amputated, at whatever level; counted over all
      limbs together (micro). ``macro_f1`` is the mean of the four limbs' own F1.
    * ``weighted_f1``: F1 over the four classes weighted by their frequency, mean over limbs (scikit-learn's
      ``average='weighted'``, which the authors' script uses).
    * ``confusion``: (4,4,4) int64 counts [limb, true class, predicted class].

    A ratio with nothing to count is 0.

    Raises:
        ValueError: shapes differ, are not (N,4), N is 0, or a class is outside 0..3.
    """
    pred, gt = (np.asarray(torch.as_tensor(x).cpu()) for x in (pred_classes, gt_classes))
    if pred.shape != gt.shape or pred.ndim != 2 or pred.shape[1] != NUM_LIMBS or not len(pred):
        raise ValueError(f'limb classes must be (N,4) with N > 0 and agree, got {pred.shape} and {gt.shape}')
    if min(pred.min(), gt.min()) < 0 or max(pred.max(), gt.max()) >= NUM_CLASSES:
        raise ValueError(f'limb classes must be in 0..{NUM_CLASSES - 1}')
    confusion = np.zeros((NUM_LIMBS, NUM_CLASSES, NUM_CLASSES), np.int64)
    np.add.at(confusion, (np.arange(NUM_LIMBS)[None], gt, pred), 1)
    lost = np.stack([confusion[:, 1:, 1:].sum((1, 2)), confusion[:, 0, 1:].sum(1), confusion[:, 1:, 0].sum(1)], 1)
    hits, false_alarms, misses = lost.sum(0)
    return dict(
        accuracy=float((pred == gt).mean()), person_accuracy=float((pred == gt).all(1).mean()),
        majority_accuracy=float(confusion.sum(2).max(1).sum() / gt.size),
        precision=_ratio(hits, hits + false_alarms), recall=_ratio(hits, hits + misses),
        f1=_f1(hits, false_alarms, misses), macro_f1=float(np.mean([_f1(*row) for row in lost])),
        weighted_f1=float(np.mean([_weighted_f1(matrix) for matrix in confusion])),
        **{f'f1_{name}': _f1(*row) for name, row in zip(LIMBS, lost)}, confusion=confusion)


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0


def _f1(hits: float, false_alarms: float, misses: float) -> float:
    return _ratio(2 * hits, 2 * hits + false_alarms + misses)


def _weighted_f1(matrix: np.ndarray) -> float:
    hits, true, said = matrix.diagonal(), matrix.sum(1), matrix.sum(0)
    return float(sum(_f1(h, s - h, t - h) * t for h, s, t in zip(hits, said, true)) / matrix.sum())


def _pair(pred: Array, target: Array):
    a, b = (torch.as_tensor(x).detach().double() for x in (pred, target))
    if a.shape != b.shape or a.shape[-1] != 3:
        raise ValueError(f'points must be (…,3) and agree in shape, got {tuple(a.shape)} and {tuple(b.shape)}')
    return a, b


def _mean_distance(a: Tensor, b: Tensor, present: Optional[Array] = None) -> Tensor:
    distance = (a - b).norm(dim=-1) * MILLIMETRES
    if present is None:
        return distance.mean(1)
    weight = torch.as_tensor(present, device=a.device).to(distance.dtype)
    return (distance * weight).sum(1) / weight.sum(1)  # 0 / 0 = NaN: nobody to measure


def _like(reference: Array, values: Tensor) -> Array:
    return values if isinstance(reference, Tensor) else values.cpu().numpy()
