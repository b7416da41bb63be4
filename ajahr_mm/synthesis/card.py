"""The dataset card (JSON) and the contact sheet: what is in a set, where it comes from, what it looks like."""
import hashlib
import json
from pathlib import Path
from typing import Dict, Mapping

import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.synthesis.annotation import ABSENT, OCCLUDED, OUTSIDE

LIMITS = ('rendered bodies with one colour a vertex: no hair geometry, no loose clothes, no prostheses',
          'poses are mixes of hand-written key poses, not motion capture',
          'few photographs as backgrounds; most are procedural')


def counts(table: Mapping[str, np.ndarray]) -> Dict[str, Dict[str, int]]:
    """How many pictures each label, group, gender and background kind has, and how keypoints are hidden."""
    def tally(values) -> Dict[str, int]:
        names, numbers = np.unique(values, return_counts=True)
        return dict(zip(names.tolist(), numbers.tolist()))
    names = [limbs.LABEL_NAMES[label] if label >= 0 else 'several limbs' for label in table['label'].tolist()]
    lost = table['limb_extent'] < limbs.INTACT_EXTENT
    hidden = np.isin(table['visibility'], (OCCLUDED, OUTSIDE))
    return dict(
        pictures=len(names), label=tally(names), lost_limbs={name: int(n) for name, n in zip(limbs.LIMBS, lost.sum(0))},
        group=tally(table['group']), gender=tally(table['gender']), background=tally(table['background']),
        keypoints=dict(absent=int((table['visibility'] == ABSENT).sum()), hidden_but_present=int(hidden.sum()),
                       total=int(table['visibility'].size)))


def write(config: Mapping, pipeline, out: Path) -> None:
    """``dataset_card.json`` and ``contact_sheet.jpg`` of a finished set."""
    tables, checks = {}, {}
    for split in pipeline.splits:
        path = out / split / 'annotations.npz'
        with np.load(path, allow_pickle=False) as loaded:
            tables[split] = {name: loaded[name] for name in
                             ('image', 'label', 'limb_extent', 'visibility', 'group', 'gender', 'background', 'pose_source')}
        checks[f'{split}/annotations.npz'] = hashlib.sha256(path.read_bytes()).hexdigest()
    for split in config['pose_sets']:
        checks[f'poses_{split}.npz'] = hashlib.sha256((out / f'poses_{split}.npz').read_bytes()).hexdigest()
    content = dict(
        name=config['name'], seed=pipeline.seed, amputation=pipeline.amputation, image_size=pipeline.size,
        splits={split: counts(table) for split, table in tables.items()}, pose_sets=dict(config['pose_sets']),
        shared_between_splits=shared(tables), sources={split: pipeline.backgrounds.sources(split) for split in tables},
        body='open body of this package' if pipeline.is_open_body else 'a body file of the user, under its own licence',
        limits=list(LIMITS), sha256=checks)
    with atomic_path(out / 'dataset_card.json') as temporary:
        temporary.write_text(json.dumps(content, indent=1) + '\n')
    contact_sheet(tables, out)


def shared(tables: Mapping[str, Mapping[str, np.ndarray]]) -> Dict[str, list]:
    """Photographs and pairs of key poses that occur in more than one split: both lists have to be empty."""
    photographs = [{name for name in table['background'].tolist() if name.startswith('photograph/')}
                   for table in tables.values()]
    pairs = [{pair for source in table['pose_source'].tolist() for pair in source.split(' / ')} for table in tables.values()]
    return {name: sorted(set.intersection(*sets)) if len(sets) > 1 else []
            for name, sets in (('photographs', photographs), ('pose_pairs', pairs))}


def contact_sheet(tables: Mapping[str, Mapping[str, np.ndarray]], out: Path, columns: int = 10, rows: int = 6,
                  side: int = 160) -> None:
    """A grid of pictures, spread over the labels, each with its label written on it."""
    import cv2
    split, table = next(iter(tables.items()))
    labels = table['label'][:2000]
    turn = np.array([np.sum(labels[:i] == label) for i, label in enumerate(labels)])   # first of each label, then second ...
    order = np.argsort(turn, kind='stable')
    tiles = []
    for index in order[:columns * rows]:
        tile = cv2.resize(cv2.imread(str(out / split / str(table['image'][index]))), (side, side), interpolation=cv2.INTER_AREA)
        label = int(table['label'][index])
        text = limbs.LABEL_NAMES[label] if label >= 0 else 'several limbs'
        for color, thick in (((0, 0, 0), 3), ((255, 255, 255), 1)):
            cv2.putText(tile, text, (4, 12), cv2.FONT_HERSHEY_SIMPLEX, .38, color, thick, cv2.LINE_AA)
        tiles.append(tile)
    while len(tiles) % columns:
        tiles.append(np.zeros((side, side, 3), np.uint8))
    sheet = np.concatenate([np.concatenate(tiles[i:i + columns], 1) for i in range(0, len(tiles), columns)])
    with atomic_path(out / 'contact_sheet.jpg') as temporary:
        cv2.imwrite(str(temporary), sheet, [cv2.IMWRITE_JPEG_QUALITY, 90])
