"""How HMR2 (and TokenHMR and AJAHR after it) makes a training crop, written anew from its description, to be timed.

The whole picture is decoded by Pillow (WebDataset's ``rgb8``), gets the person's mask as a fourth channel, is mirrored if
need be, blurred if the box is more than 2.2 times the crop (Gaussian over the whole image, sigma = (box/256/2 - 1)/2, cut
at 4 sigma, result kept as float), and warped with linear interpolation; then come colour and normalisation in float,
channel by channel, and the labels. With the numbers stored in tests/data/parity it gives the crops stored there.
"""
from typing import Callable, Dict, NamedTuple, Optional

import cv2
import numpy as np
import torch
from PIL import Image

from ajahr_mm.anatomy.keypoints import HMR44_FLIP
from ajahr_mm.anatomy.skeleton import FLIP as JOINT_FLIP
from ajahr_mm.geometry.boxes import crop_affine

SIZE = 256
MEAN, STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
Blur = Callable[[np.ndarray, float], np.ndarray]


class Draw(NamedTuple):
    """The luck of one sample: mirror, box scale, degrees, shift in box sides (2,), channel gains (3,)."""

    flip: bool
    scale: float
    rotation: float
    shift: np.ndarray
    color: np.ndarray


def blur_skimage(image: np.ndarray, sigma: float) -> np.ndarray:
    """(H,W,C) uint8 -> float64."""
    from skimage.filters import gaussian
    return gaussian(image, sigma=sigma, channel_axis=2, preserve_range=True, truncate=4.0, mode='nearest')


def blur_opencv(image: np.ndarray, sigma: float) -> np.ndarray:
    """The same by OpenCV, in float32; about 15 times as fast."""
    side = 2 * int(4 * sigma + 0.5) + 1
    return cv2.GaussianBlur(image.astype(np.float32), (side, side), sigma, borderType=cv2.BORDER_REPLICATE)


def crop(image: np.ndarray, center: np.ndarray, side: float, draw: Draw, blur: Optional[Blur], clock) -> np.ndarray:
    """RGB image and mask (H,W,3 or 4) -> normalised RGB crop (3,256,256). ``clock(name)`` is called after each stage."""
    width = image.shape[1]
    center = center + draw.shift * side
    side = side * draw.scale
    if draw.flip:
        image, center = np.ascontiguousarray(image[:, ::-1]), np.array([width - center[0] - 1, center[1]])
    factor = side / SIZE / 2
    clock('mirror')
    if blur is not None and factor > 1.1:
        image = blur(image, (factor - 1) / 2)
        clock('blur')
    patch = cv2.warpAffine(image, crop_affine(center, side, SIZE, -draw.rotation), (SIZE, SIZE), flags=cv2.INTER_LINEAR,
                           borderMode=cv2.BORDER_CONSTANT)
    clock('warp')
    patch = patch[:, :, :3].transpose(2, 0, 1).astype(np.float32)
    for channel in range(3):
        patch[channel] = np.clip(patch[channel] * draw.color[channel], 0, 255)
        patch[channel] = (patch[channel] - MEAN[channel]) / STD[channel]
    clock('colour')
    return patch


def labels(record: dict, width: int, center: np.ndarray, side: float, draw: Draw) -> Dict[str, np.ndarray]:
    """2D keypoints in crop units, 3D keypoints, SMPL parameters."""
    points, points_3d = record['keypoints_2d'].copy(), record['keypoints_3d'].copy()
    orient, pose = record['global_orient'].copy(), record['body_pose'].copy()
    center, side = center + draw.shift * side, side * draw.scale
    if draw.flip:
        center = np.array([width - center[0] - 1, center[1]])
        points[:, 0] = width - points[:, 0] - 1
        points_3d[:, 0] *= -1
        points, points_3d = points[list(HMR44_FLIP)], points_3d[list(HMR44_FLIP)]
        pose = pose[np.array(JOINT_FLIP[1:]) - 1]
        pose[:, 1:] *= -1
        orient[1:] *= -1
    angle = np.deg2rad(-draw.rotation)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    points_3d[:, :3] = points_3d[:, :3] @ turn.T
    orient = cv2.Rodrigues(turn @ cv2.Rodrigues(orient.astype(np.float64))[0])[0][:, 0]
    matrix = crop_affine(center, side, SIZE, -draw.rotation)
    points[:, :2] = (points[:, :2] @ matrix[:, :2].T + matrix[:, 2]) / SIZE - 0.5
    return dict(keypoints_2d=points, keypoints_3d=points_3d, global_orient=orient, body_pose=pose, betas=record['betas'])


def load(record: dict, draw: Draw, blur: Optional[Blur], clock, masked: bool = True) -> Dict[str, torch.Tensor]:
    """One training sample of ``record``, from the file on. ``masked=False`` spares the mask, and decodes by OpenCV."""
    if masked:
        image = np.asarray(Image.open(record['img_path']).convert('RGB'))
        clock('decode')
        image = np.concatenate([image, np.full((*image.shape[:2], 1), 255, np.uint8)], axis=2)
        clock('mask')
    else:
        image = cv2.cvtColor(cv2.imread(record['img_path']), cv2.COLOR_BGR2RGB)
        clock('decode')
    center, side = record['center'].astype(np.float64), record['size']
    arrays = dict(labels(record, image.shape[1], center, side, draw))
    clock('labels')
    arrays['img'] = crop(image, center, side, draw, blur, clock)
    packed = {name: torch.from_numpy(np.ascontiguousarray(array, np.float32)) for name, array in arrays.items()}
    clock('pack')
    return packed
