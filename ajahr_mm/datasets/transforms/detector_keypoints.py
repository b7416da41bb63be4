"""DetectorKeypoints: the 12 limb keypoints as a 2D detector would report them."""
import numpy as np
from mmcv.transforms import BaseTransform

from ajahr_mm.anatomy.keypoints import LIMB12, LIMB12_FLIP, LIMB12_IN_HMR44
from ajahr_mm.registry import TRANSFORMS

_SOURCE = np.array(LIMB12_IN_HMR44)
_INWARD = {'elbow': 'shoulder', 'wrist': 'elbow', 'knee': 'hip', 'ankle': 'knee'}


def _inner_neighbour(name: str) -> int:
    side, joint = name.split('_')
    return LIMB12.index(f'{side}_{_INWARD[joint]}') if joint in _INWARD else LIMB12_FLIP[LIMB12.index(name)]


_NEIGHBOUR = tuple(_inner_neighbour(name) for name in LIMB12)


@TRANSFORMS.register_module()
class DetectorKeypoints(BaseTransform):
    """Ground truth with the faults of a detector, so that "no heat-map" is not the label in disguise.

    BPAC-Net is trained on ground-truth keypoints and meets a detector's at inference (paper Sec. 3.3). Detectors place most
    joints that are merely hidden, less exactly and with less confidence; so a joint without heat-map is more often absent
    than occluded. Absent and cropped joints give (0,0,0), unless the detector makes one up: beside the same joint of the
    other side, or a bone's length away from the neighbour nearer to the trunk.

    Args:
        noise_ratio: share of joints that get Gaussian noise: 0, .25 … 1 are the rows of Table 4(a).
        jitter_std: standard deviation of that noise, px of a 256 px crop.
        drop_prob: chance that a visible joint is not reported.
        hidden_prob: chance that a hidden joint is reported, with twice the noise; needs the column ``projected_2d``.
        hallucinate_prob: chance that any other unseen joint is reported.
        all_dropped_prob: chance that the detector finds nothing at all.
        deterministic: draw from ``seed`` and the sample's index instead of the global generator (for testing).

    Required Keys: keypoints_2d and projected_2d (44,3) crop px, crop_size, sample_idx.
    Added Keys: input_keypoints (12,3) float32.
    """

    def __init__(self, noise_ratio: float = 1.0, jitter_std: float = 3.0, drop_prob: float = 0.03,
                 hidden_prob: float = 0.85, hallucinate_prob: float = 0.1, all_dropped_prob: float = 0.02,
                 deterministic: bool = False, seed: int = 0) -> None:
        self.noise_ratio, self.jitter_std = noise_ratio, jitter_std
        self.drop_prob, self.hidden_prob = drop_prob, hidden_prob
        self.hallucinate_prob, self.all_dropped_prob = hallucinate_prob, all_dropped_prob
        self.deterministic, self.seed = deterministic, seed

    def transform(self, results: dict) -> dict:
        rng = np.random.RandomState([self.seed, results['sample_idx']]) if self.deterministic else np.random
        size = results['crop_size']
        points = results['keypoints_2d'][_SOURCE].astype(np.float32)
        noise = rng.standard_normal((len(points), 2)) * (self.jitter_std * size / 256)
        luck = rng.random_sample((5, len(points)))
        nothing = rng.random_sample() < self.all_dropped_prob

        guesses = results['projected_2d'][_SOURCE]
        hidden = (points[:, 2] <= 0) & (guesses[:, 2] > 0) & (luck[4] < self.hidden_prob)
        points[hidden] = guesses[hidden]
        noise[hidden] *= 2
        points[hidden, 2] *= 0.7

        noisy = (points[:, 2] > 0) & (luck[0] < self.noise_ratio)
        points[noisy, :2] += noise[noisy]
        points[noisy, 2] *= 0.5 + 0.5 * luck[1, noisy]
        unseen = points[:, 2] <= 0
        points[~unseen & (luck[2] < self.drop_prob)] = 0
        for joint in np.flatnonzero(unseen & (luck[3] < self.hallucinate_prob)):
            points[joint] = self._made_up(points, joint, size, rng)
        points[((points[:, :2] < 0) | (points[:, :2] >= size)).any(1)] = 0
        if nothing:
            points[:] = 0
        results['input_keypoints'] = points
        return results

    @staticmethod
    def _made_up(points: np.ndarray, joint: int, size: float, rng) -> np.ndarray:
        """A plausible mistake (3,): x, y in crop px and a low confidence."""
        other, inner = points[LIMB12_FLIP[joint]], points[_NEIGHBOUR[joint]]
        confidence = rng.uniform(0.1, 0.6)
        if other[2] > 0 and rng.random_sample() < 0.5:
            place = other[:2] + rng.standard_normal(2) * 0.03 * size
        elif inner[2] > 0:
            angle, length = rng.uniform(-np.pi, np.pi), rng.uniform(0.05, 0.2) * size
            place = inner[:2] + length * np.array([np.cos(angle), np.sin(angle)])
        else:
            place = rng.uniform(0, size, 2)
        return np.array([*place, confidence], np.float32)
