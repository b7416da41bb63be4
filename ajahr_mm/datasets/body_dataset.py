"""BodyDataset: people in images, read from one table of columns."""
import os.path as osp
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np
from mmengine.dataset import BaseDataset

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.keypoints import NUM_KEYPOINTS
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.records import RecordTable
from ajahr_mm.registry import DATASETS

#: Numeric columns: shape of a row, and the value where the column is absent.
_COLUMNS: Dict[str, Tuple[Tuple[int, ...], float]] = dict(
    center=((2,), None), size=((), None), global_orient=((3,), 0), body_pose=((69,), 0), betas=((10,), 0),
    transl=((3,), 0), camera=((3,), 0), root_offset=((3,), 0), keypoints_2d=((NUM_KEYPOINTS, 3), 0),
    projected_2d=((NUM_KEYPOINTS, 3), 0), keypoints_3d=((NUM_KEYPOINTS, 4), 0),
    visibility=((NUM_KEYPOINTS,), 0))
_LIMBS = ('all', 'intact', 'amputee')


def check_limbs_argument(value: str) -> None:
    if value not in _LIMBS:
        raise UserError(f'limbs={value!r} is not one of {", ".join(_LIMBS)}.')


@DATASETS.register_module()
class BodyDataset(BaseDataset):
    """One record per person. The annotation file is a pickle-free npz of columns with one row per person.

    Required columns: ``image`` (N,) path below ``data_prefix['img']``, ``center`` (N,2) and ``size`` (N,) of the
    square box in px. Optional: ``global_orient`` (N,3) and ``body_pose`` (N,69) axis-angle before amputation,
    ``betas`` (N,10), ``transl`` (N,3) m, ``camera`` (N,3) s,tx,ty of the crop, ``root_offset`` (N,3) m from the
    origin of the body to the root joint it turns about (none in the open body, some 0.2 m in SMPL; only camera and
    transl under augmentation need it), ``keypoints_2d`` (N,44,3) px, ``projected_2d`` (N,44,3) px of hidden joints too, ``keypoints_3d`` (N,44,4) m in camera axes,
    ``visibility`` (N,44), ``limb_extent`` (N,4), ``has_pose``, ``has_betas``, ``has_limbs`` (N,).
    An absent column gives zeros and has_* = 0; absent ``limb_extent`` counts as intact with has_limbs = 0.

    Columns stay arrays that all loader workers share; MMEngine's per-record list holds row numbers only.

    Args:
        ann_file: the npz, below ``data_root`` unless absolute.
        data_prefix: ``dict(img=folder)``; by default the folder of the annotation file.
        limbs: ``all``, ``intact`` or ``amputee`` people only.
        name: goes into the metainfo of every sample as ``dataset_name``.
        kwargs: pipeline, indices, metainfo, lazy_init, test_mode … of ``mmengine.dataset.BaseDataset``.

    Raises:
        UserError: a missing file, a missing, misshapen or non-finite column, or no record left.
    """

    METAINFO = dict(keypoint_set='hmr44')
    #: How to get the files, for the error message.
    HOW_TO = ('Write such a file with the converters in tools/dataset_converters, or make one with '
              '`bash tools/quickstart.sh`.')

    def __init__(self, ann_file: str = 'annotations.npz', data_root: str = '', data_prefix: Optional[dict] = None,
                 pipeline: Sequence = (), limbs: str = 'all', name: str = 'body', **kwargs) -> None:
        check_limbs_argument(limbs)
        self.limbs, self.name = limbs, name
        if data_prefix is None:
            data_prefix = dict(img=osp.dirname(ann_file))
        super().__init__(ann_file=ann_file, data_root=data_root, data_prefix=data_prefix, pipeline=list(pipeline),
                         **kwargs)

    @classmethod
    def _load_metainfo(cls, metainfo: Optional[Mapping] = None) -> dict:
        # MMEngine would open any string here as a file name.
        return {**cls.METAINFO, **(metainfo or {})}

    # ------------------------------------------------------------------ opening
    def load_data_list(self) -> List[dict]:
        if not osp.isfile(self.ann_file):
            raise UserError(f'{self.ann_file} does not exist. Expected: {self.expected_tree()} {self.HOW_TO}')
        table = RecordTable.from_npz(self.ann_file, required=('image', 'center', 'size'))
        self.table = table
        self._images = table.column('image', kind='str')
        self._columns = {name: table.column(name, shape, default=default)
                         for name, (shape, default) in _COLUMNS.items()}
        table.check_rows(self._columns['size'] > 0, 'the box size is not positive')
        self._limb_extent, limbs_told = self.read_limbs(table)
        self._flags = dict(
            has_pose=self._flag('has_pose', 'global_orient' in table and 'body_pose' in table),
            has_betas=self._flag('has_betas', 'betas' in table),
            has_limbs=self._flag('has_limbs', limbs_told))
        self._amputee = (self._limb_extent < limbs.INTACT_EXTENT).any(1)
        wanted = {'all': np.ones(len(table), bool), 'intact': ~self._amputee, 'amputee': self._amputee}[self.limbs]
        rows = np.flatnonzero(wanted)
        if not len(rows):
            raise UserError(f'{self.ann_file} has no records with limbs={self.limbs!r} (of {len(table)}).')
        return [dict(row=int(row)) for row in rows]

    def expected_tree(self) -> str:
        """The files this dataset looks for, for the error message."""
        return (f'{self.ann_file} with columns image, center, size, …, and the images it names '
                f'below {self.data_prefix["img"] or "."}.')

    def read_limbs(self, table: RecordTable) -> Tuple[np.ndarray, bool]:
        """Limb extents (N,4) float32, and whether the file says anything about limbs."""
        extent = table.column('limb_extent', (limbs.NUM_LIMBS,), dtype=np.float32, default=limbs.INTACT_EXTENT)
        inside = (extent >= 0) & (extent <= limbs.INTACT_EXTENT)
        table.check_rows(inside.all(1), 'a limb extent is outside [0, 3]')
        return extent, 'limb_extent' in table

    def _flag(self, name: str, present: bool) -> np.ndarray:
        if not present:
            return np.broadcast_to(np.float32(0), (len(self.table),))
        return self.table.column(name, default=1)

    # ------------------------------------------------------------------ reading
    def get_data_info(self, idx: int) -> dict:
        """The record as arrays of its own: changing them in a transform does not touch the table."""
        info = super().get_data_info(idx)
        row = info.pop('row')
        for name, column in self._columns.items():
            info[name] = np.array(column[row], np.float32)
        for name, column in self._flags.items():
            info[name] = float(column[row])
        info.update(
            img_path=osp.join(self.data_prefix['img'], str(self._images[row])), dataset_name=self.name,
            sample_id=f'{self.name}/{row}', rotation=0.0, flip=False, size=float(info['size']),
            body_pose=info['body_pose'].reshape(23, 3), visibility=info['visibility'].astype(np.uint8),
            limb_extent=np.array(self._limb_extent[row], np.float32))
        return info

    def group_names(self, by: str) -> np.ndarray:
        """Group of every sample (len,) as strings, for :class:`RatioSampler`.

        Args:
            by: ``amputee`` -> 'amputee' or 'intact'; otherwise a column with one value a row.
        """
        if by == 'amputee':
            return np.where(self._amputee, 'amputee', 'intact')[self.rows()]
        self.table.check_present([by])
        kind = 'str' if self.table.columns[by].dtype.kind in 'US' else 'int'
        return self.table.column(by, kind=kind).astype(str)[self.rows()]

    def rows(self) -> np.ndarray:
        """Row of the table (len,) behind every sample."""
        return np.array([BaseDataset.get_data_info(self, index)['row'] for index in range(len(self))], np.int64)
