"""ViTPose through the transformers library: no mmpose, no xtcocotools."""
import numpy as np
import torch

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DETECTORS
from ajahr_mm.io.local_model import load_local


@DETECTORS.register_module()
class TransformersViTPose:
    """ViTPose or ViTPose+ from a local folder: COCO keypoints (n,17,3) x, y image px, confidence.

    Args:
        folder: a model of type vitpose as published, such as ``usyd-community/vitpose-base-simple`` (Apache-2.0), downloaded
            by hand; nothing is downloaded here.
        expert: which of ViTPose+'s experts answers, 0 for COCO's.
        batch: people looked at together.
    Raises:
        UserError: the folder is missing, of another model or damaged, or its keypoints are not COCO's 17.
        ImportError: transformers is not installed.
    """

    def __init__(self, folder: str, device: str = 'cpu', expert: int = 0, batch: int = 16) -> None:
        classes = dict(vitpose=('VitPoseForPoseEstimation', 'VitPoseImageProcessor'))
        self.network, self.processor, _ = load_local(folder, classes, 'a ViTPose model of transformers', device)
        count = self.network.config.num_labels
        if count != 17:
            raise UserError(f'{folder} predicts {count} keypoints, but the 17 of COCO are needed')
        self.device, self.expert, self.batch = device, expert, batch

    @torch.no_grad()
    def __call__(self, image: np.ndarray, boxes: np.ndarray) -> np.ndarray:
        boxes = np.asarray(boxes, np.float64).reshape(-1, 4)
        corner_and_size = np.concatenate([boxes[:, :2], (boxes[:, 2:] - boxes[:, :2]).clip(1)], axis=1)
        people = [np.zeros((0, 17, 3))]
        for first in range(0, len(boxes), self.batch):
            some = corner_and_size[first:first + self.batch]  # the processor writes into the boxes it is given
            pixels = self.processor(image, boxes=[some.copy()], return_tensors='pt')['pixel_values'].to(self.device)
            answer = self.network(pixels, dataset_index=torch.full((len(pixels),), self.expert, device=self.device))
            answer.heatmaps = answer.heatmaps.cpu()
            found = self.processor.post_process_pose_estimation(answer, boxes=[some.copy()])[0]
            people.append(np.stack([np.column_stack([person['keypoints'], person['scores']]) for person in found]))
        return np.concatenate(people).astype(np.float64)
