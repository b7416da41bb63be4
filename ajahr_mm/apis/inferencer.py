"""BodyInferencer: images in, people out."""
import copy
from itertools import islice
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Union

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from torch import nn

from ajahr_mm.apis.detectors import WholeImage
from ajahr_mm.apis.inputs import Picture, check_boxes, check_keypoints, for_each_picture, list_pictures
from ajahr_mm.apis.loading import init_model
from ajahr_mm.apis.outputs import ResultWriter, describe_verdict
from ajahr_mm.apis.people import Person, pack
from ajahr_mm.apis.results import Extent, check_amputate, describe
from ajahr_mm.geometry.boxes import keypoints_to_box
from ajahr_mm.io.errors import UserError
from ajahr_mm.models.acceleration import accelerate
from ajahr_mm.registry import DETECTORS, INFERENCERS

Callee = Union[Callable, Dict[str, Any]]


@INFERENCERS.register_module()
class BodyInferencer:
    """Recovers every person of an image with the limbs they have.

    >>> infer = BodyInferencer('configs/ajahr/ajahr_tiny_a3d-mini.py', 'work_dirs/quickstart/ajahr/best.pth')
    >>> person = infer('photo.jpg', boxes=[[20, 15, 360, 500]], out_dir='out')[0]
    >>> person['verdict'], person['limbs']['left_arm']['probability']

    Args:
        model: config file, Config, a network that is built, or a converted public checkpoint, which brings its config.
        weights: its checkpoint, loaded strictly; only a built network and a converted checkpoint may come without.
        device: of the network.
        detector: finds boxes when none are given: callable or config of DETECTORS; default: the whole image.
        keypoint_detector: finds keypoints when none are given, callable or config; default: none, then the limb
            classifier sees the image alone.
        batch_size: people predicted together.
        padding: widens the square around a box.
        keypoint_threshold: keypoints below this confidence count as not seen (0.55, as the authors' demo).
        dtype: arithmetic of the networks, see :func:`ajahr_mm.models.acceleration.accelerate`: 'float32', 'bfloat16', or
            'auto' for the faster of the two on this processor. None: 'auto', but a network that is built stays as it is.
    Raises:
        UserError: config or weights are missing, broken or do not belong together.
    """

    def __init__(self, model: Union[str, Path, Config, nn.Module], weights: Optional[Union[str, Path]] = None,
                 device: str = 'cpu', detector: Optional[Callee] = None, keypoint_detector: Optional[Callee] = None,
                 batch_size: int = 8, padding: float = 1.0, keypoint_threshold: float = 0.55,
                 dtype: Optional[str] = None) -> None:
        if batch_size < 1:
            raise UserError(f'batch_size must be at least 1, got {batch_size}')
        self.model = init_model(model, weights, device)
        if dtype is not None or self.model is not model:
            accelerate(self.model, dtype or 'auto')
        self.body = body_of(self.model)
        self.detector = _build(detector) or WholeImage()
        self.keypoint_detector = _build(keypoint_detector)
        self.batch_size, self.padding, self.keypoint_threshold = batch_size, padding, keypoint_threshold

    def __call__(self, inputs: Union[str, Path, np.ndarray, Sequence[Any]], boxes: Any = None, keypoints: Any = None,
                 out_dir: Optional[Union[str, Path]] = None, amputate: Extent = 'predicted',
                 amputation: str = 'collapse', progress: bool = True) -> List[Dict[str, Any]]:
        """One dict for each person, in the order of the inputs (see :func:`ajahr_mm.apis.results.describe`).

        Args:
            inputs: image path, folder, uint8 RGB array (H,W,3), or a list of these.
            boxes: (n,4) x1, y1, x2, y2 px for a single image; for several a list with one entry each (None: detect)
                or a dict by file name.
            keypoints: in the same way (n,17,3) COCO or (n,12,3) limb keypoints in px of the image, with confidence.
            out_dir: where to write overlay, JSON and GLB of each person and ``results.json``; None writes nothing.
            amputate: which limbs the body is shown with: 'predicted', 'off', or four extents 0..3.
            amputation: 'collapse' (the paper's zero matrices) or 'stump' (a rounded residual limb).
            progress: show a progress bar.
        Raises:
            UserError: anything wrong with the inputs. All of them are checked before the first file is written.
        """
        amputate = check_amputate(amputate)
        if amputation not in ('collapse', 'stump'):
            raise UserError(f"amputation must be 'collapse' or 'stump', got {amputation!r}")
        pictures = list_pictures(inputs)
        boxes = for_each_picture(boxes, pictures, 'boxes', 2)
        keypoints = for_each_picture(keypoints, pictures, 'keypoints', 3)
        for given in zip(pictures, boxes, keypoints):
            _check(*given)
        writer = None if out_dir is None else ResultWriter(out_dir, _as_numpy(self.body.faces))

        results: List[Dict[str, Any]] = []
        people = self._people(pictures, boxes, keypoints, progress)
        while batch := list(islice(people, self.batch_size)):
            for person, result in zip(batch, self._predict(batch, amputate, amputation)):
                if writer is not None:
                    writer.write(person, result)
                results.append(result)
        if writer is not None:
            writer.finish()
        return results

    def _people(self, pictures: List[Picture], boxes: list, keypoints: list, progress: bool) -> Iterator[Person]:
        """The people of all pictures, one after the other, with what is to be detected filled in."""
        steps = zip(pictures, boxes, keypoints)
        if progress:
            from rich.progress import track
            steps = track(steps, total=len(pictures), description='bodies')
        for picture, its_boxes, its_keypoints in steps:
            image, its_boxes, its_keypoints = _check(picture, its_boxes, its_keypoints)
            if its_boxes is None:
                its_boxes = np.asarray(self.detector(image), np.float64).reshape(-1, 4)
            if its_keypoints is None and self.keypoint_detector is not None:
                its_keypoints = self.keypoint_detector(image, its_boxes)
            for i, box in enumerate(its_boxes):
                yield Person(picture, i, image, box, None if its_keypoints is None else its_keypoints[i])

    @torch.no_grad()
    def _predict(self, people: Sequence[Person], amputate: Extent, amputation: str) -> List[Dict[str, Any]]:
        side = getattr(self.model, 'crop_size', 256)
        batch = pseudo_collate([pack(person, side, self.padding, self.keypoint_threshold) for person in people])
        results = describe(self.model.test_step(batch), self.body, amputate, amputation)
        for person, result in zip(people, results):
            result.update(person=person.index, box=person.box, verdict=describe_verdict(result))
        return results


def _check(picture: Picture, boxes: Any, keypoints: Any) -> tuple:
    """(image, boxes or None, keypoints or None) of one picture; keypoints alone give the boxes around them."""
    image = picture.read()
    if boxes is not None:
        boxes = check_boxes(boxes, image.shape, picture.name)
    if keypoints is not None:
        keypoints = check_keypoints(keypoints, None if boxes is None else len(boxes), picture.name)
        if boxes is None:
            if not (keypoints[..., 2] > 0).any(-1).all():
                raise UserError(f'a person of {picture.name} has no keypoint with confidence, so there is no box: '
                                'give boxes')
            boxes = check_boxes([keypoints_to_box(k) for k in keypoints], image.shape, picture.name)
    return image, boxes, keypoints


def body_of(model: nn.Module) -> nn.Module:
    """The body model of a network, or the open body if it brings none; on the CPU, where results are described."""
    body = getattr(model, 'body', None)
    if body is None:
        from ajahr_mm.body_models import build_body
        return build_body('open')
    return body if _on_cpu(body) else copy.deepcopy(body).cpu()


def _on_cpu(module: nn.Module) -> bool:
    return all(t.device.type == 'cpu' for t in [*module.parameters(), *module.buffers()])


def _as_numpy(values: Any) -> np.ndarray:
    return values.cpu().numpy() if isinstance(values, torch.Tensor) else np.asarray(values)


def _build(part: Optional[Callee]) -> Optional[Callable]:
    return DETECTORS.build(part) if isinstance(part, dict) else part
