"""PoseDataset: body poses without images, for the pose tokenizers (paper Sec. 3.3.2)."""
import os.path as osp
from typing import List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np
import torch
from mmengine.dataset import BaseDataset

from ajahr_mm.anatomy import limbs as limb_table
from ajahr_mm.anatomy.skeleton import NUM_TOKEN_JOINTS
from ajahr_mm.datasets.bad_samples import BadSamples, check_policy
from ajahr_mm.datasets.body_dataset import check_limbs_argument
from ajahr_mm.geometry.rotations import axis_angle_to_matrix
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.records import RecordTable
from ajahr_mm.registry import DATASETS

_CHUNK = 65536


@DATASETS.register_module()
class PoseDataset(BaseDataset):
    """Poses as ``dict(inputs=dict(body_pose (21,3,3), limb_extent (4,)))``, float32, rotations of SMPL joints 1..21.

    Poses are as they were before amputation: the tokenizer learns them whole, the zero matrices come afterwards from
    ``limb_extent`` (paper Sec. 3.3.2). All rotations are made once, when the files are opened (756 bytes a pose).

    Args:
        ann_file: one npz or several, below ``data_root``: ``body_pose`` (N,69) or (N,63) axis-angle, and
            ``limb_extent`` (N,4), intact if absent. ``pose_body``, as TokenHMR's files call it, will do, too.
        limbs: ``all``, ``intact`` or ``amputee``. A fixed share of amputees is the business of
            ``RatioSampler(groups='amputee', ratios=dict(amputee=0.5, intact=0.5))``.
        name: for messages.
        on_bad, max_bad: as for :class:`BodyDataset`: what to do with poses that are NaN and the like.

    Raises:
        UserError: a missing file, a missing, misshapen or non-finite column, or no pose left.
    """

    METAINFO: dict = dict()

    def __init__(self, ann_file: Union[str, Sequence[str]] = 'poses_train.npz', data_root: str = 'data/a3d-mini',
                 limbs: str = 'all', indices: Optional[Union[int, Sequence[int]]] = None, lazy_init: bool = False,
                 metainfo: Optional[Mapping] = None, test_mode: bool = False, name: str = 'poses', on_bad: str = 'raise',
                 max_bad: float = 0.01) -> None:
        check_limbs_argument(limbs)
        check_policy(on_bad, max_bad)
        self.limbs, self.name, self.on_bad, self.max_bad = limbs, name, on_bad, max_bad
        files = [ann_file] if isinstance(ann_file, str) else list(ann_file)
        self.ann_files = [osp.join(data_root, file) for file in files]
        super().__init__(ann_file='', metainfo=dict(metainfo or {}), indices=indices, serialize_data=False,
                         lazy_init=lazy_init, test_mode=test_mode, data_prefix={})

    def open_tables(self) -> List[RecordTable]:
        """Tables with the columns above. Corpora in other layouts override this."""
        return [self._open(path) for path in self.ann_files]

    def columns(self) -> Tuple[np.ndarray, np.ndarray]:
        """Axis-angle (N,63) and limb extents (N,4) of all poses that are wanted and can be used, float32."""
        tables = self.open_tables()
        poses, extents = zip(*[self._columns(table) for table in tables])
        good = ~np.concatenate([table.bad for table in tables])
        bad = BadSamples(self.name, len(good), self.max_bad, [line for table in tables for line in table.left_out])
        bad.add_rows(~good, [line for table in tables for line in table.complaints])
        self.bad_samples = bad
        pose, extent = RecordTable.concatenate(poses), RecordTable.concatenate(extents)
        amputee = (extent < limb_table.INTACT_EXTENT).any(1)
        wanted = good & {'all': True, 'intact': ~amputee, 'amputee': amputee}[self.limbs]
        if not wanted.any():
            raise UserError(f'{", ".join(table.source for table in tables)}: no pose with limbs={self.limbs!r} '
                            f'(of {len(wanted)}).')
        return (pose, extent) if wanted.all() else (pose[wanted], extent[wanted])

    def load_data_list(self) -> List[dict]:
        pose, extent = self.columns()
        self._limb_extent, self._amputee = torch.tensor(extent), (extent < limb_table.INTACT_EXTENT).any(1)
        axis_angle = torch.tensor(pose).unflatten(1, (-1, 3))
        self._rotations = torch.cat([axis_angle_to_matrix(part) for part in axis_angle.split(_CHUNK)])
        return list(range(len(pose)))

    def _open(self, path: str) -> RecordTable:
        if not osp.isfile(path):
            raise UserError(f'{path} does not exist. Expected: an npz with body_pose (N,69) axis-angle and limb_extent '
                            '(N,4). Make it with `bash tools/quickstart.sh`, or with '
                            '`python tools/synthesize_a3d.py CONFIG --out DIR`.')
        return RecordTable.from_npz(path, on_bad=self.on_bad)

    def _columns(self, table: RecordTable) -> Tuple[np.ndarray, np.ndarray]:
        """Axis-angle (N,63) and limb extents (N,4) of a table."""
        name = 'pose_body' if 'body_pose' not in table and 'pose_body' in table else 'body_pose'
        table.check_present([name])
        width, shape = 3 * NUM_TOKEN_JOINTS, table.columns[name].shape[1:]
        if shape not in ((width,), (69,)):
            raise UserError(f'{table.source}: column {name} has shape {table.columns[name].shape}, expected (N, 69) '
                            f'or (N, {width}), without the global orientation.')
        pose = table.column(name, shape, dtype=np.float32)[:, :width]
        extent = table.column('limb_extent', (limb_table.NUM_LIMBS,), dtype=np.float32, default=limb_table.INTACT_EXTENT)
        table.check_rows(((extent >= 0) & (extent <= limb_table.INTACT_EXTENT)).all(1),
                         'a limb extent is outside [0, 3]')
        return pose, extent

    def get_data_info(self, idx: int) -> dict:
        row = self.data_list[idx]
        return dict(inputs=dict(body_pose=self._rotations[row], limb_extent=self._limb_extent[row]))

    def group_names(self, by: str) -> np.ndarray:
        """Group of every sample (len,), for :class:`RatioSampler`; only ``amputee`` -> 'amputee' or 'intact'."""
        if by != 'amputee':
            raise UserError(f'PoseDataset cannot be grouped by {by!r}, only by "amputee".')
        return np.where(self._amputee, 'amputee', 'intact')[np.array(self.data_list)]
