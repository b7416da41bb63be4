"""BodyMetric: MPJPE, PA-MPJPE and MVE of amputated bodies, under both protocols of the paper."""
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np
import torch
from mmengine.evaluator import BaseMetric
from torch import Tensor

from ajahr_mm.anatomy.keypoints import EVAL14, NUM_KEYPOINTS, PELVIS
from ajahr_mm.anatomy.limbs import INTACT_EXTENT, missing_joints
from ajahr_mm.evaluation.functional import mpjpe, mve, pa_mpjpe
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import BODY_MODELS, METRICS

PROTOCOLS = ('gt_labels', 'predicted_labels')
NAMES = ('mpjpe', 'pa_mpjpe', 'mve')


class JointSet(NamedTuple):
    """Which points of a body are compared, and which one they are aligned by."""
    source: str  # 'joints' (24) or 'keypoints' (44)
    indices: Tuple[int, ...]
    root: Union[int, Tuple[int, ...]]


#: Public protocols differ in these; the name stands beside every number that is published.
JOINT_SETS: Dict[str, JointSet] = dict(
    smpl24=JointSet('joints', tuple(range(24)), 0),
    smpl24_hips=JointSet('joints', tuple(range(24)), (1, 2)),
    eval14=JointSet('keypoints', EVAL14, PELVIS),
    hmr44=JointSet('keypoints', tuple(range(NUM_KEYPOINTS)), PELVIS))


@METRICS.register_module()
class BodyMetric(BaseMetric):
    """Errors in mm of the predicted body against the ground-truth body, both rebuilt from SMPL parameters.

    The ground truth is amputated where ``gt.limb_extent`` says. The prediction is amputated
    at the same places under ``gt_labels`` (Tables 2 and 3: the labels remove parts of every method's mesh), and where
    the model itself says under ``predicted_labels`` (Table 4; a model without limb classifier stays intact). Both are
    aligned by their root, PA-MPJPE by a similarity; errors are means over people. People without a ground-truth pose
    do not count.

    Keys: ``<protocol>/mpjpe``, ``/pa_mpjpe``, ``/mve``; ``mpjpe`` repeats the first protocol's; with ``breakdown`` also
    ``<protocol>/<amputee|intact>/…``. For ``save_best`` set ``rule='less'``.

    Args:
        body: config in ``BODY_MODELS``.
        protocols: which of the two.
        amputation: how lost limbs look, 'collapse' (paper) or 'stump'.
        count_missing: whether joints and vertices of lost limbs count (they lie on the stump in the paper's bodies).
        joints: a name in ``JOINT_SETS``.
        breakdown: also report amputees and intact people apart.

    Raises:
        UserError: an unknown protocol or joint set, a prediction that is not finite, or nobody to evaluate.
    """

    default_prefix = ''

    def __init__(self, body: dict, protocols: Sequence[str] = PROTOCOLS, amputation: str = 'collapse',
                 count_missing: bool = True, joints: str = 'smpl24', breakdown: bool = False,
                 collect_device: str = 'cpu', prefix: Optional[str] = None, collect_dir: Optional[str] = None) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix, collect_dir=collect_dir)
        unknown = [name for name in protocols if name not in PROTOCOLS]
        if unknown or not protocols:
            raise UserError(f'BodyMetric: protocols={list(protocols)} must be some of {", ".join(PROTOCOLS)}.')
        if joints not in JOINT_SETS:
            raise UserError(f'BodyMetric: joints={joints!r} is not one of {", ".join(JOINT_SETS)}.')
        self.body = BODY_MODELS.build(body).eval() if isinstance(body, dict) else body
        self.protocols, self.amputation, self.count_missing = tuple(protocols), amputation, count_missing
        self.joint_set, self.breakdown = JOINT_SETS[joints], breakdown

    @torch.no_grad()
    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Measures one batch; one row of numbers per person is kept, so that ranks can be merged and cut to size."""
        gt, pred = (_stack(data_samples, part) for part in ('gt', 'pred'))
        self._check_finite(pred, data_samples)
        self.body.to(gt['betas'].device)
        intact = torch.full_like(gt['limb_extent'], INTACT_EXTENT)
        true_extent = gt['limb_extent']
        true_body = self._rebuild(gt, true_extent)
        errors = {}
        for protocol in self.protocols:
            extent = true_extent if protocol == 'gt_labels' else pred.get('limb_extent', intact)
            errors[protocol] = self._errors(self._rebuild(pred, extent), true_body, true_extent)
        valid = gt['has_pose'].bool().tolist()
        amputee = (true_extent < INTACT_EXTENT).any(1).tolist()
        for row in range(len(valid)):
            self.results.append(dict(valid=valid[row], amputee=amputee[row],
                                     **{protocol: values[row].tolist() for protocol, values in errors.items()}))

    def compute_metrics(self, results: List[dict]) -> Dict[str, float]:
        rows = [row for row in results if row['valid']]
        if not rows:
            raise UserError('BodyMetric: no sample has a ground-truth pose (has_pose), so there is nothing to measure.')
        groups = {'': rows}
        if self.breakdown:
            groups['amputee/'] = [row for row in rows if row['amputee']]
            groups['intact/'] = [row for row in rows if not row['amputee']]
        metrics = {}
        for protocol in self.protocols:
            for group, members in groups.items():
                if members:
                    means = np.mean([row[protocol] for row in members], axis=0)
                    metrics.update({f'{protocol}/{group}{name}': float(v) for name, v in zip(NAMES, means)})
        metrics['mpjpe'] = metrics[f'{self.protocols[0]}/mpjpe']
        return metrics

    def _rebuild(self, params: Dict[str, Tensor], extent: Tensor):
        return self.body(params['global_orient'], params['body_pose'], params['betas'], limb_extent=extent,
                         amputation=self.amputation)

    def _errors(self, pred, true, true_extent: Tensor) -> Tensor:
        """(B,3) mm in the order of ``NAMES``."""
        source, indices, root = self.joint_set
        index, roots = list(indices), [root] if isinstance(root, int) else list(root)
        a, b = getattr(pred, source), getattr(true, source)
        a_root, b_root = a[:, roots].mean(1), b[:, roots].mean(1)
        a, b = a[:, index] - a_root[:, None], b[:, index] - b_root[:, None]
        joints = vertices = None
        if not self.count_missing:
            joints = (true.joint_present if source == 'joints' else true.keypoint_present)[:, index]
            vertices = ~missing_joints(true_extent)[:, self.body.part_labels.to(true_extent.device)]
        return torch.stack([mpjpe(a, b, root=None, present=joints), pa_mpjpe(a, b, present=joints),
                            mve(pred.vertices, true.vertices, a_root, b_root, present=vertices)], 1)

    @staticmethod
    def _check_finite(pred: Dict[str, Tensor], samples: Sequence[dict]) -> None:
        for name in ('global_orient', 'body_pose', 'betas'):
            bad = ~pred[name].isfinite().flatten(1).all(1)
            if bad.any():
                who = samples[int(bad.nonzero()[0])].get('sample_id', int(bad.nonzero()[0]))
                raise UserError(f'BodyMetric: the predicted {name} of sample {who} is not finite; '
                                'the training has diverged or the checkpoint is broken.')


def _stack(samples: Sequence[dict], part: str) -> Dict[str, Tensor]:
    missing = [i for i, sample in enumerate(samples) if part not in sample]
    if missing:
        raise UserError(f'sample {samples[missing[0]].get("sample_id", missing[0])} has no {part!r}; '
                        'metrics need samples with ground truth and a model in predict mode.')
    return {name: torch.stack([sample[part][name] for sample in samples]) for name in samples[0][part]}
