"""Contact sheets: what a set looks like at one glance, with and without its annotations."""
from pathlib import Path
from typing import List, Sequence

import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.synthesis.output.format import Format
from ajahr_mm.synthesis.output.tiles import annotated, fitted

NAME, ANNOTATED = 'contact_sheet.jpg', 'contact_sheet_annotated.jpg'
_GAP, _CAPTION, _TITLE, _MARGIN = 8, 20, 44, 20
_PAPER, _INK, _PALE = (250, 249, 246), (38, 40, 46), (118, 122, 130)
#: Only so many rows are looked at to choose from.
_FIRST = 5000


def choose(labels: np.ndarray, count: int) -> np.ndarray:
    """Rows of ``labels`` (N,), so that every label is shown before one is shown again; sorted by label, the intact last."""
    turn, seen = np.zeros(len(labels), int), {}
    for row, label in enumerate(labels.tolist()):
        turn[row] = seen[label] = seen.get(label, -1) + 1
    rows = np.argsort(turn, kind='stable')[:count]
    place = np.where(labels < 0, limbs.INTACT_LABEL - .5, labels)     # several limbs: before the intact
    return rows[np.argsort(place[rows], kind='stable')]


def caption(extent: Sequence[float]) -> str:
    """Who is shown: ``left elbow``, ``right transtibial, 38 %`` for a residual limb, ``2 limbs``, ``intact``."""
    lost = [limb for limb, value in enumerate(extent) if value < limbs.INTACT_EXTENT]
    if len(lost) != 1:
        return f'{len(lost)} limbs' if lost else 'intact'
    value = float(extent[lost[0]])
    if value == int(value):
        return limbs.LABEL_NAMES[limbs.classes_to_label(limbs.extent_to_classes(np.asarray(extent)))]
    return f'{limbs.clinical_term(lost[0], value)}, {value % 1:.0%}'


def write(format: Format, split: str, out: Path, title: str, columns: int = 10, rows: int = 6,
          side: int = 160) -> List[Path]:
    """Two sheets of the same pictures of a finished split: as they are, and with joints and part masks on them."""
    table = format.table(split, out)
    chosen = choose(np.asarray(table['label'][:_FIRST]), columns * rows)
    people = [{name: np.asarray(table[name][row]) for name in ('limb_extent', 'projected_2d', 'visibility')}
              for row in chosen]
    words, plain, drawn = [caption(person['limb_extent']) for person in people], [], []
    for person, files in zip(people, format.read(split, chosen, out)):
        plain.append(fitted(files['jpg'], side))
        drawn.append(annotated(files, person, side))
    paths = [out / NAME, out / ANNOTATED]
    for path, tiles in zip(paths, (plain, drawn)):
        with atomic_path(path) as temporary:
            sheet(tiles, words, title, columns).save(temporary, quality=90)
    return paths


def sheet(tiles: Sequence[np.ndarray], words: Sequence[str], title: str, columns: int):
    """Tiles (side,side,3) RGB with a line below each -> a Pillow picture."""
    from PIL import Image, ImageDraw, ImageFont
    side, lines = tiles[0].shape[0], -(-len(tiles) // columns)
    width = 2 * _MARGIN + columns * (side + _GAP) - _GAP
    picture = Image.new('RGB', (width, _TITLE + _MARGIN + lines * (side + _CAPTION + _GAP)), _PAPER)
    draw, small = ImageDraw.Draw(picture), ImageFont.load_default(12)
    draw.text((_MARGIN, _TITLE // 2 + 2), title, _INK, ImageFont.load_default(18), anchor='lm')
    for i, (tile, text) in enumerate(zip(tiles, words)):
        x, y = _MARGIN + i % columns * (side + _GAP), _TITLE + i // columns * (side + _CAPTION + _GAP)
        picture.paste(Image.fromarray(tile), (x, y))
        draw.text((x + 1, y + side + 4), text, _INK if text != 'intact' else _PALE, small)
    return picture
