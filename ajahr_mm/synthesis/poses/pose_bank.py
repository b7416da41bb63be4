"""Body poses: mixed key poses and phases of gaits, perturbed inside the limits of motion, no limb inside another."""
import itertools
import zlib
from typing import Dict, List, NamedTuple, Sequence

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.poses import joint_angles
from ajahr_mm.synthesis.poses.gaits import GAITS
from ajahr_mm.synthesis.poses.key_poses import KEY_POSES
from ajahr_mm.synthesis.poses.self_contact import overlap
from ajahr_mm.synthesis.records import Pose

_STEPS = 8                 # pieces of a gait between two of its key poses, linear inside
_PITCH_SPREAD = 3.         # degrees
_PITCH_APART = 40.         # degrees; half-way between lying and standing people would fall
_SPREAD = np.append(joint_angles.SPREAD, _PITCH_SPREAD)
_LOWER = np.append(joint_angles.LOWER_BODY, True)


class _Sources(NamedTuple):
    """What poses of one split are mixed of: first the pairs of key poses, sorted, behind them the pieces of gaits."""
    ends: np.ndarray       # (P+S, 2) rows of the table of angles
    names: List[str]       # (P+S,)
    starts: np.ndarray     # (K,) where the pairs of each key pose begin, of those that have any
    pairs: int             # P
    gaits: int             # S

    def pick(self, gait: np.ndarray, which: np.ndarray) -> np.ndarray:
        """Rows (N,2): pieces of gaits where ``gait`` says so, else any key pose and then any of its partners.

        ``which`` (N,2) is from 0 to 1. Lying people have few partners and are not drawn less often for that.
        """
        place = which * len(self.starts)
        first = place.astype(int)
        counts = np.diff(self.starts, append=self.pairs)
        pair = self.starts[first] + ((place - first) * counts[first]).astype(int) if self.pairs else first
        return np.where(gait, self.pairs + (which * self.gaits).astype(int), pair)


class _Draws(NamedTuple):
    """All random numbers of T candidates."""
    uniform: np.ndarray    # (T, 2, 4) for lower and upper body: kind, which one, first mirrored, second mirrored
    weight: np.ndarray     # (T, 2)
    other: np.ndarray      # (T,)
    noise: np.ndarray      # (T, NUM_ANGLES + 1)


@SYNTHESIS.register_module()
class PoseBank:
    """Draws poses from hand-written key poses and gaits: a source that needs no files and no licence.

    The lower body is a mix of one pair of key poses, or a phase of a gait; the upper body of the same or of another one.
    Every key pose and every gait may be mirrored. A pair, and the stretch between two key poses of a gait, belongs to the
    test split or to the training split, never to both, so no pose is shared.

    Args:
        spread: factor on the standard deviations of ``joint_angles``.
        test_share: share of pairs and stretches held out for the test split, 0 to 1.
        other_upper: probability that the upper body comes from elsewhere than the lower body.
        gait_share: probability of a gait instead of a pair.
        max_depth: deepest accepted self-penetration in metres, of the spheres of ``self_contact``.
        tries: candidates looked at before the least penetrating one is taken.
    """

    def __init__(self, spread: float = 1., test_share: float = 0.2, other_upper: float = 0.4, gait_share: float = 0.2,
                 max_depth: float = 0.01, tries: int = 12):
        self.spread, self.test_share, self.other_upper, self.gait_share = spread, test_share, other_upper, gait_share
        self.max_depth, self.tries = max_depth, tries
        self.names = sorted(KEY_POSES)
        written = [np.append(*KEY_POSES[name]) for name in self.names]
        for gait in GAITS.values():
            written += list(gait.at(_fine_phases(gait)))
        written = np.array(written)
        mirrored = np.concatenate([joint_angles.mirror(written[:, :-1]), written[:, -1:]], 1)
        self._table = np.stack([written, mirrored], 1)                          # (R, 2, NUM_ANGLES + 1)
        self._sources = {split: self._sources_of(split) for split in ('train', 'test')}

    def belongs_to(self, first: str, second: str) -> str:
        """Split ('train' or 'test') that owns a pair of key poses, whatever their order: a checksum of the names decides."""
        key = '|'.join(sorted((first, second))).encode()
        return 'test' if zlib.crc32(key) % 1000 < 1000 * self.test_share else 'train'

    def _sources_of(self, split: str) -> _Sources:
        pairs = [(i, j) for i, j in itertools.product(range(len(self.names)), repeat=2)
                 if self.belongs_to(self.names[i], self.names[j]) == split and
                 abs(KEY_POSES[self.names[i]][1] - KEY_POSES[self.names[j]][1]) <= _PITCH_APART]
        ends, names = list(pairs), [' + '.join(sorted((self.names[i], self.names[j]))) for i, j in pairs]
        starts = np.unique([i for i, _ in pairs], return_index=True)[1]
        start = len(self.names)
        for name, gait in GAITS.items():
            count = len(gait.phases)
            for k in range(count):
                first, second = f'{name}@{k}', f'{name}@{(k + 1) % count}'
                if self.belongs_to(first, second) == split:
                    steps = start + (k * _STEPS + np.arange(_STEPS + 1)) % (count * _STEPS)
                    ends += list(zip(steps[:-1], steps[1:]))
                    names += [f'{first} + {second}'] * _STEPS
            start += count * _STEPS
        return _Sources(np.array(ends, int).reshape(-1, 2), names, starts, len(pairs), len(ends) - len(pairs))

    # ------------------------------------------------------------------ drawing

    def sample(self, rng: np.random.Generator, split: str) -> Pose:
        """One pose from ``rng``."""
        return self.sample_batch([rng], split)[0]

    def sample_batch(self, rngs: Sequence[np.random.Generator], split: str) -> List[Pose]:
        """A pose from each generator, the same as one by one.

        Nearly all first candidates are good; the others are looked at where the first is not.
        """
        drawn = [_draw(rng, self.tries) for rng in rngs]
        draws = _Draws(*(np.stack(values) for values in zip(*drawn)))
        angles, names = self._candidates(_Draws(*(values[:, 0] for values in draws)), split)
        rotations = joint_angles.to_rotations(angles[:, :-1])
        pitch, depth = angles[:, -1].copy(), overlap(rotations)
        for i in np.flatnonzero(depth > self.max_depth):
            others, its_names = self._candidates(_Draws(*(values[i] for values in draws)), split)
            turned = joint_angles.to_rotations(others[:, :-1])
            depths = overlap(turned)
            good = np.flatnonzero(depths <= self.max_depth)
            chosen = good[0] if len(good) else depths.argmin()
            rotations[i], pitch[i], names[i] = turned[chosen], others[chosen, -1], its_names[chosen]
        poses = joint_angles.rotations_to_body_pose(rotations)
        return [Pose(pose, float(lean), name) for pose, lean, name in zip(poses, pitch, names)]

    def sample_many(self, count: int, seed: int, split: str) -> np.ndarray:
        """Body poses (count, 69), all accepted: candidates are drawn in bulk and the bad ones dropped."""
        rng, kept, total = np.random.default_rng([seed, zlib.crc32(split.encode())]), [], 0
        while total < count:
            angles, _ = self._candidates(_draw(rng, min(1024, int(1.2 * count) + 8)), split)
            rotations = joint_angles.to_rotations(angles[:, :-1])
            kept.append(joint_angles.rotations_to_body_pose(rotations[overlap(rotations) <= self.max_depth]))
            total += len(kept[-1])
        return np.concatenate(kept)[:count]

    def _candidates(self, draws: _Draws, split: str) -> tuple:
        """Angles with pitch (N, NUM_ANGLES + 1), inside the limits, and the names (N,) of where they come from."""
        sources = self._sources[split]
        if not sources.names:
            raise UserError(f'the pose bank has nothing for the {split} split with test_share={self.test_share}; change it')
        kind, which, first, second = np.moveaxis(draws.uniform, -1, 0)
        gait = (kind < self.gait_share) & (sources.gaits > 0) | (sources.pairs == 0)
        row = sources.pick(gait, which)
        # both ends of a piece of a gait are mirrored, or none; inside it all places are alike
        turned = np.where(gait, first, second) < .5
        weight = np.where(gait, second, draws.weight)[..., None]
        ends = sources.ends[row]
        mixed = (weight * self._table[ends[..., 0], (first < .5).astype(int)]
                 + (1 - weight) * self._table[ends[..., 1], turned.astype(int)])
        other = draws.other < self.other_upper
        angles = np.where(_LOWER | ~other[:, None], mixed[:, 0], mixed[:, 1]) + draws.noise * _SPREAD * self.spread
        angles[:, :-1] = joint_angles.limit(angles[:, :-1])
        names = [sources.names[a] if not apart or a == b else f'{sources.names[a]} / {sources.names[b]}'
                 for (a, b), apart in zip(row, other)]
        return angles, names

    # ------------------------------------------------------------------ telling

    def reference(self, count: int = 0) -> np.ndarray:
        """Body poses (N,69) that all others are made of: the key poses and those of the gaits, as written."""
        rows = np.concatenate([[KEY_POSES[name][0] for name in self.names]] + [gait.keys[:, :-1] for gait in GAITS.values()])
        return joint_angles.to_body_pose(rows[:count or None])

    def facts(self) -> Dict[str, object]:
        """For the dataset card."""
        return dict(
            source='hand-written key poses and gaits; the walk from the CC0 assets of MakeHuman (assets/walk_cycle.json)',
            licence='that of ajahr_mm; walk cycle CC0 1.0', key_poses=len(self.names),
            gaits={name: len(gait.phases) for name, gait in GAITS.items()},
            sources={split: dict(pairs=len(set(s.names[:s.pairs])), gait_stretches=len(set(s.names[s.pairs:])))
                     for split, s in self._sources.items()},
            deepest_self_penetration_m=self.max_depth, test_share=self.test_share,
            limits=['poses are mixes of key poses inside anatomical limits, not motion capture; test pictures show other '
                    'pairs of the same key poses and other phases of the same gaits than training pictures'])


def _fine_phases(gait) -> np.ndarray:
    ends = np.append(gait.phases, 1.)
    return np.concatenate([np.linspace(a, b, _STEPS, endpoint=False) for a, b in zip(ends[:-1], ends[1:])])


def _draw(rng: np.random.Generator, count: int) -> _Draws:
    # towards the ends: people hold poses more often than they pass through between two
    return _Draws(rng.random((count, 2, 4)), rng.beta(.6, .6, (count, 2)), rng.random(count),
                  rng.standard_normal((count, joint_angles.NUM_ANGLES + 1)))
