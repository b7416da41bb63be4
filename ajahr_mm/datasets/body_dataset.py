"""BodyDataset: people in images, read from one table of columns."""
import os.path as osp
from typing import Dict, Iterator, Mapping, Optional, Sequence, Tuple, Union

import numpy as np
import torch
from mmengine.dataset import BaseDataset, force_full_init

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.keypoints import NUM_KEYPOINTS
from ajahr_mm.datasets.bad_samples import BadSamples, check_policy
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
_STAND_INS = 1000


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
    transl under augmentation need it), ``keypoints_2d`` (N,44,3) px, ``projected_2d`` (N,44,3) px of hidden joints
    too, ``keypoints_3d`` (N,44,4) m in camera axes, ``visibility`` (N,44), ``limb_extent`` (N,4), ``has_pose``,
    ``has_betas``, ``has_limbs`` (N,).
    An absent column gives zeros and has_* = 0; absent ``limb_extent`` counts as intact with has_limbs = 0.

    The columns stay in their file, memory-mapped, and all loader workers share them (:class:`RecordTable`).
    Corpora in other layouts override :meth:`open_table`.

    Args:
        ann_file: the npz, below ``data_root`` unless absolute.
        data_prefix: ``dict(img=folder)``; by default the folder of the annotation file.
        limbs: ``all``, ``intact`` or ``amputee`` people only.
        name: goes into the metainfo of every sample as ``dataset_name``.
        on_bad: ``raise`` an error at the first record that cannot be used, or ``skip`` it: rows with impossible numbers
            are left out at the opening, and a record whose picture cannot be read is replaced by another of the same set
            (always the same one, an amputee for an amputee). Each is counted once in :attr:`bad_samples`.
            With ``test_mode`` nothing is ever replaced: a picture that cannot be read is an error.
        max_bad: with ``skip``, the share of records beyond which the set is refused.
        kwargs: pipeline, indices, metainfo, lazy_init, test_mode … of ``mmengine.dataset.BaseDataset``.

    Raises:
        UserError: a missing file, a missing, misshapen or non-finite column, no record left, too many bad ones.
    """

    METAINFO = dict(keypoint_set='hmr44')
    #: Columns without which a record is useless.
    REQUIRED: Tuple[str, ...] = ('image', 'center', 'size')
    #: How to get the files, for the error message.
    HOW_TO = ('Write such a file with the converters in tools/dataset_converters, or make one with '
              '`bash tools/quickstart.sh`.')

    def __init__(self, ann_file: str = 'annotations.npz', data_root: str = '', data_prefix: Optional[dict] = None,
                 pipeline: Sequence = (), limbs: str = 'all', name: str = 'body', on_bad: str = 'raise',
                 max_bad: float = 0.01, **kwargs) -> None:
        check_limbs_argument(limbs)
        check_policy(on_bad, max_bad)
        self.limbs, self.name, self.on_bad, self.max_bad = limbs, name, on_bad, max_bad
        if data_prefix is None:
            data_prefix = dict(img=osp.dirname(ann_file))
        # The list of records is a tensor of row numbers; there is nothing to serialise.
        super().__init__(ann_file=ann_file, data_root=data_root, data_prefix=data_prefix, pipeline=list(pipeline),
                         serialize_data=False, **kwargs)

    @classmethod
    def _load_metainfo(cls, metainfo: Optional[Mapping] = None) -> dict:
        # MMEngine would open any string here as a file name.
        return {**cls.METAINFO, **(metainfo or {})}

    # ------------------------------------------------------------------ opening
    def open_table(self) -> RecordTable:
        """The records of this set in the columns above. Other layouts: see ``RecordTable.converted``."""
        if not osp.isfile(self.ann_file):
            raise UserError(f'{self.ann_file} does not exist. Expected: {self.expected_tree()} {self.HOW_TO}')
        return RecordTable.from_npz(self.ann_file, self.REQUIRED, self.on_bad)

    def load_data_list(self) -> torch.Tensor:
        """Opens and checks the table. Returns the row of every record wanted, (len,) int64."""
        self.table = table = self.open_table()
        if not len(table):
            raise UserError(f'{table.source} is empty: its columns have no rows; choose another file or split.')
        if 'image' in self.REQUIRED:
            table.column('image', kind='str')
        for name, (shape, default) in _COLUMNS.items():
            table.column(name, shape, default=default)
        table.check_rows(table.columns['size'] > 0, 'the box size is not positive')
        extent, limbs_told = self.read_limbs(table)
        told = dict(has_pose='global_orient' in table and 'body_pose' in table, has_betas='betas' in table,
                    has_limbs=limbs_told)
        self._told = {name: float(present) for name, present in told.items()}
        for name in (name for name in told if name in table):
            table.column(name)
        # Tensors, because PyTorch shares them with spawned workers instead of copying them.
        self._limb_extent = torch.tensor(extent)
        self._amputee = torch.tensor((extent < limbs.INTACT_EXTENT).any(1))
        self.bad_samples = BadSamples(f'{self.name} ({table.source})', len(table), self.max_bad, table.left_out)
        self.bad_samples.add_rows(table.bad, table.complaints)
        wanted = {'all': True, 'intact': ~self._amputee, 'amputee': self._amputee}[self.limbs]
        rows = torch.from_numpy(np.flatnonzero(~table.bad & np.asarray(wanted)))
        if not len(rows):
            raise UserError(f'{table.source} has no records with limbs={self.limbs!r} (of {len(table)}).')
        return rows

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

    # ------------------------------------------------------------------ reading
    def __getitem__(self, idx: int) -> dict:
        if self.on_bad == 'raise' or self.test_mode:
            return super().__getitem__(idx)
        for place in self._stand_ins(idx):
            row = int(self.data_list[place])
            if row in self.bad_samples:
                continue
            try:
                data = self.prepare_data(place)
            except UserError as error:
                self.bad_samples.add(row, str(error))
                continue
            if data is not None:
                return data
        raise UserError(f'{self.name}: neither sample {idx} nor {_STAND_INS} others in its place can be used.')

    def _stand_ins(self, idx: int) -> Iterator[int]:
        """The sample itself, then others of its kind in an order that depends on ``idx`` alone."""
        yield idx
        amputee = self._amputee[self.data_list]
        alike = torch.nonzero(amputee == amputee[idx])[:, 0].numpy()
        draw = np.random.RandomState(idx % len(self))
        for _ in range(_STAND_INS):
            yield int(alike[draw.randint(len(alike))])

    @force_full_init
    def get_data_info(self, idx: int) -> dict:
        """The record as arrays of its own: changing them in a transform does not touch the table."""
        row = int(self.data_list[idx])
        found = self.table.row(row, (*_COLUMNS, *self._told))
        info = {name: np.array(found[name], np.float32) if name in found else np.full(shape, default, np.float32)
                for name, (shape, default) in _COLUMNS.items()}
        for name, told in self._told.items():
            info[name] = float(found[name]) if told and name in found else told
        info.update(
            self.image_place(row), dataset_name=self.name, sample_id=f'{self.name}/{row}',
            sample_idx=idx if idx >= 0 else len(self) + idx, rotation=0.0, flip=False, size=float(info['size']),
            body_pose=info['body_pose'].reshape(23, 3), visibility=info['visibility'].astype(np.uint8),
            limb_extent=self._limb_extent[row].numpy().copy())
        return info

    def image_place(self, row: int) -> dict:
        """Where ``LoadImage`` finds the picture of a row: ``img_path``, and ``img_part`` if it is inside that file."""
        return dict(img_path=osp.join(self.data_prefix['img'], str(self.table.columns['image'][row])))

    def _get_unserialized_subset(self, indices: Union[Sequence[int], int]) -> torch.Tensor:
        if isinstance(indices, int):
            return self.data_list[:indices] if indices >= 0 else self.data_list[indices:]
        wrong = [i for i in indices if not -len(self.data_list) <= i < len(self.data_list)]
        if wrong:
            raise UserError(f'{self.name}: indices={wrong[0]} is outside the {len(self.data_list)} records.')
        return self.data_list[torch.tensor(indices, dtype=torch.int64)]

    @force_full_init
    def group_names(self, by: str) -> np.ndarray:
        """Group of every sample (len,) as strings, for :class:`RatioSampler`.

        Args:
            by: ``amputee`` -> 'amputee' or 'intact'; otherwise a column with one value a row.
        """
        if by == 'amputee':
            return np.where(self._amputee.numpy(), 'amputee', 'intact')[self.rows()]
        self.table.check_present([by])
        kind = 'str' if self.table.columns[by].dtype.kind in 'US' else 'int'
        return self.table.column(by, kind=kind).astype(str)[self.rows()]

    @force_full_init
    def rows(self) -> np.ndarray:
        """Row of the table (len,) behind every sample."""
        return self.data_list.numpy()
