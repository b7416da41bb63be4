"""DatasetPoses: poses of motion capture and other pose sets, AMASS and MOYO among them."""
import zlib
from pathlib import Path
from typing import Dict, List, NamedTuple, Sequence

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DATASETS, SYNTHESIS
from ajahr_mm.synthesis.poses.fit_checks import LARGEST_TURN, impossible_poses
from ajahr_mm.synthesis.records import Pose

_CHUNK = 65536


class _Table(NamedTuple):
    """The poses of one file of the data set."""
    poses: np.ndarray       # (N, 63 or 69), often memory-mapped
    group: np.ndarray       # (N,) which sequence a pose belongs to
    names: List[str]        # of the sequences


@SYNTHESIS.register_module()
class DatasetPoses:
    """Draws the poses of a pose data set. They have no place and no lean: people stand as upright as their trunk lets them.

    A sequence is in one split as a whole. Sequences are told apart by the column ``sequence`` of the data set's tables;
    where there is none, one ends where the pose jumps, so that neighbouring frames are never in different splits.

    Args:
        dataset: config in DATASETS of a ``PoseDataset`` or any of its heirs: ``AMASS``, ``MOYO``, ``PosesOf`` …
            (docs/datasets.md).
        test_share: share of sequences held out for the test split.
        jump: mean change (degrees) of the joints from one pose to the next that begins another sequence.
        licence: text for the dataset card.
        strict: refuse poses and files that cannot be used instead of counting them in ``skipped``.
    """

    def __init__(self, dataset: dict, test_share: float = .15, jump: float = 15., licence: str = 'not stated',
                 strict: bool = False) -> None:
        self._config, self.test_share, self.jump = dict(dataset), test_share, jump
        self.licence, self.strict = licence, strict
        self.skipped: Dict[str, str] = {}
        self._tables: List[_Table] = []
        self._rows: Dict[str, np.ndarray] = {}   # split -> (N,2) table and row

    @property
    def title(self) -> str:
        return self._config.get('name', self._config['type'])

    # ------------------------------------------------------------------ opening

    def rows(self, split: str) -> np.ndarray:
        """Table and row (N,2) of the poses of a split. Raises UserError when there are none."""
        if not self._rows:
            self._open()
        if not len(self._rows[split]):
            raise UserError(f'{self.title} has no sequence for the {split} split ({sum(len(t.names) for t in self._tables)} '
                            'in all); bring more files or change test_share')
        return self._rows[split]

    def _open(self) -> None:
        policy = dict(on_bad='raise') if self.strict else dict(on_bad='skip', max_bad=1.)
        dataset = DATASETS.build({**policy, 'lazy_init': True, **self._config})
        if not hasattr(dataset, 'open_tables'):
            raise UserError(f'{self.title} is no pose data set; give a PoseDataset, AMASS, MOYO, or PosesOf(dataset=…)')
        rows: Dict[str, list] = dict(train=[], test=[])
        for number, table in enumerate(dataset.open_tables()):
            for sentence in table.left_out:
                self.skipped[sentence.partition(' ')[0].rstrip(':')] = sentence
            poses = _poses_of(table)
            useless, begins = _look_through(poses, np.radians(self.jump))
            if useless.any():
                self._skip(str(table.source), f'{useless.sum()} of {len(useless)} poses are NaN or turn a joint by more '
                                              f'than {np.degrees(LARGEST_TURN):.0f} degrees')
            group, names = _sequences(table, begins, getattr(dataset, 'root', None) or getattr(dataset, 'data_root', ''))
            held = np.array([zlib.crc32(each.encode()) % 1000 < 1000 * self.test_share for each in names], bool)
            for split in rows:
                here = np.flatnonzero((held[group] == (split == 'test')) & ~useless)
                rows[split].append(np.stack([np.full(len(here), number), here], 1))
            self._tables.append(_Table(poses, group.astype(np.int32), names))
        self._rows = {split: np.concatenate(parts) for split, parts in rows.items()}

    def _skip(self, file: str, why: str) -> None:
        if self.strict:
            raise UserError(f'{file}: {why}; leave them out or set strict=False')
        self.skipped[file] = why

    # ------------------------------------------------------------------ drawing

    def sample(self, rng: np.random.Generator, split: str) -> Pose:
        """A random pose."""
        rows = self.rows(split)
        table, row = rows[int(rng.random() * len(rows))]
        poses, group, names = self._tables[table]
        return Pose(_whole(poses[row][None])[0], 0., f'{self.title}/{names[group[row]]}')

    def sample_batch(self, rngs: Sequence[np.random.Generator], split: str) -> List[Pose]:
        """A pose from each generator, the same as one by one."""
        return [self.sample(rng, split) for rng in rngs]

    def sample_many(self, count: int, seed: int, split: str) -> np.ndarray:
        """Body poses (count, 69)."""
        rows = self.rows(split)
        return self._poses(rows[np.random.default_rng([seed, split == 'test']).integers(len(rows), size=count)])

    def reference(self, count: int = 0) -> np.ndarray:
        """Body poses (N,69) of both splits, evenly chosen if there are more than ``count``."""
        self.rows('train')
        rows = np.concatenate(list(self._rows.values()))
        if count and len(rows) > count:
            rows = rows[np.linspace(0, len(rows) - 1, count).astype(int)]
        return self._poses(rows)

    def _poses(self, rows: np.ndarray) -> np.ndarray:
        found = np.zeros((len(rows), 69), np.float32)
        for number, table in enumerate(self._tables):
            here = rows[:, 0] == number
            found[here] = _whole(table.poses[rows[here, 1]])
        return found

    def facts(self) -> Dict[str, object]:
        """For the dataset card."""
        self.rows('train')
        return dict(source=self.title, licence=self.licence, poses={split: len(rows) for split, rows in self._rows.items()},
                    sequences=sum(len(table.names) for table in self._tables), test_share=self.test_share,
                    limits=[f'poses of {self.title} have no global orientation: people are shown upright'])


def _poses_of(table) -> np.ndarray:
    name = 'pose_body' if 'body_pose' not in table and 'pose_body' in table else 'body_pose'
    table.check_present([name])
    poses = table.columns[name]
    if poses.ndim != 2 or poses.shape[1] not in (63, 69):
        raise UserError(f'{table.source}: column {name} has shape {poses.shape}, expected (N, 63) or (N, 69)')
    return poses


def _sequences(table, begins: np.ndarray, root: str) -> tuple:
    """Number (N,) of the sequence of each pose, and their names, which do not depend on where the folder ``root`` lies."""
    file = Path(str(table.source))
    file = file.relative_to(root).as_posix() if root and file.is_relative_to(root) else file.name
    if 'sequence' in table:
        names, group = np.unique(np.asarray(table.columns['sequence']).astype(str), return_inverse=True)
        return group, [f'{file}#{name}' for name in names]
    return np.cumsum(begins) - 1, [f'{file}#{k}' for k in range(int(begins.sum()))]


def _look_through(poses: np.ndarray, jump: float) -> tuple:
    """(N,) bool: poses that cannot be used, and poses that begin a sequence, for poses in the order of the file."""
    useless, begins = np.zeros(len(poses), bool), np.ones(len(poses), bool)
    for start in range(0, len(poses), _CHUNK):
        part = np.asarray(poses[max(start - 1, 0):start + _CHUNK], np.float64)[:, :63]
        useless[start:start + _CHUNK] = impossible_poses(part[start > 0:])
        change = np.linalg.norm(np.diff(part.reshape(len(part), -1, 3), axis=0), axis=-1).mean(-1)
        first = max(start, 1)
        begins[first:first + len(change)] = ~(change <= jump)
    return useless, begins


def _whole(poses: np.ndarray) -> np.ndarray:
    """Poses (N, 63 or 69) -> (N,69) float32; hands that nobody measured are straight."""
    poses = np.asarray(poses, np.float32)
    return poses if poses.shape[1] == 69 else np.pad(poses, [(0, 0), (0, 69 - poses.shape[1])])
