"""Body poses: pairs of key poses mixed, perturbed inside the limits of motion, and refused where limbs run into each other."""
import zlib
from typing import NamedTuple

import numpy as np

from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis import joint_angles
from ajahr_mm.synthesis.key_poses import KEY_POSES
from ajahr_mm.synthesis.self_contact import penetration


class Pose(NamedTuple):
    """body_pose (69,) axis-angle radians of joints 1..23; pitch, degrees the whole body leans forward; names of its sources."""
    body_pose: np.ndarray
    pitch: float
    source: str


@SYNTHESIS.register_module()
class PoseBank:
    """Draws poses from the hand-written key poses.

    The lower body is a mix of one pair of key poses, the upper body of the same or of another pair; every key pose may be
    mirrored. A pair belongs to the test split or to the training split, never to both, so no pose is shared.

    Args:
        spread: factor on the standard deviations of ``joint_angles``.
        test_share: share of key-pose pairs held out for the test split, 0 to 1.
        other_upper: probability that the upper body comes from another pair than the lower body.
        max_depth: deepest accepted self-penetration in metres, of capsules laid along the bones.
        tries: candidates looked at before the least penetrating one is taken.
    """

    def __init__(self, spread: float = 1., test_share: float = 0.2, other_upper: float = 0.4, max_depth: float = 0.03,
                 tries: int = 12):
        self.spread, self.test_share, self.other_upper = spread, test_share, other_upper
        self.max_depth, self.tries = max_depth, tries
        self.names = sorted(KEY_POSES)

    def belongs_to(self, first: str, second: str) -> str:
        """Split ('train' or 'test') that owns a pair of key poses, whatever their order: a checksum of the names decides."""
        key = '|'.join(sorted((first, second))).encode()
        return 'test' if zlib.crc32(key) % 1000 < 1000 * self.test_share else 'train'

    def sample(self, rng: np.random.Generator, split: str) -> Pose:
        """One pose from ``rng``."""
        angles, pitch, sources = zip(*(self._candidate(rng, split) for _ in range(self.tries)))
        poses = joint_angles.to_body_pose(np.stack(angles))
        depth = penetration(poses)
        good = np.flatnonzero(depth <= self.max_depth)
        chosen = int(good[0]) if len(good) else int(depth.argmin())
        return Pose(poses[chosen], float(pitch[chosen]), sources[chosen])

    def sample_many(self, count: int, seed: int, split: str) -> np.ndarray:
        """Body poses (count, 69), all accepted: candidates are drawn in bulk and the bad ones dropped."""
        rng, kept, total = np.random.default_rng([seed, zlib.crc32(split.encode())]), [], 0
        while total < count:
            angles = np.stack([self._candidate(rng, split)[0] for _ in range(min(2048, int(1.5 * count) + 8))])
            poses = joint_angles.to_body_pose(angles)
            kept.append(poses[penetration(poses) <= self.max_depth])
            total += len(kept[-1])
        return np.concatenate(kept)[:count]

    def _candidate(self, rng: np.random.Generator, split: str):
        lower, pitch, pair = self._mix(rng, split)
        upper, source = lower, pair
        if rng.random() < self.other_upper:
            upper, _, other = self._mix(rng, split)
            source = f'{pair} / {other}'
        angles = np.where(joint_angles.LOWER_BODY, lower, upper)
        angles = angles + rng.normal(size=len(angles)) * joint_angles.SPREAD * self.spread
        return joint_angles.limit(angles), pitch + rng.normal() * 3, source

    def _mix(self, rng: np.random.Generator, split: str):
        while True:
            first, second = (self.names[i] for i in rng.integers(len(self.names), size=2))
            if self.belongs_to(first, second) == split:
                break
        # towards the ends: people hold poses more often than they pass through between two
        weight = rng.beta(0.6, 0.6)
        vectors, pitches = [], []
        for name in (first, second):
            vector, pitch = KEY_POSES[name]
            vectors.append(joint_angles.mirror(vector) if rng.random() < 0.5 else vector)
            pitches.append(pitch)
        return (weight * vectors[0] + (1 - weight) * vectors[1], weight * pitches[0] + (1 - weight) * pitches[1],
                ' + '.join(sorted((first, second))))
