"""People in pictures: a box and its keypoints become the sample a model takes, by the same crop as in training."""
from dataclasses import dataclass
from typing import Any, Dict, Optional

import numpy as np
import torch
from mmengine.structures import BaseDataElement

from ajahr_mm.anatomy.keypoints import LIMB12
from ajahr_mm.apis.inputs import Picture
from ajahr_mm.datasets.transforms.crop import cut
from ajahr_mm.geometry.boxes import apply_affine, crop_affine, square_box
from ajahr_mm.structures import BodySample


@dataclass(frozen=True)
class Person:
    """Person number ``index`` of a picture: image (H,W,3), box (4,) px, keypoints (17|12,3) image px or None."""
    picture: Picture
    index: int
    image: np.ndarray
    box: np.ndarray
    keypoints: Optional[np.ndarray] = None


def limb_keypoints(person: Person, affine: np.ndarray, crop_size: int, threshold: float) -> np.ndarray:
    """The 12 limb keypoints (12,3) float32 in crop px; unsure ones and those outside the crop are (0,0,0)."""
    if person.keypoints is None:
        return np.zeros((len(LIMB12), 3), np.float32)
    points = person.keypoints[-len(LIMB12):].astype(np.float64)  # the limb joints are the last of COCO's 17
    points[:, :2] = apply_affine(points[:, :2], affine)
    inside = ((points[:, :2] >= 0) & (points[:, :2] < crop_size)).all(1)
    return np.where((inside & (points[:, 2] > 0) & (points[:, 2] >= threshold))[:, None], points, 0).astype(np.float32)


def pack(person: Person, crop_size: int = 256, padding: float = 1.0, threshold: float = 0.0) -> Dict[str, Any]:
    """-> ``dict(inputs=uint8 tensor (3,S,S) RGB, data_samples=BodySample)`` with ``gt.input_keypoints`` (12,3).

    ``padding`` widens the square box, ``threshold`` is the confidence below which a keypoint counts as not seen.
    """
    center, size = square_box(person.box, padding=padding)
    affine = crop_affine(center, size, crop_size)
    crop = cut(person.image, affine, crop_size)
    sample = BodySample(
        metainfo=dict(img_path=person.picture.name, sample_id=f'{person.picture.stem}_{person.index}',
                      img_shape=person.image.shape[:2], center=center, size=size, rotation=0.0, flip=False,
                      crop_size=crop_size, affine=affine),
        gt=BaseDataElement(input_keypoints=torch.from_numpy(limb_keypoints(person, affine, crop_size, threshold))))
    return dict(inputs=torch.from_numpy(np.ascontiguousarray(crop.transpose(2, 0, 1))), data_samples=sample)


def box_of_square(center: Any, size: float) -> np.ndarray:
    """Box (4,) whose square crop has this centre (2,) and side: the inverse of ``square_box`` for annotated crops."""
    half = np.array([size * 3 / 8, size / 2])
    return np.concatenate([np.asarray(center) - half, np.asarray(center) + half])
