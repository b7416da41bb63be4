"""Whose texture a file is, read from the words of its name and its folders."""
import re
from typing import NamedTuple, Optional

_WORDS = {'african': 'African', 'black': 'African', 'asian': 'Asian', 'indian': 'Indian', 'hispanic': 'Hispanic',
          'latino': 'Hispanic', 'latina': 'Hispanic', 'white': 'White', 'caucasian': 'White', 'european': 'White',
          'female': 'female', 'woman': 'female', 'women': 'female', 'f': 'female',
          'male': 'male', 'man': 'male', 'men': 'male', 'm': 'male'}
_PAIRS = {('southeast', 'asian'): 'SoutheastAsian', ('se', 'asian'): 'SoutheastAsian',
          ('middle', 'eastern'): 'MiddleEastern', ('middle', 'east'): 'MiddleEastern'}
_GENDERS = ('female', 'male')


class Owner(NamedTuple):
    """Gender and appearance group of a texture; None where its name does not tell."""
    gender: Optional[str]
    group: Optional[str]


def read_owner(path: str) -> Owner:
    """Owner of a file by its relative path, e.g. ``skin_f_southeast_asian_02_ALB.png`` or ``MiddleEastern/male/07.jpg``.

    Words later in the path, which are nearer to the file, count more.
    """
    spaced = re.sub(r'([a-z])([A-Z])', r'\1 \2', path.rpartition('.')[0] or path)
    words = re.findall('[a-z]+', spaced.lower().replace('southeastasian', 'southeast asian')
                       .replace('middleeastern', 'middle eastern'))
    gender = group = None
    for before, word in zip([''] + words, words):
        found = _PAIRS.get((before, word)) or _WORDS.get(word)
        if found in _GENDERS:
            gender = found
        elif found:
            group = found
    return Owner(gender, group)
