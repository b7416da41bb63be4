"""Training of a pose tokenizer (paper Sec. 3.3.2, Eq. 5)."""
from typing import Dict, List, Optional, Union

import torch
from mmengine.model import BaseModel
from mmengine.structures import BaseDataElement
from torch import Tensor

from ajahr_mm.anatomy.skeleton import NUM_TOKEN_JOINTS
from ajahr_mm.geometry.rotations import sixd_to_matrix
from ajahr_mm.models.losses.vq_losses import area_weights
from ajahr_mm.models.precision import PRECISIONS, float32_region, network_region
from ajahr_mm.registry import BODY_MODELS, MODELS
from ajahr_mm.structures import BodySample

NUM_HANDS = 2


@MODELS.register_module()
class PoseAutoencoder(BaseModel):
    """Poses -> codes -> poses, judged on the body they make: mean shape, upright, whole.

    Limbs are never zeroed here: the tokenizer learns poses as they were before amputation (Sec. 3.3.2).

    Args:
        codec: config of a ``VQPoseCodec``.
        body: config in ``BODY_MODELS``; with ``vertex_ids`` a subset of the vertices is compared, which is faster.
        losses: config of ``PoseReconstructionLosses``.
        noise: config of a ``PoseNoise`` for the input in training; None gives the encoder clean poses.
        precision: None, or 'bfloat16' for the convolutions.
    """

    def __init__(self, codec: dict, body: dict, losses: Optional[dict] = None, noise: Optional[dict] = None,
                 precision: Optional[str] = None, data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor or dict(type='PosePreprocessor'), init_cfg)
        if precision not in PRECISIONS:
            raise ValueError(f'precision {precision!r} is not one of {PRECISIONS}')
        self.codec = MODELS.build({'type': 'VQPoseCodec', **codec})
        self.body = BODY_MODELS.build(body)
        self.losses = MODELS.build(losses or dict(type='PoseReconstructionLosses'))
        self.noise = MODELS.build({'type': 'PoseNoise', **noise}) if noise is not None else None
        self.precision = precision
        self.register_buffer('vertex_weight', None, persistent=False)
        if self.losses.vertex_weighting == 'area' and self.losses.weights['vertices']:
            rest = self.pose_body(torch.eye(3).expand(1, NUM_TOKEN_JOINTS, 3, 3)).vertices[0]
            self.vertex_weight = area_weights(rest, self.body.faces)

    def forward(self, inputs: Dict[str, Tensor], data_samples: Optional[list] = None,
                mode: str = 'tensor') -> Union[Dict[str, Tensor], List[BodySample]]:
        """``inputs['body_pose']`` (B,21,3,3) -> by mode:

        'loss': named terms, perplexity and dead codes; 'tensor': ``body_pose`` (B,21,3,3) and ``indices`` (B,S);
        'predict': one ``BodySample`` each, ``joints`` (24,3) and ``vertices`` (V,3) in metres in ``gt`` and ``pred``.
        """
        target = inputs['body_pose']
        noisy = self.noise is not None and self.training and mode == 'loss'
        rotations, indices, statistics = self.reconstruct(self.noise(target) if noisy else target)
        if mode == 'tensor':
            return dict(body_pose=rotations, indices=indices)
        with float32_region(target):
            if mode == 'loss':
                with_vertices = bool(self.losses.weights['vertices'])
                pred = self.pose_body(rotations, with_vertices)
                with torch.no_grad():
                    true = self.pose_body(target, with_vertices)
                terms = self.losses(rotations, target, pred.joints, true.joints, pred.vertices, true.vertices,
                                    statistics.pop('commitment'), statistics.pop('codebook', None), self.vertex_weight)
                return {**terms, **statistics}
            if mode == 'predict':
                return self._samples(self.pose_body(rotations), self.pose_body(target), rotations, target)
        raise ValueError(f"mode {mode!r} is not 'loss', 'predict' or 'tensor'")

    def reconstruct(self, rotations: Tensor):
        """Rotations (B,21,3,3) -> rotations (B,21,3,3), indices (B,S), statistics of the quantiser."""
        with network_region(rotations, self.precision):
            sixd, indices, statistics = self.codec(rotations)
        with float32_region(rotations):
            return sixd_to_matrix(sixd.float(), 'row'), indices, statistics

    def pose_body(self, rotations: Tensor, with_vertices: bool = True):
        """The neutral body in this pose (B,21,3,3), hands and root at rest."""
        eye = torch.eye(3, dtype=rotations.dtype, device=rotations.device)
        batch = len(rotations)
        pose = torch.cat([rotations, eye.expand(batch, NUM_HANDS, 3, 3)], 1)
        betas = rotations.new_zeros(batch, self.body.num_betas)
        return self.body(eye.expand(batch, 3, 3), pose, betas, with_vertices=with_vertices)

    @staticmethod
    def _samples(pred, true, rotations: Tensor, target: Tensor) -> List[BodySample]:
        samples = []
        for i in range(len(target)):
            sample = BodySample()
            sample.gt = BaseDataElement(joints=true.joints[i], vertices=true.vertices[i], body_pose=target[i])
            sample.pred = BaseDataElement(joints=pred.joints[i], vertices=pred.vertices[i], body_pose=rotations[i])
            samples.append(sample)
        return samples
