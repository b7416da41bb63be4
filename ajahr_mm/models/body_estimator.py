"""BodyEstimator: HMR2, TokenHMR, CLIFF and AJAHR in one class (paper Fig. 2)."""
from typing import Dict, List, Optional, Sequence, Union

import torch
from mmengine.model import BaseModel
from mmengine.structures import BaseDataElement
from torch import Tensor

from ajahr_mm.anatomy.limbs import classes_to_extent
from ajahr_mm.engine.freezing import apply_trainable
from ajahr_mm.geometry.box_camera import BoxCamera
from ajahr_mm.geometry.cameras import project_to_crop
from ajahr_mm.models.backbones.encoder import build_encoder
from ajahr_mm.models.heads.base import checked_rotations
from ajahr_mm.models.precision import PRECISIONS, float32_region, network_region
from ajahr_mm.models.tokenizers import VQPoseCodec
from ajahr_mm.registry import BODY_MODELS, MODELS
from ajahr_mm.structures import BodySample


@MODELS.register_module()
class BodyEstimator(BaseModel):
    """Crop (B,3,256,256) -> SMPL parameters, camera and, with a limb classifier, which limbs are there.

    The road: backbone -> limb classifier -> decoder -> pose head and parameter head -> body model -> losses.

    Args:
        backbone: (B,3,H,W) -> (B,C,h,w); a ``type`` such as ``mmpretrain.ResNet`` is adapted.
        decoder: features, limb token -> hidden state (B,dim). One that ``uses_box`` (CLIFF) is also told where the crop
            lies in its photograph; 2D points are then projected by the photograph's camera.
        pose_head: a ``PoseHead``: hidden state, amputation status -> (B,23,3,3); None where ``params_head`` gives the pose.
        params_head: hidden state -> global_orient, betas, camera.
        body: config in ``BODY_MODELS``.
        losses: ``BodyLosses``, ``TALSLosses``.
        limb_classifier: ``BPACNet`` or None (the baselines).
        adversary: ``PoseAdversary`` (HMR2) or None.
        image_columns: columns of the square crop that the backbone sees, or None for all.
        crop_size: side of the crop in px.
        trainable: patterns of parameter names to train, see :func:`ajahr_mm.engine.freezing.apply_trainable`; None trains
            everything. Tokenizers never learn.
        train_switch, test_switch: who chooses the tokenizer in training and at prediction, the limb labels 'gt' or the
            classifier's verdict 'predicted'. Samples without limb labels go by the verdict; without a classifier they
            count as intact.
        precision: None, or 'bfloat16' for the networks. Rotations, body and losses are always float32.
    """

    def __init__(self, backbone: dict, decoder: dict, pose_head: Optional[dict], params_head: dict, body: dict, losses: dict,
                 limb_classifier: Optional[dict] = None, adversary: Optional[dict] = None,
                 image_columns: Optional[Sequence[int]] = (32, 224), crop_size: int = 256,
                 trainable: Optional[Sequence[str]] = None, train_switch: str = 'gt', test_switch: str = 'predicted',
                 precision: Optional[str] = None, data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor or dict(type='BodyPreprocessor'), init_cfg)
        for name, switch in (('train_switch', train_switch), ('test_switch', test_switch)):
            if switch not in ('gt', 'predicted'):
                raise ValueError(f"{name} {switch!r} is not 'gt' or 'predicted'")
        if precision not in PRECISIONS:
            raise ValueError(f'precision {precision!r} is not one of {PRECISIONS}')
        self.backbone = build_encoder(backbone)
        self.limb_classifier = MODELS.build(limb_classifier) if limb_classifier else None
        self.decoder = MODELS.build(decoder)
        self.pose_head = MODELS.build(pose_head) if pose_head else None
        self.params_head = MODELS.build(params_head)
        self.body = BODY_MODELS.build(body)
        self.losses = MODELS.build(losses)
        self.adversary = MODELS.build(adversary) if adversary else None
        self.columns = slice(*image_columns) if image_columns else slice(None)
        self.crop_size, self.precision = crop_size, precision
        self.train_switch, self.test_switch = train_switch, test_switch
        tokenizers = [module for module in self.modules() if isinstance(module, VQPoseCodec)]
        apply_trainable(self, None if trainable is None else list(trainable), frozen=tokenizers)

    def forward(self, inputs: Tensor, data_samples: Optional[List[BodySample]] = None,
                mode: str = 'tensor') -> Union[Dict[str, Tensor], List[BodySample]]:
        """Normalised crops (B,3,H,W) and their samples -> by mode:

        'loss': named terms; 'predict': the samples with ``pred`` filled; 'tensor': the raw predictions, batched.
        """
        gt = BodySample.stack(data_samples, 'gt') if data_samples else {}
        boxes = self._boxes(data_samples or [], inputs.device)
        if mode == 'loss':
            gt['dataset_names'] = [sample.get('dataset_name', '') for sample in data_samples]
            return self.loss(inputs, gt, boxes)
        is_amputee = self._labelled_status(gt) if self.test_switch == 'gt' else None
        pred = self.regress(inputs, gt.get('input_keypoints'), is_amputee, boxes)
        if mode == 'predict':
            return self._fill(data_samples, pred)
        if mode == 'tensor':
            return pred
        raise ValueError(f"mode {mode!r} is not 'loss', 'predict' or 'tensor'")

    def regress(self, image: Tensor, keypoints: Optional[Tensor] = None,
                is_amputee: Optional[Tensor] = None, boxes: Optional[BoxCamera] = None) -> Dict[str, Tensor]:
        """Crops (B,3,H,W), limb keypoints (B,12,3) crop px -> all predictions in float32.

        ``is_amputee`` (B,) float: 1 or 0 where a label chooses the tokenizer, NaN or None where none is known.
        With ``boxes`` also ``translation`` (B,3) m and ``focal`` (B,) px of the photograph's camera.
        """
        pred, token, status = {}, None, None if is_amputee is None else is_amputee > 0
        with network_region(image, self.precision):
            features = self.backbone(image[..., self.columns])
            if self.limb_classifier is not None:
                limbs = self.limb_classifier(image, keypoints)
                pred, token = self.limb_classifier.predict(limbs['logits']), limbs.get('token')
                pred['limb_logits'] = limbs['logits'].float()
                verdict = (pred['limb_classes'] != 0).any(1)
                status = verdict if status is None else torch.where(is_amputee.isnan(), verdict, status)
            hidden = self.decoder(features, token, boxes.information()) if boxes else self.decoder(features, token)
            pred.update(self.params_head(hidden))
            rotations = self.pose_head(hidden, status) if self.pose_head is not None else pred['body_pose']
            pred['body_pose'] = checked_rotations(rotations)
        if boxes:
            pred.update(translation=boxes.translation(pred['camera']), focal=boxes.focal)
        return pred

    def _boxes(self, samples: List[BodySample], device: torch.device) -> Optional[BoxCamera]:
        """Where the crops lie, for a decoder that asks; the ``focal`` of a sample, if it has one, is the photograph's."""
        if not getattr(self.decoder, 'uses_box', False) or not samples:
            return None
        return BoxCamera.stack([BoxCamera.of_crop(sample.img_shape, sample.size, sample.affine, sample.crop_size,
                                                  sample.get('focal')) for sample in samples]).to(device)

    def loss(self, image: Tensor, gt: Dict[str, Tensor], boxes: Optional[BoxCamera] = None) -> Dict[str, Tensor]:
        """Eq. 6: crops (B,3,H,W) and the batched fields of ``BodySample.gt`` -> weighted terms."""
        is_amputee = self._labelled_status(gt) if self.train_switch == 'gt' else None
        pred = self.regress(image, gt['input_keypoints'], is_amputee, boxes)
        with float32_region(image):
            # 3D and 2D are compared on the body that the labels describe: its limbs end where those of the person do.
            body = self.body(pred['global_orient'], pred['body_pose'], pred['betas'], limb_extent=gt['limb_extent'],
                             with_vertices=False)
            pred['keypoints_3d'] = body.keypoints
            project = boxes.project_to_crop if boxes else project_to_crop
            pred['keypoints_2d'] = project(body.keypoints, pred['camera'], self.crop_size)
            terms = self.losses(pred, gt, self.crop_size)
            if self.limb_classifier is not None:
                terms.update(self.limb_classifier.loss(pred['limb_logits'], gt['limb_classes'], gt['has_limbs']))
            if self.adversary is not None:
                terms.update(self.adversary(pred))
        return terms

    @staticmethod
    def _labelled_status(gt: Dict[str, Tensor]) -> Optional[Tensor]:
        """(B,) 1 for amputees, 0 for intact people, NaN where nothing is known; None without any labels."""
        if 'limb_classes' not in gt:
            return None
        return (gt['limb_classes'] != 0).any(1).float().masked_fill(gt['has_limbs'] <= 0, float('nan'))

    @staticmethod
    def _fill(samples: List[BodySample], pred: Dict[str, Tensor]) -> List[BodySample]:
        fields = {name: value for name, value in pred.items() if name != 'limb_logits'}
        if 'limb_classes' in fields:
            fields['limb_extent'] = classes_to_extent(fields['limb_classes'])
        for index, sample in enumerate(samples):
            sample.pred = BaseDataElement(**{name: value[index].detach() for name, value in fields.items()})
        return samples
