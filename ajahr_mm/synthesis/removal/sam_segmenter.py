"""The paper's segmenter: Segment Anything, through the transformers library."""
from typing import Iterator

import numpy as np

from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.io.local_model import load_local
from ajahr_mm.synthesis.removal.prompts import edge_points
from ajahr_mm.synthesis.removal.segmenter import Segmenter

# Published SAM 2 folders are of type sam2_video; the picture network is a part of them.
_CLASSES = dict(sam=('SamModel', 'SamProcessor'), sam2=('Sam2Model', 'Sam2Processor'),
                sam2_video=('Sam2Model', 'Sam2Processor'))


@SYNTHESIS.register_module()
class SAMSegmenter(Segmenter):
    """SAM or SAM 2 with point prompts at the four edges of each box (paper supp. A).

    Of the three masks that it proposes for a person, the one counts that it gives the highest score.

    Args:
        folder: a model of type sam or sam2 as published, such as ``facebook/sam-vit-huge`` or
            ``facebook/sam2.1-hiera-large`` (Apache-2.0), downloaded by hand; nothing is downloaded here.
        with_box: prompt the box itself as well; the paper speaks of the points alone.
        inset: see :func:`edge_points`.
        batch: people segmented together.
        dilate: see :class:`Segmenter`.
    Raises:
        UserError: the folder is missing, of another model or damaged.  ImportError: transformers is not installed.
    """

    def __init__(self, folder: str, with_box: bool = True, inset: float = .08, batch: int = 8, dilate: float = .02,
                 device: str = 'cpu') -> None:
        super().__init__(dilate)
        what = 'a SAM or SAM 2 model of transformers'
        self.network, self.processor, self.kind = load_local(folder, _CLASSES, what, device)
        self.with_box, self.inset, self.batch, self.device = with_box, inset, batch, device

    def masks(self, image: np.ndarray, boxes: np.ndarray) -> Iterator[np.ndarray]:
        import torch
        seen = None
        for first in range(0, len(boxes), self.batch):
            some = boxes[first:first + self.batch]
            points = edge_points(some, self.inset)
            prompts = dict(input_points=[points.tolist()], input_labels=[np.ones(points.shape[:2], int).tolist()])
            if self.with_box:
                prompts['input_boxes'] = [some.tolist()]
            inputs = self.processor(images=image, return_tensors='pt', **prompts)
            sizes = [inputs.pop(name) for name in ('original_sizes', 'reshaped_input_sizes') if name in inputs]
            sizes = sizes if self.kind == 'sam' else sizes[:1]  # SAM 2 stretches the picture, SAM pads it
            inputs = {name: value.float() if value.is_floating_point() else value for name, value in inputs.items()}
            inputs = {name: value.to(self.device) for name, value in inputs.items()}
            pixels = inputs.pop('pixel_values')
            with torch.no_grad():
                if seen is None:  # the picture is looked at once, whatever the number of people
                    seen = self.network.get_image_embeddings(pixels)
                answer = self.network(image_embeddings=seen, multimask_output=True, **inputs)
                best = answer.iou_scores[0].argmax(dim=1)
                chosen = answer.pred_masks[0][torch.arange(len(some)), best][:, None]
            yield from self._full_size(chosen.cpu()[None], sizes)

    def _full_size(self, chosen, sizes) -> Iterator[np.ndarray]:
        """Logits (1,n,1,h,w) -> masks (H,W) of the picture's size."""
        for mask in self.processor.post_process_masks(chosen, *sizes)[0]:
            yield mask[0].numpy().astype(bool)
