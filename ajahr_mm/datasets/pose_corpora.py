"""The poses of motion-capture corpora as they are distributed, AMASS and MOYO, and those of any image data set."""
import json
import os.path as osp
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np

from ajahr_mm.anatomy.skeleton import NUM_TOKEN_JOINTS
from ajahr_mm.datasets.pose_dataset import PoseDataset
from ajahr_mm.io.cache_files import CACHE_FOLDER
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.object_npz import load_object_npz
from ajahr_mm.io.records import RecordTable
from ajahr_mm.io.restricted_pickle import NUMPY, load_pickle
from ajahr_mm.registry import DATASETS

_WIDTH = 3 * NUM_TOKEN_JOINTS

#: Sets of AMASS by split, as TokenHMR and the paper split them, with the names that their folders have had.
AMASS_SETS: Dict[str, Dict[str, Tuple[str, ...]]] = dict(
    train=dict(CMU=('CMU',), KIT=('KIT',), BMLrub=('BMLrub', 'BioMotionLab_NTroje'), DanceDB=('DanceDB',),
               BMLmovi=('BMLmovi',), EyesJapan=('EyesJapanDataset', 'Eyes_Japan_Dataset', 'EyesJapan'),
               BMLhandball=('BMLhandball',), TotalCapture=('TotalCapture',), EKUT=('EKUT',), ACCAD=('ACCAD',),
               TCDHands=('TCDHands', 'TCD_handMocap'), MPILimits=('PosePrior', 'MPI_Limits', 'MPI-Limits')),
    val=dict(HumanEva=('HumanEva',), HDM05=('HDM05', 'MPI_HDM05'), SFU=('SFU',), MPIMosh=('MoSh', 'MPI_mosh', 'MPI-Mosh')),
    test=dict(Transitions=('Transitions', 'Transitions_mocap'), SSM=('SSM', 'SSM_synced')))


class PoseCorpus(PoseDataset):
    """Sequences of poses, of which the ends are cut off and every few frames one is taken.

    They are read once and kept in a cache beside the files (``io/cache_files.py``).

    Args:
        data_root: folder of the corpus; None takes the usual one.
        split: ``train``, ``val`` or, of AMASS, ``test``.
        trim: share cut off at each end, where people stand in T-pose.
        step: every how many frames one is taken.
        kwargs: those of :class:`PoseDataset`.
    """

    #: Short name, folder, source, and a file that is looked for below the folder.
    NAME = DATA_ROOT = SOURCE = EXAMPLE = ''
    SPLITS: Tuple[str, ...] = ('train', 'val')

    def __init__(self, data_root: Optional[str] = None, split: str = 'train', trim: float = 0.0, step: int = 1,
                 name: Optional[str] = None, **kwargs) -> None:
        if split not in self.SPLITS:
            raise UserError(f'{type(self).__name__}: split={split!r} is not one of {", ".join(self.SPLITS)}.')
        if not 0 <= trim < 0.5 or step < 1:
            raise UserError(f'{type(self).__name__}: trim={trim} must be from 0 to 0.5 and step={step} at least 1.')
        self.root = self.DATA_ROOT if data_root is None else data_root
        self.split, self.trim, self.step = split, trim, step
        super().__init__([], self.root, name=self.NAME if name is None else name, **kwargs)

    @classmethod
    def missing_files(cls, data_root: Optional[str] = None, split: str = 'train',
                      **others: Any) -> Optional[Tuple[str, str]]:
        """None if there are files for these arguments, else where they are looked for, and their source."""
        root = cls.DATA_ROOT if data_root is None else data_root
        if split not in cls.SPLITS or any(found for _, found, _ in cls.sources(root, split, **others)):
            return None
        return osp.join(root, cls.EXAMPLE.format(split=split)), f'{cls.SOURCE} (see docs/datasets.md)'

    @classmethod
    def sources(cls, root: str, split: str, **others: Any) -> List[Tuple[str, List[Path], Callable[[Path], np.ndarray]]]:
        """Name, files and reader of each set of a split; the reader gives axis-angle (T,63)."""
        raise NotImplementedError

    def open_tables(self) -> List[RecordTable]:
        chosen = self.sources(self.root, self.split, **self.choice())
        if not any(files for _, files, _ in chosen):
            raise UserError(f'{self.root} has no poses of {self.NAME}, split {self.split!r}. Get them from: {self.SOURCE}; '
                            'docs/datasets.md shows the folders.')
        return [self._table(*each) for each in chosen if each[1]]

    def choice(self) -> Dict[str, Any]:
        """Further arguments of :meth:`sources`."""
        return {}

    def sample(self, path: Path, pose: np.ndarray) -> np.ndarray:
        """The poses (n,63) to take of a sequence (T,63)."""
        cut = int(len(pose) * self.trim)
        return pose[cut:len(pose) - cut:self.step]

    def _table(self, name: str, files: Sequence[Path], read: Callable[[Path], np.ndarray]) -> RecordTable:
        recipe = f'{self.NAME}-{name}-{self.split}-{self.trim}-{self.step}-1-{self.on_bad}'
        return RecordTable.converted(files, lambda: self._sampled(files, read), recipe, ('body_pose',), self.on_bad)

    def _sampled(self, files: Sequence[Path], read: Callable[[Path], np.ndarray]) -> Dict[str, np.ndarray]:
        parts, left_out = [], []
        for path in files:
            try:
                pose = read(path)
            except UserError as error:
                if self.on_bad == 'raise':
                    raise
                left_out.append(str(error))
                continue
            pose = self.sample(path, pose)
            bad = np.flatnonzero(~np.isfinite(pose).all(1))
            if len(bad) and self.on_bad == 'raise':
                raise UserError(f'{path}: {len(bad)} of the {len(pose)} poses taken from it are NaN or infinite; set '
                                'on_bad="skip" to leave them out.')
            parts.append(pose.astype(np.float32))
        if not sum(map(len, parts)):
            raise UserError(f'{files[0]}{" and the others" * (len(files) > 1)}: no pose is left to use'
                            f'{": " + left_out[0] if left_out else "."}')
        return dict(body_pose=np.concatenate(parts), left_out=np.array(json.dumps(left_out)))


def _pose_of(value: Any, start: int, path: Path, name: str) -> np.ndarray:
    pose = np.asarray(value)
    if pose.ndim != 2 or pose.dtype.kind != 'f' or pose.shape[1] < start + _WIDTH:
        raise UserError(f'{path}: {name} is {pose.dtype}{list(pose.shape)}, expected numbers of shape '
                        f'(T, {start + _WIDTH} or more).')
    return pose[:, start:start + _WIDTH]


def read_amass(path: Path) -> np.ndarray:
    """Poses (T,63) of an npz of AMASS: ``poses`` with the root first (SMPL-H 156, SMPL-X 165 numbers) or ``pose_body``."""
    arrays = load_object_npz(path, ['poses', 'pose_body', 'body_pose'])
    for name, start in (('poses', 3), ('pose_body', 0), ('body_pose', 0)):
        if name in arrays:
            return _pose_of(arrays[name], start, path, name)
    raise UserError(f'{path} has neither poses nor pose_body, so it is no sequence of AMASS.')


def read_moyo(path: Path) -> np.ndarray:
    """Poses (T,63) of a sequence of MOYO: pickles with ``body_pose`` or ``fullpose``, or its npz in AMASS's form."""
    if path.suffix == '.npz':
        return read_amass(path)
    data = load_pickle(path, NUMPY)
    for name, start in (('body_pose', 0), ('fullpose', 3), ('poses', 3)):
        if isinstance(data, dict) and name in data:
            return _pose_of(data[name], start, path, name)
    raise UserError(f'{path} has neither body_pose nor fullpose, so it is no sequence of MOYO.')


def _below(root: str, *patterns: str) -> List[Path]:
    for pattern in patterns:
        found = sorted(path for path in Path(root).glob(pattern) if CACHE_FOLDER not in path.parts)
        if found:
            return found
    return []


@DATASETS.register_module()
class AMASS(PoseCorpus):
    """AMASS (Mahmood et al. 2019): ``<set>/<subject>/*_poses.npz`` as downloaded, or TokenHMR's ``<split>_<set>.npz``.

    20 % are cut off at each end and every tenth frame is taken, as TokenHMR does; its own files are taken as they are.

    Args:
        subsets: names in :data:`AMASS_SETS` of the split; None takes all of it.
    """

    NAME, DATA_ROOT, SPLITS = 'amass', 'data/amass', tuple(AMASS_SETS)
    SOURCE, EXAMPLE = 'https://amass.is.tue.mpg.de (registration), SMPL-H G', '*/*/*_poses.npz'

    def __init__(self, data_root: Optional[str] = None, split: str = 'train',
                 subsets: Union[str, Sequence[str], None] = None, trim: float = 0.2, step: int = 10, **kwargs) -> None:
        self.subsets = [subsets] if isinstance(subsets, str) else subsets
        unknown = set(self.subsets or ()) - set(AMASS_SETS.get(split, ()))
        if split in AMASS_SETS and unknown:
            raise UserError(f'AMASS: {sorted(unknown)[0]} is not one of the sets of split {split!r}: '
                            f'{", ".join(AMASS_SETS[split])}.')
        super().__init__(data_root, split, trim, step, **kwargs)

    def choice(self) -> Dict[str, Any]:
        return dict(subsets=self.subsets)

    @classmethod
    def sources(cls, root, split, subsets=None, **_):
        wanted = [subsets] if isinstance(subsets, str) else subsets
        forms = ('{0}/**/*_poses.npz', '{0}/**/*_stageii.npz', '**/{1}/{1}_{0}.npz', '{1}_{0}.npz')
        return [(name, _below(root, *(form.format(folder, split) for folder in folders for form in forms)), read_amass)
                for name, folders in AMASS_SETS[split].items() if wanted is None or name in wanted]

    def sample(self, path: Path, pose: np.ndarray) -> np.ndarray:
        return pose if path.name.startswith(f'{self.split}_') else super().sample(path, pose)


@DATASETS.register_module()
class MOYO(PoseCorpus):
    """MOYO (Tripathi et al. 2023): pickles of SMPL or SMPL-X fits, or its npz in AMASS's form.

    10 % are cut off at each end and every fifth frame is taken, as TokenHMR does.
    """

    NAME, DATA_ROOT = 'moyo', 'data/moyo'
    SOURCE = 'https://moyo.is.tue.mpg.de (registration), 20220923_20220926_with_hands: mosh_smpl'
    EXAMPLE = '*/mosh_smpl/{split}/*.pkl'

    def __init__(self, data_root: Optional[str] = None, split: str = 'train', trim: float = 0.1, step: int = 5,
                 **kwargs) -> None:
        super().__init__(data_root, split, trim, step, **kwargs)

    @classmethod
    def sources(cls, root, split, **_):
        files = _below(root, f'**/mosh_smpl/{split}/**/*.pkl', f'**/mosh/{split}/**/*.pkl', f'**/{split}/**/*.npz',
                       f'{split}/*.pkl')
        return [('', files, read_moyo)]


@DATASETS.register_module()
class PosesOf(PoseDataset):
    """The poses of a data set of images, with its limbs: of A3D, for instance, for the tokenizer of amputees.

    Args:
        dataset: config of a :class:`BodyDataset` or any of its heirs; people without a pose are left out.
        kwargs: those of :class:`PoseDataset`.
    """

    def __init__(self, dataset: dict, name: Optional[str] = None, **kwargs) -> None:
        kwargs.setdefault('on_bad', dataset.get('on_bad', 'raise'))
        self.source = DATASETS.build({**dataset, 'on_bad': kwargs['on_bad']})
        super().__init__([], '', name=f'poses of {self.source.name}' if name is None else name, **kwargs)

    def open_tables(self) -> List[RecordTable]:
        rows, table = self.source.rows(), self.source.table
        table.check_present(['body_pose'])
        if 'has_pose' in table:
            rows = rows[table.columns['has_pose'][rows] > 0]
        extent, _ = self.source.read_limbs(table)
        return [RecordTable(dict(body_pose=table.columns['body_pose'][rows], limb_extent=extent[rows]), table.source,
                            self.on_bad)]
