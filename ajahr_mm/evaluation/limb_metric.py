"""LimbMetric: is each limb there, and where does it end (paper Table 5, Fig. 5)."""
from typing import Any, Dict, List, Sequence

import numpy as np
from mmengine.evaluator import BaseMetric

from ajahr_mm.evaluation.functional import limb_scores
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import METRICS


@METRICS.register_module()
class LimbMetric(BaseMetric):
    """Scores of ``pred.limb_classes`` against ``gt.limb_classes`` for people whose limbs are labelled (has_limbs).

    Keys: ``limb/accuracy``, ``person_accuracy``, ``majority_accuracy``, ``precision``, ``recall``, ``f1``,
    ``macro_f1``, ``weighted_f1``, ``f1_<limb>``, as :func:`limb_scores` defines them.

    Args:
        confusion: also give ``limb/confusion``, (4,4,4) nested lists [limb][true][predicted].

    Raises:
        UserError: the model predicts no limb classes, or no sample has limb labels.
    """

    default_prefix = 'limb'

    def __init__(self, confusion: bool = False, **kwargs) -> None:
        super().__init__(**kwargs)
        self.confusion = confusion

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        for sample in data_samples:
            if 'limb_classes' not in sample.get('pred', {}):
                raise UserError('LimbMetric: the model predicts no limb_classes; remove LimbMetric from the evaluator '
                                'or give the model a limb_classifier.')
            gt = sample['gt']
            self.results.append(dict(valid=bool(gt['has_limbs']), pred=sample['pred']['limb_classes'].tolist(),
                                     gt=gt['limb_classes'].tolist()))

    def compute_metrics(self, results: List[dict]) -> Dict[str, object]:
        rows = [row for row in results if row['valid']]
        if not rows:
            raise UserError('LimbMetric: no sample has limb labels (has_limbs), so there is nothing to measure.')
        scores = limb_scores(np.array([row['pred'] for row in rows]), np.array([row['gt'] for row in rows]))
        confusion = scores.pop('confusion')
        return {**scores, 'confusion': confusion.tolist()} if self.confusion else scores
