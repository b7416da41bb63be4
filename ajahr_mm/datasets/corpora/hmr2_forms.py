"""What 4D-Humans distributes of each corpus: tars with pseudo ground truth, and evaluation npz; and its filters."""
from typing import Dict, FrozenSet, Mapping, Tuple

import numpy as np

from ajahr_mm.datasets.corpora.corpus import Form
from ajahr_mm.datasets.corpora.fields import Columns
from ajahr_mm.datasets.corpora.fits_npz import read_fits
from ajahr_mm.datasets.hmr2_people import hmr2_people
from ajahr_mm.io.shards import People, ShardSample

#: Folders in which the tars may lie below data_root.
_TAR_FOLDERS = ('{}', 'dataset_tars/{}', 'hmr2_training_data/dataset_tars/{}')
_NPZ_FOLDERS = ('', 'npz/', 'hmr2_evaluation_data/')
_LEAST_CONFIDENCE, _LEAST_KEYPOINTS, _LARGEST_LOSS, _LARGEST_BETA = 0.3, 5, 31000, 3


def tar_form(folders: Mapping[str, str], without: FrozenSet[str] = frozenset()) -> Form:
    """Tars by split, as they are downloaded or rewritten by ``convert_legacy_tars.py``; filtered as HMR2.0b does."""
    files = {split: tuple(f'{place.format(folder)}/*.tar' for place in _TAR_FOLDERS) for split, folder in folders.items()}
    return Form(files, decode=filtered_people, without=without)


def npz_form(names: Mapping[str, Tuple[str, ...]]) -> Form:
    """SMPL fits and keypoints in one npz a split, in any layout of ``fits_npz``; pictures are named from data_root on."""
    return Form({split: tuple(f'{place}{name}' for name in each for place in _NPZ_FOLDERS) for split, each in names.items()},
                lambda corpus, path: read_fits(path))


def filtered_people(sample: ShardSample) -> People:
    """People of a sample, without those and what :func:`hmr2_filter` takes away."""
    people = hmr2_people(sample)
    return hmr2_filter(people) if people else people


def hmr2_filter(people: Columns) -> Columns:
    """The filters of HMR2.0b and TokenHMR in their order (4D-Humans' ``low1`` setting) over columns (P, …).

    2D confidences below 0.3 become 0; shapes beyond 3 sd are not trusted, and then neither is the pose, nor the other
    way round; people with four or fewer keypoints or a fitting loss of 31,000 or more are left out. At last a shape
    that is not known becomes the mean, with ``has_betas`` 1: a regulariser. The filter by the density of poses in AMASS
    is not here: its histogram is a file of its own.
    """
    people = {name: column.copy() for name, column in people.items()}
    points = people['keypoints_2d']
    points[points[..., 2] < _LEAST_CONFIDENCE] = 0
    beyond = (np.abs(people['betas']) > _LARGEST_BETA).any(1)
    known = (people['has_pose'] > 0) & (people['has_betas'] > 0) & ~beyond
    people['has_pose'] = known.astype(np.float32)
    people['betas'][~known] = 0
    people['has_betas'] = np.ones(len(known), np.float32)
    kept = ((points[..., 2] > 0).sum(1) >= _LEAST_KEYPOINTS) & (people['fitting_loss'] < _LARGEST_LOSS)
    return {name: column[kept] for name, column in people.items()}


def forms(tars: Mapping[str, str], npz: Mapping[str, Tuple[str, ...]], without: FrozenSet[str] = frozenset()
          ) -> Dict[str, Form]:
    """The forms ``tars`` and ``npz`` of a corpus, for its table."""
    return dict(tars=tar_form(tars, without), npz=npz_form(npz))
