"""DatasetFits: SMPL fits of the user's photographs, in any layout that a data set of this package reads."""
from typing import Dict, Optional, Tuple

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DATASETS, SYNTHESIS
from ajahr_mm.synthesis.poses.fit_checks import LARGEST_MISS, useless_fits
from ajahr_mm.synthesis.poses.keypoint_body import KeypointBody
from ajahr_mm.synthesis.poses.placed_fits import Fit, PlacedFits
from ajahr_mm.synthesis.poses.weak_camera import solve_weak_camera, weak_camera_of

_NAMES = ('center', 'size', 'global_orient', 'body_pose', 'betas', 'has_betas', 'camera', 'transl', 'focal', 'keypoints_2d',
          'gender')


@SYNTHESIS.register_module()
class DatasetFits(PlacedFits):
    """Poses of SMPL fits with the place of their person: the paper's route (Sec. 3.2, ScoreHMR's fits).

    The camera of the box is the column ``camera``; without it the one that lays the body over the keypoints best; without
    keypoints the one that follows from ``transl`` and ``focal``.

    Args:
        dataset: config of a ``BodyDataset`` or any of its heirs: ``dict(type='OfficialA3D', …)``, ``COCO``, ``Human36M``,
            ``HumanData`` … (docs/datasets.md); its pictures must be files.
        body: keyword arguments of ``body_models.build_body`` for the body that the fits are of. The open body has other
            shape axes than SMPL: with it the fitted shapes are not used.
        test_share, licence, strict: as for :class:`PlacedFits`.
    """

    def __init__(self, dataset: dict, body: Optional[dict] = None, test_share: float = .15, licence: str = 'not stated',
                 strict: bool = False) -> None:
        super().__init__(test_share, licence, strict)
        self._config, self._body_config = dict(dataset), body

    @property
    def title(self) -> str:
        return self._config.get('name', self._config['type'])

    @property
    def _folder(self) -> str:
        return str(getattr(self._dataset, 'data_root', '') or '')

    def _open(self) -> Tuple[list, np.ndarray, Dict[int, str]]:
        policy = dict(on_bad='raise') if self.strict else dict(on_bad='skip', max_bad=1.)
        self._dataset = DATASETS.build({**policy, **self._config})
        if not hasattr(self._dataset, 'image_place'):
            raise UserError(f'{self.title} is no data set of people in pictures, so it has no fits; '
                            'poses without pictures are for DatasetPoses')
        self._body = KeypointBody(self._body_config)
        rows, self._table = self._dataset.rows(), self._dataset.table
        self._table.check_present(['global_orient', 'body_pose', 'center', 'size'])
        places = [self._dataset.image_place(row) for row in range(len(self._table))]
        useless = {int(row): 'its numbers are NaN or impossible' for row in np.flatnonzero(self._table.bad)}
        useless.update(useless_fits(self._table.columns, rows))
        for row in rows.tolist():
            if 'img_part' in places[row]:
                useless.setdefault(row, 'its picture lies inside a tar; unpack the tars first')
            elif places[row].get('img_quarter_turns'):
                useless.setdefault(row, 'its picture lies on its side')
        usable = np.array([row for row in rows.tolist() if row not in useless], int)
        return [place['img_path'] for place in places], usable, useless

    def _fit(self, row: int) -> Fit:
        found = {name: np.array(value) for name, value in self._table.row(row, _NAMES).items()}
        shaped = self._body.has_shape and 'betas' in found and found.get('has_betas', 1) > 0
        return Fit(found['center'], float(found['size']), found['global_orient'], found['body_pose'],
                   found['betas'] if shaped else np.zeros(10, np.float32), str(found.get('gender', 'neutral')), found)

    def _camera(self, fit: Fit, shape: Tuple[int, int]) -> np.ndarray:
        found = fit.told
        if 'camera' in found and found['camera'][0] > 0:
            return found['camera'].astype(np.float32)
        confidence = found['keypoints_2d'][:, 2] * self._body.known if 'keypoints_2d' in found else np.zeros(44)
        if (confidence > 0).sum() < 3 and 'transl' in found and found['transl'][2] > 0:
            return weak_camera_of(found['transl'], float(found.get('focal', 0)), fit.center, fit.size, shape)
        points = self._body.keypoints(fit.global_orient, fit.body_pose, fit.betas)
        camera, missed = solve_weak_camera(points, found['keypoints_2d'][:, :2], confidence, fit.center, fit.size)
        if missed > LARGEST_MISS:
            raise ValueError(f'the body misses its keypoints by {missed:.0%} of the box')
        return camera

    def _poses(self, rows: np.ndarray) -> np.ndarray:
        return np.asarray(self._table.columns['body_pose'][rows])
