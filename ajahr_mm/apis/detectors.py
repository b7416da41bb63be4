"""Finders of people: callables from an image (H,W,3) uint8 RGB to boxes (n,4) x1, y1, x2, y2 px."""
from typing import Optional

import numpy as np
import torch

from ajahr_mm.apis.loading import load_into
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DETECTORS

COCO_PERSON = 1


@DETECTORS.register_module()
class WholeImage:
    """Takes the whole image as the box of one person: for pictures that are crops already."""

    def __call__(self, image: np.ndarray) -> np.ndarray:
        height, width = image.shape[:2]
        return np.array([[0.0, 0.0, width, height]])


@DETECTORS.register_module()
class TorchvisionDetector:
    """A COCO detector of torchvision (BSD-3 code); boxes of people by falling score.

    Args:
        weights: checkpoint file of ``arch``; nothing is downloaded.
        arch: a detection model of torchvision.
        score: people below this score are dropped.
        max_people: at most so many boxes an image, None for all.
    Raises:
        UserError: the weights are missing or of another network.  ImportError: torchvision is not installed.
    """
    source = 'https://download.pytorch.org/models/fasterrcnn_resnet50_fpn_v2_coco-dd69338a.pth'

    def __init__(self, weights: str, arch: str = 'fasterrcnn_resnet50_fpn_v2', score: float = 0.5,
                 max_people: Optional[int] = None, device: str = 'cpu') -> None:
        try:
            from torchvision.models import get_model, list_models
            from torchvision.models import detection
        except ImportError as error:
            raise ImportError('TorchvisionDetector needs torchvision: pip install torchvision') from error
        if arch not in list_models(detection):
            raise UserError(f'torchvision has no detector {arch!r}: take one of {", ".join(list_models(detection))}')
        self.model = get_model(arch, weights=None, weights_backbone=None)
        load_into(self.model, weights, f'the weights of {arch}; those of the default detector are at {self.source}')
        self.model.to(device).eval()
        self.score, self.max_people, self.device = score, max_people, device

    @torch.no_grad()
    def __call__(self, image: np.ndarray) -> np.ndarray:
        tensor = torch.from_numpy(image).to(self.device).permute(2, 0, 1).float() / 255
        found = self.model([tensor])[0]
        keep = (found['labels'] == COCO_PERSON) & (found['scores'] >= self.score)
        return found['boxes'][keep][:self.max_people].double().cpu().numpy()  # torchvision sorts by score
