"""Do boxes and keypoints lie where they can, and say what the limbs say?"""
import numpy as np
from dataset_checks.opening import Part
from dataset_checks.report import Report, listed

from ajahr_mm.anatomy.keypoints import ABSENT, HMR44, VISIBLE, missing_keypoints

_MARGIN = 5.0  # px outside of the picture, where annotators round


def check_keypoints(part: Part, report: Report, shapes: np.ndarray) -> None:
    """``shapes`` (n,2): height and width of each picture, 0 where unknown."""
    known = (shapes > 0).all(1)
    _check_boxes(part, report, shapes, known)
    lost = missing_keypoints(part.extent)
    if 'keypoints_2d' in part:
        points = part.column('keypoints_2d')
        seen = points[..., 2] > 0
        report.fact(f'2D keypoints: {seen.sum(1).mean():.1f} of {seen.shape[1]} seen per person, '
                    f'{lost.sum(1).mean():.1f} on lost limbs')
        report.defects_in_rows(part, ((points[..., 2] < 0) | (points[..., 2] > 1)).any(1),
                               'a 2D confidence is outside [0, 1]')
        report.defects_in_rows(part, (seen & (points[..., :2] == 0).all(-1)).any(1),
                               'a 2D keypoint at (0, 0), which means unseen, has confidence')
        report.defects_in_rows(part, (~seen).all(1), 'no 2D keypoint is seen')
        limits = shapes[:, None, ::-1] + _MARGIN
        out = seen & ((points[..., :2] < -_MARGIN) | (points[..., :2] > limits)).any(-1) & known[:, None]
        report.defects_in_rows(part, out.any(1), f'a seen 2D keypoint lies outside of its picture{_which(out)}')
        wrong = seen & lost
        report.defects_in_rows(part, wrong.any(1), f'a 2D keypoint of a lost limb is seen{_which(wrong)}')
        if 'visibility' in part:
            told = part.column('visibility')
            report.defects_in_rows(part, (told > ABSENT).any(1), 'a visibility is none of 0 to 3')
            wrong = seen & (told != VISIBLE) & (told <= ABSENT)
            report.defects_in_rows(part, wrong.any(1), f'a 2D keypoint is seen and marked otherwise{_which(wrong)}')
            wrong = (told == ABSENT) != lost
            report.defects_in_rows(part, wrong.any(1),
                                   f'visibility and limb extent disagree on what is absent{_which(wrong)}')
    if 'keypoints_3d' in part:
        points = part.column('keypoints_3d')
        sure = points[..., 3] > 0
        centred = np.where(sure[..., None], points[..., :3], np.nan)
        with np.errstate(all='ignore'):
            reach = np.nan_to_num(np.nanmax(centred, 1, initial=-np.inf) - np.nanmin(centred, 1, initial=np.inf), neginf=0)
        report.defects_in_rows(part, reach.max(1) > 4, '3D keypoints are more than 4 m apart; they are in metres')


def _check_boxes(part: Part, report: Report, shapes: np.ndarray, known: np.ndarray) -> None:
    center, half = part.column('center'), part.column('size')[:, None] / 2
    beside = ((center + half < 0) | (center - half > shapes[:, ::-1])).any(1) & known
    report.defects_in_rows(part, beside, 'the box lies outside of its picture')
    if 'keypoints_2d' in part:
        points = part.column('keypoints_2d')
        inside = (np.abs(points[..., :2] - center[:, None]) <= half[:, None]).all(-1) & (points[..., 2] > 0)
        seen = (points[..., 2] > 0).sum(1)
        report.defects_in_rows(part, (inside.sum(1) < 0.5 * seen) & (seen > 0), 'the box misses most of the seen keypoints')


def _which(wrong: np.ndarray) -> str:
    """(n,44) -> `` (left_wrist 3 times, …)``: the keypoints concerned most often."""
    times = wrong.sum(0)
    order = [i for i in np.argsort(-times, kind='stable') if times[i]]
    return f' ({listed([f"{HMR44[i]} {times[i]} times" for i in order[:3]], len(order))})' if order else ''
