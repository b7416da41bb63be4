"""PoseReconMetric: what a pose tokenizer loses (paper Supp. H, Tab. C)."""
from typing import Any, Dict, List, Sequence

import numpy as np
import torch
from mmengine.evaluator import BaseMetric

from ajahr_mm.anatomy.skeleton import NUM_TOKEN_JOINTS
from ajahr_mm.evaluation.functional import mpjpe, mve
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import METRICS

_JOINTS = slice(1, 1 + NUM_TOKEN_JOINTS)


@METRICS.register_module()
class PoseReconMetric(BaseMetric):
    """Vertices and joints of the neutral body in the decoded pose against the original pose, in mm.

    Samples carry ``joints`` (24,3) and ``vertices`` (V,3) in metres in ``gt`` and ``pred``, with the root at rest, so
    nothing is aligned. MPJPE is over the tokenizer's joints 1..21.

    Keys: ``recon/mve``, ``recon/mpjpe``.
    """

    default_prefix = 'recon'

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        joints, vertices = ([torch.stack([s[part][name] for s in data_samples]) for part in ('pred', 'gt')]
                            for name in ('joints', 'vertices'))
        errors = torch.stack([mve(*vertices), mpjpe(*(j[:, _JOINTS] for j in joints), root=None)], 1)
        self.results.extend(errors.tolist())

    def compute_metrics(self, results: List[list]) -> Dict[str, float]:
        if not results:
            raise UserError('PoseReconMetric: there was no pose to measure.')
        return dict(zip(('mve', 'mpjpe'), np.mean(results, axis=0).tolist()))
