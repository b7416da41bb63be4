"""How far two arrays may be apart, and how far they are."""
import re
from dataclasses import dataclass
from typing import Any, Dict, Mapping, NamedTuple, Optional, Sequence

import numpy as np


class Limit(NamedTuple):
    """Largest difference: ``absolute`` + ``relative`` * |stored value| + ``scaled`` * max(floor, largest stored value)."""
    absolute: float = 0.0
    relative: float = 0.0
    scaled: float = 0.0
    floor: float = 0.0


PIXELS = Limit(absolute=1e-4, scaled=1e-5)
NETWORK = Limit(scaled=3e-5, floor=1.0)

#: Array name -> limit, first match counts; for a float32 network on a CPU, from float64 runs of the same networks.
COMMON: Sequence = (
    (r'weight_mean_std|img_probe', Limit(1e-6, relative=1e-6)),
    (r'feat_\w+', Limit(3e-5)), (r'decoder_token\w*|pose6d_with_mean', Limit(1e-4)),
    (r'code_prob_max|code_top_margin', Limit(3e-5)), (r'decoded_body6d|decoded6d_\w+|forward6d', Limit(1e-4)),
    (r'latents_sub|soft_code_sub', Limit(5e-5)), (r'code_margin|seeded_latent_margin', Limit(2e-3)),
    (r'commit_loss|perplexity|latents_mean|latents_std', Limit(relative=1e-5)),
    (r'heatmap_sum', Limit(5e-5)), (r'heatmap_\w+', Limit(1e-6)),
    (r'(?:bpac_)?logits|stem_sub|block0_sub|layer4_sub|pooled', Limit(3e-5)), (r'(?:bpac_)?token', Limit(1e-5)),
    (r'rot6d_in', Limit(1e-6)),
    (r'global_orient|body_pose\w*|decoded_rotmat\w+', Limit(5e-4)), (r'betas', Limit(1e-4)), (r'cam', Limit(1e-5)),
    (r'cam_t', Limit(relative=3e-5)), (r'keypoints_3d|vertices_sub', Limit(3e-4)), (r'keypoints_2d_pred', Limit(1e-4)),
    (r'discriminator_out', Limit(1e-5)))
CLIFF: Sequence = (
    (r'\w+_bbox_info', Limit(1e-6)), (r'\w+_cam|\w+_cam_t', Limit(3e-5)), (r'\w+_pose_rotmat', Limit(5e-4)),
    (r'feat_sub|pooled|\w+_pose6d|\w+_betas|\w+_last_hidden_sub', NETWORK), *COMMON)
GEOMETRY: Sequence = (
    (r'box_\w+|crop_affine|aug_affine|keypoints_(?:image|crop)_px|cam_t_full\w*|focal_\w+|projected_image_px|crop_box_size',
     PIXELS),
    (r'cam_t', Limit(relative=3e-5)), (r'\w+', Limit(1e-5)))
AMPUTATION: Sequence = ((r'\w+', Limit(1e-5)),)


@dataclass
class Difference:
    """One array: the largest difference, where it counts most, as a share of what is allowed there (above 1: too far)."""
    name: str
    error: float
    share: float
    note: str = ''

    @property
    def within(self) -> bool:
        return self.share <= 1


class Ours(NamedTuple):
    """An array of ours, and which of its numbers count (a mask of its leading axes; None: all)."""
    value: Any
    counts: Optional[np.ndarray] = None


def compare(stored: Mapping[str, np.ndarray], ours: Mapping[str, Any], limits: Sequence, inputs: Sequence[str] = (),
            ) -> Dict[str, Difference]:
    """Every stored array against ours; one that nobody computed is a difference beyond all limits.

    ``inputs`` are arrays that our run read: there is nothing to compare.
    """
    result = {}
    for name, theirs in stored.items():
        if name in inputs:
            continue
        if name not in ours:
            result[name] = Difference(name, np.inf, np.inf, 'not computed')
        else:
            mine = ours[name] if isinstance(ours[name], (Ours, Difference)) else Ours(ours[name])
            result[name] = mine if isinstance(mine, Difference) else difference(name, theirs, mine, limits)
    return result


def difference(name: str, theirs: np.ndarray, mine: Ours, limits: Sequence) -> Difference:
    """Whole numbers must be equal; others may differ by the limit of their name."""
    value = np.asarray(mine.value.detach().cpu().numpy() if hasattr(mine.value, 'detach') else mine.value)
    if value.shape != theirs.shape:
        return Difference(name, np.inf, np.inf, f'shape {value.shape} instead of {theirs.shape}')
    counts = np.ones(theirs.shape, bool) if mine.counts is None else np.asarray(mine.counts)
    counts = np.broadcast_to(counts.reshape(counts.shape + (1,) * (theirs.ndim - counts.ndim)), theirs.shape)
    note = '' if counts.all() else f'{int(counts.sum())} of {counts.size} numbers count'
    apart = np.where(counts, np.abs(value.astype(np.float64) - theirs), 0)
    if not np.isfinite(apart).all():
        return Difference(name, np.inf, np.inf, 'not finite')
    if theirs.dtype.kind in 'iub':
        wrong = int((apart > 0).sum())
        return Difference(name, float(wrong), np.inf if wrong else 0.0, f'{wrong} whole numbers differ' if wrong else note)
    limit = next(limit for pattern, limit in limits if re.fullmatch(pattern, name))
    largest = max(limit.floor, float(np.abs(theirs).max(initial=0)))
    allowed = limit.absolute + limit.relative * np.abs(theirs) + limit.scaled * largest
    share = np.divide(apart, allowed, out=np.where(apart > 0, np.inf, 0.0), where=allowed > 0)
    return Difference(name, float(apart.max(initial=0)), float(share.max(initial=0)), note)


def share_of_pixels(name: str, theirs: np.ndarray, ours: np.ndarray, same_filter: bool) -> Difference:
    """Crops: with the same low-pass filter and warp 99 % of the values within 1e-3 and none beyond 0.04; else 0.05 on
    average (a grey level is 0.0175)."""
    apart = np.abs(ours.astype(np.float64) - theirs)
    if same_filter and _warps_exactly():
        share = max(np.quantile(apart, 0.99) / 1e-3, apart.max() / 0.04)
        return Difference(name, float(apart.max()), float(share), '99 % within 1e-3, all within 0.04')
    return Difference(name, float(apart.mean()), float(apart.mean() / 0.05), 'on average: another warp or whole grey levels')


def _warps_exactly() -> bool:
    """OpenCV interpolates at 32nds of a pixel before version 4.12, at the exact place from then on."""
    import cv2
    ramp = np.tile(np.float32([[0, 64, 64, 64]]), (4, 1))
    shifted = cv2.warpAffine(ramp, np.float64([[1, 0, 1 / 64], [0, 1, 0]]), (4, 4), flags=cv2.INTER_LINEAR)
    return abs(float(shifted[1, 1]) - 63) < 0.5


def steep(sixd: Any) -> np.ndarray:
    """6D vectors (…,6) in two halves -> (…) bool: they are not nearly parallel, so the rotation is well determined."""
    sixd = np.asarray(sixd.detach().cpu().numpy() if hasattr(sixd, 'detach') else sixd, np.float64)
    first, second = sixd[..., :3], sixd[..., 3:]
    sine = np.linalg.norm(np.cross(first, second), axis=-1)
    return sine >= 0.1 * np.linalg.norm(first, axis=-1) * np.linalg.norm(second, axis=-1)
