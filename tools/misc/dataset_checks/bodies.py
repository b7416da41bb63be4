"""Does the SMPL body, posed and projected, lie on the 2D keypoints?"""
from typing import Optional

import numpy as np
import torch
from dataset_checks.opening import Part
from dataset_checks.report import Report

from ajahr_mm.anatomy.keypoints import HMR44, OUTSIDE
from ajahr_mm.geometry.cameras import CROP_SIZE, project, project_to_crop
from ajahr_mm.geometry.rotations import axis_angle_to_matrix

_BATCH = 256


def check_bodies(part: Part, report: Report, body: torch.nn.Module, tolerance: float, shapes: np.ndarray) -> None:
    """Distances are in box sides; a person, or a keypoint over all people, beyond ``tolerance`` on average is a defect."""
    needed = ('global_orient', 'body_pose', 'betas', 'keypoints_2d')
    lacking = [name for name in needed if name not in part]
    if lacking or not ('camera' in part or {'transl', 'focal'} <= set(part.dataset.table.columns)):
        report.fact(f'reprojection not checked: {", ".join(lacking) or "the camera"} is not annotated')
        return
    angles = part.column('body_pose').reshape(len(part.rows), -1)
    report.defects_in_rows(part, (np.abs(angles).max(1) > 2 * np.pi + 1e-3), 'a pose angle is beyond 2 pi')
    report.defects_in_rows(part, np.abs(part.column('betas')).max(1) > 10, 'a shape parameter is beyond 10')
    errors = np.concatenate([_errors(part, body, np.arange(start, min(start + _BATCH, len(part.rows))), shapes)
                             for start in range(0, len(part.rows), _BATCH)])
    checked = np.isfinite(errors).any(1)
    if not checked.any():
        report.fact('reprojection not checked: nobody has pose, camera and 2D keypoints')
        return
    with np.errstate(all='ignore'):
        people = np.array([row[np.isfinite(row)].mean() if ok else 0 for row, ok in zip(errors, checked)])
    worst = int(people.argmax())
    report.fact(f'reprojection of {checked.sum()} bodies: {people[checked].mean():.2%} of the box on average, at most '
                f'{people[worst]:.2%} ({part.person(worst)})')
    report.defects_in_rows(part, people > tolerance,
                           f'the body lies more than {tolerance:.0%} of the box beside its 2D keypoints')
    for keypoint, name in enumerate(HMR44):
        values = errors[:, keypoint][np.isfinite(errors[:, keypoint])]
        if len(values) and np.median(values) > tolerance:
            report.defect(part.source, f'keypoint {name} lies {np.median(values):.1%} of the box (median of {len(values)} '
                          'people) beside that of the body: another body model, or another definition of the keypoint')


def _errors(part: Part, body: torch.nn.Module, index: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    """(b,44) in box sides, NaN where a keypoint is not known."""
    def tensor(name: str) -> torch.Tensor:
        return torch.from_numpy(np.array(part.column(name)[index], np.float32))

    pose = torch.cat([tensor('global_orient')[:, None], tensor('body_pose').view(len(index), -1, 3)], 1)
    rotations = axis_angle_to_matrix(pose)
    with torch.no_grad():
        points = body(rotations[:, :1].squeeze(1), rotations[:, 1:], tensor('betas'), with_vertices=False).keypoints
    size, center = tensor('size')[:, None, None], tensor('center')[:, None]
    pixels, told, unread = _photographed(part, points, index, shapes)
    if 'camera' in part:    # a stand-in where the camera of the photograph is known
        camera = tensor('camera')
        cropped = (project_to_crop(points, camera) - CROP_SIZE / 2) * size / CROP_SIZE + center
        pixels = torch.where(told[:, None, None], pixels, cropped)
        told = told | (camera[:, 0] > 0) & ~unread
    target = _target(part, index)
    apart = torch.linalg.vector_norm(pixels - target[..., :2], dim=-1) / size[..., 0]
    known = (target[..., 2] > 0) & told[:, None]
    if 'has_pose' in part:
        known &= (tensor('has_pose') > 0)[:, None]
    return torch.where(known, apart, torch.nan).numpy()


def _photographed(part: Part, points: torch.Tensor, index: np.ndarray, shapes: np.ndarray):
    """Through the camera of the photograph, where focal length and translation are known; for whom they are, and
    for whom they would be, had the picture been read."""
    nobody = torch.zeros(len(index), dtype=torch.bool)
    if not {'focal', 'transl'} <= set(part.dataset.table.columns):
        return torch.full((*points.shape[:2], 2), torch.nan), nobody, nobody
    focal, transl = (torch.from_numpy(np.array(part.column(name)[index], np.float32)) for name in ('focal', 'transl'))
    middle = torch.from_numpy(shapes[index][:, ::-1].copy()).float() / 2
    known, read = (focal > 0) & (transl[:, 2] > 0), (middle > 0).all(1)
    return project(points + transl[:, None], focal, middle), known & read, known & ~read


def _target(part: Part, index: np.ndarray) -> torch.Tensor:
    """2D keypoints (b,44,3); where hidden ones would be seen counts as well, those beyond the frame do not."""
    target = np.array(part.column('keypoints_2d')[index], np.float32)
    if 'projected_2d' in part:
        projected = part.column('projected_2d')[index]
        target = np.where(target[..., 2:] > 0, target, projected)
    if 'visibility' in part:
        target[part.column('visibility')[index] == OUTSIDE] = 0
    return torch.from_numpy(np.ascontiguousarray(target, np.float32))


def load_body(source: Optional[str]) -> torch.nn.Module:
    """The packaged body, or that of a file."""
    from ajahr_mm.body_models import build_body
    return build_body(source or 'open')
