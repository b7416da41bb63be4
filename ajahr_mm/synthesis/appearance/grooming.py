"""Which hair, beard and headwear people have, by group, gender and age."""
from typing import Dict, NamedTuple, Optional

import numpy as np

from ajahr_mm.synthesis.appearance.chance import Shares, pick

_MALE: Shares = dict(buzz=12, short=30, fade=16, side_part=16, quiff=8, curly_short=8, pixie=3, long=2, bald=5)
_FEMALE: Shares = dict(bob=18, long=26, wavy=14, ponytail=14, bun=9, low_bun=7, pixie=6, curly_long=5, side_part=1)
STYLES: Dict[str, Dict[str, Shares]] = dict(
    male={'': _MALE,
          'African': dict(buzz=38, afro_short=24, fade=14, afro=5, cornrows=6, braids=3, bald=10),
          'Asian': {**_MALE, 'curly_short': 1, 'bald': 2}, 'SoutheastAsian': {**_MALE, 'curly_short': 3, 'bald': 2}},
    female={'': _FEMALE,
            'African': dict(afro=14, afro_short=14, braids=22, bun=14, curly_long=14, cornrows=8, ponytail=8, buzz=4,
                            low_bun=8),
            'Asian': {**_FEMALE, 'curly_long': 0, 'bob': 26}})
_BEARDS: Dict[str, Shares] = {
    '': dict(none=56, stubble=20, moustache=4, goatee=5, short_beard=10, full_beard=5),
    'Asian': dict(none=82, stubble=10, moustache=4, goatee=4),
    'SoutheastAsian': dict(none=74, stubble=14, moustache=7, goatee=5),
    'MiddleEastern': dict(none=28, stubble=24, moustache=8, goatee=6, short_beard=22, full_beard=12),
    'Indian': dict(none=34, stubble=20, moustache=18, goatee=4, short_beard=16, full_beard=8)}
#: covered heads that belong to faith or custom: (gender, group) -> headwear -> share of people
_CUSTOM = {('female', 'MiddleEastern'): dict(hijab=.35), ('female', 'SoutheastAsian'): dict(hijab=.18),
           ('female', 'Indian'): dict(hijab=.05), ('female', 'African'): dict(hijab=.06, turban=.05),
           ('male', 'Indian'): dict(turban=.09), ('male', 'MiddleEastern'): dict(turban=.03)}


class Grooming(NamedTuple):
    """Names of ``hair.STYLES`` or 'bald', of a beard or 'none', and of ``headwear.KINDS`` or None."""
    hair: str
    beard: str
    headwear: Optional[str]
    receding: float       # 0..1, in two steps


def groom(rng: np.random.Generator, gender: str, group: str, age: float, headwear: float) -> Grooming:
    """Hair and headwear of one person; ``headwear`` is the share of people who wear a hat because they like it."""
    table = STYLES['male' if gender == 'male' else 'female']
    style = pick(rng, table.get(group, table['']))
    receding = 0.
    if gender == 'male':
        receding = float(np.clip((age - 32) / 45 + rng.normal() * .25, 0, 1))
        if rng.random() < .5 * np.clip((age - 38) / 40, 0, 1):
            style = 'balding' if rng.random() < .7 else 'bald'
    beard = pick(rng, _BEARDS.get(group, _BEARDS[''])) if gender == 'male' else 'none'
    hat, luck = None, rng.random()
    for kind, share in _CUSTOM.get((gender, group), {}).items():
        if luck < share:
            hat = hat or kind
        luck -= share
    if hat is None and rng.random() < headwear:
        hat = pick(rng, dict(cap=60, beanie=30, headband=10))
    if hat in ('hijab', 'turban') or (hat in ('cap', 'beanie') and style in ('bun', 'afro', 'quiff', 'curly_long')):
        style = 'buzz' if gender == 'male' else 'low_bun'
    return Grooming(style, beard, hat, .7 if receding > .45 else 0.)
