"""Boxes, cameras, rotations, crops and augmentations: the pure functions and transforms a network depends on."""
from typing import Any, Dict

import cv2
import numpy as np
import torch
from parity import comparison
from parity.folder import Fixture
from parity.recipe import photo
from torch import Tensor

from ajahr_mm.anatomy.keypoints import HMR44_FLIP
from ajahr_mm.datasets.transforms.crop import cut
from ajahr_mm.datasets.transforms.flip import flip_body
from ajahr_mm.datasets.transforms.scale_rotate import scale_rotate
from ajahr_mm.geometry.box_camera import BoxCamera
from ajahr_mm.geometry.boxes import apply_affine, crop_affine, square_box
from ajahr_mm.geometry.cameras import CROP_SIZE, crop_to_full, project, project_to_crop, weak_to_translation
from ajahr_mm.geometry.rotations import axis_angle_to_matrix, matrix_to_sixd, sixd_to_matrix
from ajahr_mm.models.preprocessor import IMAGENET_MEAN, IMAGENET_STD

LIMITS = comparison.GEOMETRY
INPUTS = ('img_wh', 'boxes_xyxy', 'keypoints_image_px', 'cam', 'points_3d', 'rot6d_in', 'rot6d_edge_in', 'rotmat_in',
          'axis_angle_in', 'crop_image_hw', 'crop_boxes_xyxy', 'aug_center', 'aug_box_wh', 'aug_scale', 'aug_rot_deg',
          'aug_flip', 'aug_color', 'aug_txty', 'aug_kp2d_in', 'aug_kp3d_in', 'aug_pose_in')
_LAYOUTS = {'hmr2_columns': 'column', 'tokenhmr_rows': 'row', 'cliff_interleaved_columns': 'interleaved'}
_TRAINING_IMAGE = (400, 600)


def applies(fixture: Fixture) -> bool:
    return fixture.arrays is not None and {'boxes_xyxy', 'crop_affine', 'aug_affine'} <= set(fixture.arrays)


def run(fixture: Fixture) -> Dict[str, Any]:
    """Every stored array, by the functions of ``ajahr_mm.geometry`` and ``ajahr_mm.datasets.transforms``."""
    stored = fixture.arrays
    crop_seed, training_seed = fixture.seed('photos')
    return {**_boxes(stored), **_cameras(stored), **_rotations(stored), **_crops(stored, crop_seed),
            **_augmented(stored, training_seed)}


def _boxes(stored: Dict[str, np.ndarray]) -> Dict[str, Any]:
    found = [square_box(box) for box in stored['boxes_xyxy']]
    affines = [crop_affine(center, size, CROP_SIZE) for center, size in found]
    pixels = np.stack([apply_affine(points, affine) for points, affine in zip(stored['keypoints_image_px'], affines)])
    return dict(box_center=np.stack([center for center, _ in found]), box_size=np.array([size for _, size in found]),
                box_size_no_aspect=np.array([square_box(box, aspect=1.0)[1] for box in stored['boxes_xyxy']]),
                crop_affine=np.stack(affines), keypoints_crop_px=pixels, keypoints_crop_unit=pixels / CROP_SIZE - 0.5)


def _cameras(stored: Dict[str, np.ndarray]) -> Dict[str, Any]:
    camera, points = torch.from_numpy(stored['cam']), torch.from_numpy(stored['points_3d'])
    rows = [_in_photograph(*row) for row in zip(stored['boxes_xyxy'], stored['img_wh'], camera, points)]
    return dict(cam_t=weak_to_translation(camera), projected_crop_unit=project_to_crop(points, camera) / CROP_SIZE - 0.5,
                **{name: np.stack([row[name] for row in rows]) for name in rows[0]})


def _in_photograph(box: np.ndarray, img_wh: np.ndarray, camera: Tensor, points: Tensor) -> Dict[str, np.ndarray]:
    (width, height), (center, size) = img_wh, square_box(box)
    box = torch.tensor(center)[None].float(), torch.tensor([size]).float()
    shift, focal = crop_to_full(camera[None], *box, (height, width))
    cliff = BoxCamera.of_crop((height, width), size, crop_affine(center, size, CROP_SIZE), CROP_SIZE)
    return dict(focal_full=np.float32(focal), cam_t_full=shift[0].numpy(), focal_diagonal=cliff.focal[0].numpy(),
                projected_image_px=project(points[None] + shift, focal, (width / 2, height / 2))[0].numpy(),
                cam_t_full_cliff=cliff.translation(camera[None])[0].numpy())


def _rotations(stored: Dict[str, np.ndarray]) -> Dict[str, Any]:
    sixd, edge = torch.from_numpy(stored['rot6d_in']), torch.from_numpy(stored['rot6d_edge_in'])
    out = {f'rotmat_{name}': sixd_to_matrix(sixd, layout) for name, layout in _LAYOUTS.items()}
    out.update({f'rotmat_edge_{name}': sixd_to_matrix(edge, layout) for name, layout in _LAYOUTS.items()})
    return dict(out, rotmat_tokenizer_rows=sixd_to_matrix(sixd, 'row'),
                rot6d_tokenizer_from_rotmat=matrix_to_sixd(torch.from_numpy(stored['rotmat_in']), 'row'),
                rotmat_from_axis_angle=axis_angle_to_matrix(torch.from_numpy(stored['axis_angle_in'])))


def _normalised(crop: np.ndarray) -> np.ndarray:
    """(S,S,3) RGB -> the pixels that are stored, (3,32,32)."""
    return ((crop - np.array(IMAGENET_MEAN)) / np.array(IMAGENET_STD)).transpose(2, 0, 1)[:, ::8, ::8]


def _crops(stored: Dict[str, np.ndarray], seed: int) -> Dict[str, Any]:
    """The crop of the demos, which blur before large boxes are warped."""
    crops, sizes = [], []
    for i, ((height, width), box) in enumerate(zip(stored['crop_image_hw'], stored['crop_boxes_xyxy'])):
        picture = cv2.cvtColor(photo(seed + i, int(height), int(width)), cv2.COLOR_BGR2RGB)
        center, size = square_box(box)
        crop = cut(picture, crop_affine(center, size, CROP_SIZE), CROP_SIZE, low_pass='gaussian')
        crops.append(_normalised(crop.astype(np.float64)))
        sizes.append(size)
    # A blurred image stays in whole grey levels here.
    sharp = np.array(sizes) / CROP_SIZE / 2 <= 1.1
    parts = [comparison.share_of_pixels('crop_sub', stored['crop_sub'][rows], np.stack(crops)[rows], same)
             for rows, same in ((sharp, True), (~sharp, False)) if rows.any()]
    return dict(crop_box_size=np.array(sizes), crop_sub=max(parts, key=lambda part: part.share))


def _augmented(stored: Dict[str, np.ndarray], seed: int) -> Dict[str, Any]:
    rows = [_augment(stored, i, photo(seed + i, *_TRAINING_IMAGE)) for i in range(len(stored['aug_center']))]
    out = {name: np.stack([row[name] for row in rows]) for name in rows[0]}
    out['aug_crop_sub'] = comparison.share_of_pixels('aug_crop_sub', stored['aug_crop_sub'], out['aug_crop_sub'], True)
    return out


def _augment(stored: Dict[str, np.ndarray], i: int, picture: np.ndarray) -> Dict[str, np.ndarray]:
    """Given shift, mirror, turn and scale, in this order; their turn is ours the other way round."""
    points, pose = stored['aug_kp2d_in'][i], stored['aug_pose_in'][i].reshape(24, 3)
    results = dict(img=cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), img_shape=_TRAINING_IMAGE, flip=False, rotation=0.0,
                   center=stored['aug_center'][i], size=float(stored['aug_box_wh'][i].max()), keypoints_2d=points.copy(),
                   projected_2d=points.copy(), visibility=np.zeros(len(HMR44_FLIP), np.uint8),
                   keypoints_3d=stored['aug_kp3d_in'][i].copy(), global_orient=pose[0], body_pose=pose[1:],
                   root_offset=np.zeros(3), transl=np.zeros(3), camera=np.zeros(3), limb_extent=np.full(4, 3.0))
    results = scale_rotate(results, 1.0, 0.0, stored['aug_txty'][i])
    if stored['aug_flip'][i]:
        results = flip_body(results)
    results = scale_rotate(results, float(stored['aug_scale'][i]), -float(stored['aug_rot_deg'][i]), np.zeros(2))
    affine = crop_affine(results['center'], results['size'], CROP_SIZE, results['rotation'])
    crop = cut(results['img'], affine, CROP_SIZE, low_pass='none') * stored['aug_color'][i].astype(np.float64)
    return dict(aug_affine=affine, aug_crop_sub=_normalised(crop.clip(0, 255)), aug_kp3d_out=results['keypoints_3d'],
                aug_kp2d_out=_crop_units(results['keypoints_2d'], affine),
                aug_global_orient_out=results['global_orient'],
                aug_body_pose_out=results['body_pose'].reshape(-1))


def _crop_units(points: np.ndarray, affine: np.ndarray) -> np.ndarray:
    return np.concatenate([apply_affine(points[:, :2], affine) / CROP_SIZE - 0.5, points[:, 2:]], 1)
