"""A3DDataset: synthetic amputees with limb labels (paper Sec. 3.2)."""
import os.path as osp
from typing import Any, Optional, Tuple

import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.datasets.body_dataset import BodyDataset
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.records import RecordTable
from ajahr_mm.registry import DATASETS


@DATASETS.register_module()
class A3DDataset(BodyDataset):
    """The output of ``tools/synthesize_a3d.py``: a :class:`BodyDataset` that insists on knowing the limbs.

    The limbs of each person come from ``limb_extent`` (N,4), else from ``multi_hot`` (N,12), else from ``label`` (N,)
    (AJAHR index, 12 intact; -1, several limbs, needs one of the other two). Columns that are there must agree.

    Raises:
        UserError: no limb column, impossible values, or columns that contradict one another, with their rows.
    """

    HOW_TO = 'Make it with `bash tools/quickstart.sh`, or with `python tools/synthesize_a3d.py CONFIG --out DIR`.'

    def __init__(self, ann_file: str = 'annotations.npz', data_root: str = 'data/a3d-mini/train', name: str = 'a3d',
                 **kwargs) -> None:
        super().__init__(ann_file=ann_file, data_root=data_root, name=name, **kwargs)

    @classmethod
    def missing_files(cls, ann_file: str = 'annotations.npz', data_root: str = 'data/a3d-mini/train',
                      **_: Any) -> Optional[Tuple[str, str]]:
        """None if the annotations of these arguments are there, else where they are looked for, and how to get them."""
        path = osp.join(data_root, ann_file)
        return None if osp.isfile(path) else (path, f'{cls.HOW_TO} (The authors\' own A3D: type=\'OfficialA3D\'.)')

    def expected_tree(self) -> str:
        folder = osp.dirname(self.ann_file) or '.'
        return f'{folder}/images/000000.jpg … and {self.ann_file}, as tools/synthesize_a3d.py writes them.'

    def read_limbs(self, table: RecordTable) -> Tuple[np.ndarray, bool]:
        told = {}
        if 'limb_extent' in table:
            extent, _ = super().read_limbs(table)
            told['limb_extent'] = limbs.extent_to_classes(extent)
        if 'multi_hot' in table:
            hot = table.column('multi_hot', (limbs.NUM_LABELS,), kind='int')
            try:
                told['multi_hot'] = limbs.multi_hot_to_classes(hot)
            except ValueError as error:
                raise UserError(f'{table.source}: column multi_hot is impossible: {error}.') from None
        if 'label' in table:
            label = table.column('label', kind='int', dtype=np.int64)
            table.check_rows((label >= -1) & (label <= limbs.INTACT_LABEL), 'the label is outside -1..12')
            if not told:
                table.check_rows(label >= 0, 'label -1 (several limbs), without limb_extent or multi_hot to say which,')
            by_label = np.stack([limbs.label_to_classes(i) for i in range(limbs.INTACT_LABEL + 1)])
            told['label'] = by_label[label.clip(-1, limbs.INTACT_LABEL)]
        if not told:
            table.check_present(['limb_extent'])
        first = next(iter(told))
        for other, classes in told.items():
            agree = (classes == told[first]).all(1)
            if other == 'label':
                several = (told[first] > 0).sum(1) > 1
                agree = np.where(several, label == -1, agree & (label >= 0))
            table.check_rows(agree, f'columns {other} and {first} contradict each other')
        if first != 'limb_extent':
            extent = limbs.classes_to_extent(told[first])
        return extent, True
