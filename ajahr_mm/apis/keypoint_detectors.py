"""Finders of keypoints: callables from an image (H,W,3) uint8 RGB and boxes (n,4) to COCO keypoints (n,17,3)."""
import numpy as np
from mmengine.registry import DefaultScope

from ajahr_mm.apis.loading import load_into, read_config
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DETECTORS

# ``pip install mmpose`` alone asks for chumpy, which does not build.
_INSTALL = 'ViTPoseDetector needs mmpose: pip install --no-deps mmpose==1.1.0 && pip install xtcocotools==1.14.3'


@DETECTORS.register_module()
class ViTPoseDetector:
    """Any top-down COCO pose model of mmpose, ViTPose first of all: keypoints (n,17,3) x, y image px, confidence.

    Args:
        config: mmpose config file.  weights: its checkpoint; nothing is downloaded.
    Raises:
        UserError: a file is missing or broken, the checkpoint is of another model, or its keypoints are not COCO's 17.
        ImportError: mmpose is not installed.
    """

    def __init__(self, config: str, weights: str, device: str = 'cpu') -> None:
        try:
            from mmpose.apis import inference_topdown, init_model
        except ImportError as error:
            raise ImportError(_INSTALL) from error
        # mmpose would make itself the default scope of the process, and our registries would be looked up in its own.
        with DefaultScope.overwrite_default_scope('mmpose'):
            self.model = init_model(read_config(config), checkpoint=None, device=device)
        load_into(self.model, weights, 'the checkpoint of the keypoint detector, see the model zoo of mmpose')
        count = self.model.dataset_meta.get('num_keypoints')
        if count != 17:
            raise UserError(f'{config} predicts {count} keypoints, but the 17 of COCO are needed')
        self._infer = inference_topdown

    def __call__(self, image: np.ndarray, boxes: np.ndarray) -> np.ndarray:
        if not len(boxes):
            return np.zeros((0, 17, 3))
        with DefaultScope.overwrite_default_scope('mmpose'):
            found = self._infer(self.model, np.ascontiguousarray(image[..., ::-1]), np.asarray(boxes, np.float32))
        people = [np.concatenate([sample.pred_instances.keypoints[0], sample.pred_instances.keypoint_scores[0][:, None]],
                                 axis=1) for sample in found]
        return np.stack(people).astype(np.float64)
