"""Draws a body: the 12 amputation labels, residual limbs of every length, shape axes, collapse beside stump.

    python tools/body_models/show_body.py --out work_dirs/body
    python tools/body_models/show_body.py --out work_dirs/smpl --body data/body_models/SMPL_NEUTRAL.npz --only labels modes

Writes one picture a sheet and an index.html; about a minute on one core.
"""
from __future__ import annotations

import argparse
import sys
from html import escape
from pathlib import Path

import cv2
import numpy as np

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
from ajahr_mm.io import UserError, atomic_path, exit_on_user_error  # noqa: E402

PICTURES = {'labels': 36, 'extents': 77, 'shapes': 60, 'modes': 16}  # sheet -> how many it is made of
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>
body{{font:16px/1.5 system-ui,sans-serif;color:#20242c;background:#f6f6f3;max-width:1600px;margin:2rem auto;padding:0 1rem}}
img{{max-width:100%;height:auto}} h2{{margin:2.5rem 0 0}}</style>
<h1>{title}</h1>{sections}</html>
"""


def write_picture(path: Path, image: np.ndarray, quality: int) -> None:
    """RGB (H,W,3) uint8 as JPEG or PNG, whole or not at all."""
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1, cv2.IMWRITE_JPEG_PROGRESSIVE, 1]
    done, data = cv2.imencode(path.suffix, image[..., ::-1], options if path.suffix == '.jpg' else [])
    if not done:
        raise UserError(f'{path} could not be encoded.')
    with atomic_path(path) as temporary:
        temporary.write_bytes(data.tobytes())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--out', type=Path, required=True, help='folder for the pictures and index.html')
    parser.add_argument('--body', default='open', help="'open', or an SMPL or SMPL-H .npz file")
    parser.add_argument('--only', nargs='+', choices=list(PICTURES), default=list(PICTURES), help='which sheets')
    parser.add_argument('--zoom', type=float, default=1., help='size of everything; 1 is for a screen')
    parser.add_argument('--format', choices=('jpg', 'png'), default='jpg')
    parser.add_argument('--quality', type=int, default=85, help='of JPEG, 1 to 100')
    parser.add_argument('--renderer', default='auto', help='warp, torch or auto')
    parser.add_argument('--device', default='cpu')
    args = parser.parse_args()
    if not 0.1 <= args.zoom <= 8:
        raise UserError(f'--zoom {args.zoom} is not between 0.1 and 8.')
    if not 1 <= args.quality <= 100:
        raise UserError(f'--quality {args.quality} is not between 1 and 100.')

    from mmengine.utils import ProgressBar
    from sheets import TEXTS, Sheets, draw
    from studio import Studio

    from ajahr_mm.body_models import build_body
    body = build_body(args.body)
    bar = ProgressBar(sum(PICTURES[name] for name in args.only))
    sheets = Sheets(body, Studio(body.faces.numpy(), args.renderer, args.device), args.zoom, bar.update)
    sections = []
    for name, image in draw(sheets, args.only):
        file = f'body_{name}.{args.format}'
        write_picture(args.out / file, image, args.quality)
        heading, words = (escape(text) for text in TEXTS[name])
        sections.append(f'<h2>{heading}</h2><p>{words}</p><img src="{file}" alt="{heading}">')
    title = 'The open body' if args.body == 'open' else f'Body {Path(args.body).name}'
    with atomic_path(args.out / 'index.html') as temporary:
        temporary.write_text(PAGE.format(title=escape(title), sections='\n'.join(sections)), encoding='utf-8')
    print(f'\n{len(sections)} sheets and index.html are in {args.out}')


if __name__ == '__main__':
    with exit_on_user_error():
        main()
