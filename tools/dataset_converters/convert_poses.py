"""Writes poses of AMASS, MOYO or A3D as one npz of plain columns, body_pose (N,63) and limb_extent (N,4).

    python tools/dataset_converters/convert_poses.py AMASS data/poses/amass_train.npz --data-root data/amass --split train
    python tools/dataset_converters/convert_poses.py MOYO data/poses/moyo_val.npz --split val
    python tools/dataset_converters/convert_poses.py OfficialA3D data/poses/a3d_train.npz --data-root data/a3d_official

The data sets AMASS, MOYO and PosesOf read the originals themselves; this is for handing poses on in one small file, which
``dict(type='PoseDataset', ann_file='amass_train.npz', data_root='data/poses')`` reads.
"""
import argparse
from pathlib import Path
from typing import Any

from ajahr_mm.datasets.pose_corpora import PoseCorpus, PosesOf
from ajahr_mm.io import exit_on_user_error
from ajahr_mm.io.npz_columns import write_npz
from ajahr_mm.registry import DATASETS


def convert(kind: str, out: Path, **arguments: Any) -> int:
    """Writes the poses of a pose corpus, or of any data set of images; returns how many. ``arguments`` are the class's."""
    direct = issubclass(DATASETS.get(kind), PoseCorpus)
    config = dict(type=kind, **arguments)
    dataset = DATASETS.build({**config, 'lazy_init': True}) if direct else PosesOf(config, lazy_init=True)
    pose, extent = dataset.columns()
    write_npz(out, dict(body_pose=pose, limb_extent=extent))
    return len(pose)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('dataset', help='AMASS, MOYO, OfficialA3D, A3DDataset or another data set with poses')
    parser.add_argument('out', type=Path, help='npz to write')
    parser.add_argument('--data-root', help='folder of the data set (default: the usual one)')
    parser.add_argument('--split', help='default: that of the class')
    parser.add_argument('--on-bad', choices=['raise', 'skip'], default='raise', help='what to do with poses that are NaN')
    args = parser.parse_args()
    if DATASETS.get(args.dataset) is None:
        parser.error(f'{args.dataset} is no data set of this project; see docs/datasets.md')
    given = dict(data_root=args.data_root, split=args.split)
    arguments = {name: value for name, value in given.items() if value is not None}
    print(f'{convert(args.dataset, args.out, on_bad=args.on_bad, **arguments)} poses in {args.out}')


if __name__ == '__main__':
    with exit_on_user_error():
        main()
