"""BPAC-Net, the body part amputation classifier (paper Sec. 3.3.1, Supp. G)."""
from typing import Dict, Optional, Sequence

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn
from torch.nn.functional import interpolate

from ajahr_mm.anatomy.keypoints import LIMB12
from ajahr_mm.anatomy.limbs import LIMBS, NUM_CLASSES
from ajahr_mm.geometry.heatmaps import gaussian_heatmaps
from ajahr_mm.models.backbones.encoder import build_encoder
from ajahr_mm.models.losses.limb_loss import limb_cross_entropy
from ajahr_mm.models.precision import float32_region
from ajahr_mm.registry import MODELS

INPUTS = ('both', 'image', 'keypoints')


@MODELS.register_module()
class BPACNet(BaseModule):
    """Which limbs end where, from the image and the heat-maps of its limb keypoints.

    Limbs and classes are those of ``anatomy.limbs``: left arm, right arm, left leg, right leg; 0 intact, 1 hand/foot,
    2 from elbow/knee, 3 from shoulder/hip.

    Args:
        backbone: config of an encoder; it gets ``in_channels`` 15 ('both'), 3 ('image') or 12 ('keypoints'). ``CBAMResNet``
            is the paper's; any other of mmpretrain does, such as ``dict(type='mmpretrain.ResNet', depth=18)``.
        token_dim: width of the limb token; that of the image tokens. None makes no token, where nothing attends to it.
        inputs: 'both', or one alone (paper Table 4b).
        image_size: side of the square input; the crop is resized to it. 256 is the crop itself.
        crop_size: side of the crop the keypoints are measured in.
        sigma: of the Gaussians, px of the resized input.
        grid: None averages the feature map (the paper). (h, w) of that map keeps where things are, for shallow encoders
            whose receptive field does not span a body.
        heatmap_gain: factor on the heat-maps. Trained from scratch, their sparse peaks of 1 drown among pixels of
            variance 1; ImageNet weights need no help.
        ignore_confidence: True draws every keypoint, undetected ones in the corner (0,0), as the public release does.
        class_weight: factors on the four classes in the loss.
        focal_gamma: None is plain cross-entropy.
        loss_weight: lambda_cls of Eq. 6.
        reduction: of the loss over the batch, 'mean' or 'sum'.
    """

    def __init__(self, backbone: dict, token_dim: Optional[int] = 1280, inputs: str = 'both', image_size: int = 256,
                 crop_size: int = 256, sigma: float = 2.0, grid: Optional[Sequence[int]] = None,
                 heatmap_gain: float = 1.0, ignore_confidence: bool = False,
                 class_weight: Optional[Sequence[float]] = None, focal_gamma: Optional[float] = None,
                 loss_weight: float = 0.01, reduction: str = 'mean', init_cfg: dict = None) -> None:
        super().__init__(init_cfg)
        if inputs not in INPUTS:
            raise ValueError(f'BPAC-Net inputs {inputs!r} is not one of {INPUTS}')
        channels = 3 * (inputs != 'keypoints') + len(LIMB12) * (inputs != 'image')
        self.backbone = build_encoder(backbone, channels)
        width = self.backbone.out_channels * (grid[0] * grid[1] if grid else 1)
        self.heads = nn.ModuleList(nn.Linear(width, NUM_CLASSES) for _ in LIMBS)
        self.projection = nn.Linear(width, token_dim) if token_dim else None
        self.inputs, self.image_size, self.crop_size, self.sigma = inputs, image_size, crop_size, sigma
        self.keep_grid, self.heatmap_gain, self.ignore_confidence = bool(grid), heatmap_gain, ignore_confidence
        self.focal_gamma, self.loss_weight, self.reduction = focal_gamma, loss_weight, reduction
        weight = None if class_weight is None else torch.tensor(class_weight, dtype=torch.float32)
        self.register_buffer('class_weight', weight, persistent=False)

    def forward(self, image: Tensor, keypoints: Optional[Tensor] = None) -> Dict[str, Tensor]:
        """Normalised crop (B,3,H,W), keypoints (B,12,3) crop px with confidence -> ``logits`` (B,4,4), ``token`` (B,1,D)."""
        features = self.backbone(self.assemble(image, keypoints))
        features = features.flatten(1) if self.keep_grid else features.mean((2, 3))
        out = dict(logits=torch.stack([head(features) for head in self.heads], 1))
        if self.projection is not None:
            out['token'] = self.projection(features)[:, None]
        return out

    def assemble(self, image: Tensor, keypoints: Optional[Tensor]) -> Tensor:
        """The network's input (B,C,S,S): X = concat(I, K) of Sec. 3.3.1."""
        parts = []
        if self.inputs != 'keypoints':
            same = image.shape[-2:] == (self.image_size, self.image_size)
            parts.append(image if same else interpolate(image, (self.image_size,) * 2, mode='area'))
        if self.inputs != 'image':
            if keypoints is None:
                raise ValueError(f'BPAC-Net with inputs={self.inputs!r} needs keypoints (B,{len(LIMB12)},3)')
            with float32_region(image):
                keypoints = keypoints.float()
                if self.ignore_confidence:
                    keypoints = torch.cat([keypoints[..., :2], torch.ones_like(keypoints[..., 2:])], -1)
                heatmaps = gaussian_heatmaps(keypoints, self.image_size, self.sigma, self.crop_size)
                parts.append(self.heatmap_gain * heatmaps)
        return torch.cat(parts, 1)

    def loss(self, logits: Tensor, classes: Tensor, has_limbs: Optional[Tensor] = None) -> Dict[str, Tensor]:
        """Logits (B,4,4), classes (B,4), has_limbs (B,) -> weighted Eq. 2, and the share of limbs that are right."""
        with float32_region(logits):
            loss = limb_cross_entropy(logits, classes, has_limbs, self.class_weight, self.focal_gamma, self.reduction)
            valid = torch.ones_like(classes[:, 0]) if has_limbs is None else has_limbs
            right = (logits.argmax(-1) == classes).float().mean(1) * valid
            return dict(loss_limbs=self.loss_weight * loss, limb_accuracy=right.sum() / valid.sum().clamp_min(1))

    @staticmethod
    def predict(logits: Tensor) -> Dict[str, Tensor]:
        """Logits (B,4,4) -> ``limb_probs`` (B,4,4) and ``limb_classes`` (B,4) int64 (Eq. 1)."""
        probs = logits.float().softmax(-1)
        return dict(limb_probs=probs, limb_classes=probs.argmax(-1))
