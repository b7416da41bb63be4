"""What is in a table: people, limbs, visibility, backgrounds. Plain dictionaries of whole numbers, for the dataset card."""
from typing import Any, Dict, Mapping, Sequence

import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.anatomy.keypoints import (
    ABSENT, HMR44_ON_LIMB, LIMB12_IN_HMR44, OCCLUDED, OUTSIDE, VISIBLE, missing_keypoints)

Table = Mapping[str, np.ndarray]
#: Words for people who have no single label, by the number of limbs they lack.
SEVERAL = {2: 'two limbs', 3: 'three limbs', 4: 'four limbs'}
#: Bands of whole years, the last one included.
AGES = ('0-17', '18-29', '30-44', '45-59', '60-120')
_CODES = dict(visible=VISIBLE, occluded=OCCLUDED, outside=OUTSIDE, absent=ABSENT)
#: Width of a bar of the histogram of extents, in segments.
_STEP = .25


def tally(values: Sequence) -> Dict[str, int]:
    """How often each value occurs, sorted by value."""
    names, numbers = np.unique(values, return_counts=True)
    return dict(zip(names.tolist(), numbers.tolist()))


def kind_of(source: str) -> str:
    """``photograph`` of ``photograph/x.jpg``: what kind of background or pose it is."""
    return source.partition('/')[0].strip()


def counts(table: Table, ages: Sequence[str] = AGES) -> Dict[str, Any]:
    """Everything of one split; ``ages``: bands of years such as ``18-35``."""
    labels, several = tally(table['label']), tally((table['limb_extent'] < limbs.INTACT_EXTENT).sum(1))
    years = np.floor(table['age'])
    bands = {name: [int(year) for year in name.split('-')] for name in ages}
    return dict(
        pictures=len(table['label']),
        label={**{name: labels.get(label, 0) for label, name in enumerate(limbs.LABEL_NAMES)},
               **{name: several.get(count, 0) for count, name in SEVERAL.items()}},
        **limb_counts(table['limb_extent']),
        group=tally(table['group']), gender=tally(table['gender']),
        group_and_gender=tally(np.char.add(np.char.add(table['group'], ', '), table['gender'])),
        age={name: int(((years >= low) & (years <= high)).sum()) for name, (low, high) in bands.items()},
        build=tally(table['build']),
        background=tally([kind_of(name) for name in table['background'].tolist()]),
        different_backgrounds=len(set(table['background'].tolist())),
        visibility={name: int((table['visibility'] == code).sum()) for name, code in _CODES.items()},
        limb_visibility=limb_visibility(table))


def limb_counts(extent: np.ndarray) -> Dict[str, Dict[str, int]]:
    """Of extents (N,4): people by number of lost limbs; these by place and by ISO 8549 level; a histogram of extents."""
    lost = extent < limbs.INTACT_EXTENT
    terms = {level.terms[leg]: 0 for leg in (0, 1) for level in limbs.LEVELS[1:]}
    for limb, name in enumerate(limbs.LIMBS):
        for value, number in tally(extent[lost[:, limb], limb]).items():
            terms[limbs.clinical_term(limb, value).partition(' ')[2]] += number
    between = int((extent[lost] != np.floor(extent[lost])).sum())
    bars, edges = np.histogram(extent[lost], np.arange(0, limbs.INTACT_EXTENT + _STEP / 2, _STEP))
    return dict(
        lost_limbs_a_person={str(count): number for count, number in tally(lost.sum(1)).items()},
        lost_limb={name: int(number) for name, number in zip(limbs.LIMBS, lost.sum(0))}, level=terms,
        limb_end={'at a joint': int(lost.sum()) - between, 'between two joints': between},
        extent_of_lost_limbs={f'{low:.2f} to {low + _STEP:.2f}': int(bar) for low, bar in zip(edges, bars)})


def limb_visibility(table: Table) -> Dict[str, Dict[str, int]]:
    """For each limb: people who lack (some of) it, who have it but hidden in part, and of whom all of it is seen.

    Counted are knee, ankle, elbow and wrist: what the classifier has to tell apart, an absent limb from a hidden one.
    """
    absent, unseen = missing_keypoints(table['limb_extent']), table['visibility'] != VISIBLE
    found = {}
    for limb, name in enumerate(limbs.LIMBS):
        own = [i for i in LIMB12_IN_HMR44 if HMR44_ON_LIMB[i, limb] > 0]
        lost, hidden = absent[:, own].any(1), (unseen & ~absent)[:, own].any(1)
        found[name] = dict(absent=int(lost.sum()), hidden=int((hidden & ~lost).sum()), seen=int((~hidden & ~lost).sum()))
    return found
