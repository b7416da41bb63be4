"""BPAC-Net on its own: training and evaluation of the limb classifier without a mesh network."""
from typing import Dict, List, Optional, Union

from mmengine.model import BaseModel
from mmengine.structures import BaseDataElement
from torch import Tensor

from ajahr_mm.anatomy.limbs import classes_to_extent
from ajahr_mm.models.precision import PRECISIONS, network_region
from ajahr_mm.registry import MODELS
from ajahr_mm.structures import BodySample


@MODELS.register_module()
class LimbEstimator(BaseModel):
    """Crop (B,3,256,256) and limb keypoints -> which limbs end where.

    The paper trains BPAC-Net together with the mesh network; alone it serves Tables 4b and 5, and as a start: its weights
    fit ``limb_classifier`` of a ``BodyEstimator`` under the same names.

    Args:
        limb_classifier: config of a ``BPACNet``.
        precision: None, or 'bfloat16' for the network. The loss is always float32.
    """

    def __init__(self, limb_classifier: dict, precision: Optional[str] = None, data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor or dict(type='BodyPreprocessor'), init_cfg)
        if precision not in PRECISIONS:
            raise ValueError(f'precision {precision!r} is not one of {PRECISIONS}')
        # Nothing attends to its token here.
        self.limb_classifier = MODELS.build({'type': 'BPACNet', 'token_dim': None, **limb_classifier})
        self.precision = precision

    def forward(self, inputs: Tensor, data_samples: Optional[List[BodySample]] = None,
                mode: str = 'tensor') -> Union[Dict[str, Tensor], List[BodySample]]:
        """Normalised crops (B,3,H,W) and their samples -> by mode:

        'loss': named terms; 'predict': the samples with ``limb_probs``, ``limb_classes`` and ``limb_extent`` in ``pred``;
        'tensor': ``logits`` (B,4,4).
        """
        gt = BodySample.stack(data_samples, 'gt') if data_samples else {}
        with network_region(inputs, self.precision):
            logits = self.limb_classifier(inputs, gt.get('input_keypoints'))['logits']
        if mode == 'tensor':
            return dict(logits=logits.float())
        if mode == 'loss':
            return self.limb_classifier.loss(logits, gt['limb_classes'], gt['has_limbs'])
        if mode == 'predict':
            pred = self.limb_classifier.predict(logits)
            pred['limb_extent'] = classes_to_extent(pred['limb_classes'])
            for index, sample in enumerate(data_samples):
                sample.pred = BaseDataElement(**{name: value[index].detach() for name, value in pred.items()})
            return data_samples
        raise ValueError(f"mode {mode!r} is not 'loss', 'predict' or 'tensor'")
