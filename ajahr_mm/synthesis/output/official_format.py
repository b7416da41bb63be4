"""OfficialFormat: the folders, names and arrays of the authors' A3D. What OfficialA3D reads, and their own loader."""
from pathlib import Path
from typing import Dict, Iterator, List, Sequence

import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.output import picture_files
from ajahr_mm.synthesis.output.format import Format
from ajahr_mm.synthesis.output.official_columns import write_official
from ajahr_mm.synthesis.output.shards import Shard

#: Layout -> split -> folders, over which the pictures are dealt out in turn.
PARTS: Dict[str, Dict[str, List[str]]] = dict(
    coco=dict(train=['COCO_train'], test=['COCO_val']),
    mpii=dict(train=['MPII'], test=['COCO_val']),
    h36m=dict(train=[f'H36M/S{subject}' for subject in (1, 5, 6, 7, 8, 9)], test=['H36M/S11']))


def label_prefix(row: dict) -> str:
    """``amp_3_`` for somebody without the left hand, nothing for the intact."""
    return '' if row['label'] == limbs.INTACT_LABEL else f'amp_{row["label"]}_'


def is_sayable(row: dict) -> bool:
    """Whether one label says it all: at most one limb, which ends at a joint."""
    return row['label'] >= 0 and (row['limb_extent'] == np.floor(row['limb_extent'])).all()


@SYNTHESIS.register_module()
class OfficialFormat(Format):
    """``COCO_train/Images/amp_3_a3d_000017.jpg`` and ``COCO_train/annotation/a3d_train.npz``, or ``H36M/S1/...``.

    The layout knows one limb a person, which ends at a joint. People who lack several limbs, or have a residual limb that
    ends between joints, would be told wrongly; they are left out, and the dataset card tells how many. ``table_SPLIT.npz``
    holds all columns of the others once more.

    Args:
        layout: ``coco``, ``mpii`` (both with axis-angle poses; their test part is COCO_val) or ``h36m`` (with matrices; its
            test part is S11).
        on_unsayable: ``skip`` people who cannot be told, or ``raise`` an error at the first.

    Raises:
        UserError: another layout; later: a split beside train and test, or a person who cannot be told.
    """

    def __init__(self, layout: str = 'coco', on_unsayable: str = 'skip') -> None:
        if layout not in PARTS:
            raise UserError(f'layout={layout!r} of OfficialFormat is not one of {", ".join(PARTS)}.')
        if on_unsayable not in ('skip', 'raise'):
            raise UserError(f'on_unsayable={on_unsayable!r} of OfficialFormat is neither skip nor raise.')
        self.layout, self.on_unsayable = layout, on_unsayable

    def parts(self, split: str) -> List[str]:
        """The folders of a split."""
        if split not in PARTS[self.layout]:
            raise UserError(f'the official layout has the splits train and test, not {split!r}; name the splits so, or '
                            'choose another format.')
        return PARTS[self.layout][split]

    def folders(self, split: str, out: Path) -> List[Path]:
        return [folder for part in self.parts(split) for folder in picture_files.folders_in(out / part)]

    def lay_down(self, shard: Shard, samples: Sequence, out: Path) -> List[dict]:
        parts, chosen, rows = self.parts(shard.split), [], []
        for index, sample in zip(range(shard.start, shard.stop), samples):
            if is_sayable(sample.row):
                name = f'{label_prefix(sample.row)}a3d_{index:06d}.jpg'
                rows.append({**sample.row, 'image': f'{parts[index % len(parts)]}/Images/{name}'})
                chosen.append(sample)
            elif self.on_unsayable == 'raise':
                raise UserError(f'picture {index} of {shard.split} shows a person with limb extents '
                                f'{sample.row["limb_extent"].tolist()}, which the official layout cannot tell; ask for '
                                'nobody with several lost or with residual limbs, or set on_unsayable="skip".')
        picture_files.write_all(chosen, [row['image'] for row in rows], out)
        return rows

    def annotate(self, split: str, out: Path) -> None:
        table = self.table(split, out)
        images = table['image']
        for part in self.parts(split):
            target = out / part / 'annotation' / f'a3d_{split}.npz'
            rows = np.flatnonzero(np.char.startswith(images, f'{part}/'))
            if len(rows) and not target.exists():
                write_official('h36m' if self.layout == 'h36m' else 'coco', table, rows, target)

    def read(self, split: str, rows: Sequence[int], out: Path) -> Iterator[Dict[str, bytes]]:
        images = self.table(split, out)['image']
        return (picture_files.read_all(str(images[row]), out) for row in rows)
