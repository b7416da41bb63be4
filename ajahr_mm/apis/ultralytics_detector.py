"""An adapter to an installed ultralytics YOLO, which this package neither ships nor asks for."""
import os
from pathlib import Path
from typing import Optional

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DETECTORS


@DETECTORS.register_module()
class UltralyticsDetector:
    """People found by a YOLO of the library ultralytics; the paper's detector is YOLOv11 trained on CrowdHuman (supp. A).

    Licence: ultralytics and its weights are AGPL-3.0 or commercial. It is imported only where a config names this class;
    installing it, and what follows from its licence, is the user's choice.

    A ``.pt`` file of ultralytics is a pickle, and opening one can run any code that stands in it. An exported ``.onnx`` or
    ``.torchscript`` file needs no such trust.

    Args:
        weights: file of the network; nothing is downloaded.
        score: people below this confidence are dropped.
        person: number of the class "person" of these weights: 0 of COCO's and of CrowdHuman's.
        max_people: at most so many boxes an image, None for all.
        trusted: open a ``.pt`` file although it can run code.
    Raises:
        UserError: the file is missing, is a ``.pt`` that is not said to be trusted, or ultralytics cannot open it.
        ImportError: ultralytics is not installed.
    """

    def __init__(self, weights: str, score: float = .35, person: int = 0, max_people: Optional[int] = None,
                 device: str = 'cpu', trusted: bool = False) -> None:
        path = Path(weights).expanduser()
        if not path.is_file():  # ultralytics would try to download it
            raise UserError(f'{weights} does not exist: it should be the weights of a YOLO that ultralytics can open')
        if path.suffix == '.pt' and not trusted:
            raise UserError(f'{weights} is a pickle of ultralytics, which can run code when it is opened: export it to '
                            '.onnx, or say trusted=True in the config if you know where it comes from')
        # Read while ultralytics is imported: no packages installed, nothing fetched or reported while it works.
        os.environ.setdefault('YOLO_AUTOINSTALL', 'false')
        os.environ.setdefault('YOLO_OFFLINE', 'true')
        try:
            from ultralytics import YOLO
        except ImportError as error:
            raise ImportError('UltralyticsDetector needs ultralytics (AGPL-3.0): pip install ultralytics') from error
        try:
            self.model = YOLO(str(path), task='detect')
        except Exception as error:
            reason = ' '.join(str(error).split())
            raise UserError(f'ultralytics cannot open {weights}: {reason}') from error
        self.score, self.person, self.max_people, self.device = score, person, max_people, device

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """Boxes of people (n,4), by falling confidence."""
        picture = np.ascontiguousarray(image[..., ::-1])  # ultralytics takes arrays for BGR
        found = self.model.predict(picture, conf=self.score, classes=[self.person], device=self.device, verbose=False)
        found = found[0].boxes
        order = np.argsort(-found.conf.cpu().numpy(), kind='stable')[:self.max_people]
        return found.xyxy.cpu().numpy().astype(np.float64).reshape(-1, 4)[order]
