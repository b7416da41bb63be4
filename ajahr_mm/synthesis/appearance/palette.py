"""Colours people wear and have: hair by group and age, cloth as it is sold rather than as a screen can show it."""
import colorsys
from typing import Dict, Sequence, Tuple

import numpy as np

from ajahr_mm.synthesis.appearance.chance import Shares, pick

#: name -> (RGB, share); shares follow what adults wear: mostly black, grey, blue and white, little that is bright
CLOTH: Dict[str, Tuple[Tuple[int, int, int], float]] = dict(
    black=((30, 30, 33), 14), charcoal=((62, 63, 68), 8), grey=((122, 123, 126), 8), light_grey=((176, 177, 178), 6),
    white=((228, 227, 223), 11), cream=((221, 211, 190), 4), beige=((186, 166, 136), 5), camel=((160, 122, 80), 2),
    brown=((94, 68, 50), 4), navy=((38, 46, 74), 9), blue=((58, 88, 140), 6), denim=((84, 108, 142), 5),
    sky=((146, 176, 204), 4), teal=((46, 104, 110), 2), olive=((94, 94, 62), 4), green=((58, 98, 70), 3),
    sage=((146, 158, 132), 2), burgundy=((104, 38, 48), 3), red=((166, 48, 46), 4), rust=((160, 86, 52), 2),
    mustard=((194, 152, 62), 2), yellow=((222, 196, 96), 1), pink=((214, 160, 166), 3), coral=((214, 116, 98), 1.5),
    purple=((98, 72, 118), 2), lavender=((170, 158, 192), 1.5), orange=((216, 122, 50), 1), lime=((150, 196, 70), .5),
    magenta=((178, 58, 110), 1))
_DENIM = ((42, 54, 82), (66, 88, 124), (98, 122, 156), (142, 160, 182), (34, 36, 44), (112, 112, 116))
_SUIT = ((32, 33, 38), (40, 46, 66), (76, 77, 82), (112, 110, 108), (150, 136, 112), (78, 62, 50), (92, 94, 74))
_LEATHER = ((28, 26, 26), (66, 44, 32), (104, 70, 46), (150, 108, 72), (60, 60, 62))
_HAIR = dict(black=(20, 17, 17), soft_black=(32, 25, 22), dark_brown=(50, 36, 28), brown=(72, 50, 36),
             light_brown=(104, 74, 48), dark_blond=(150, 112, 72), blond=(196, 160, 108), red=(136, 72, 42))
#: hair colours of groups; those that are not named have the first row
HAIR_SHARES: Dict[str, Shares] = {
    '': dict(black=55, soft_black=32, dark_brown=11, brown=2),
    'White': dict(black=5, soft_black=12, dark_brown=20, brown=20, light_brown=16, dark_blond=12, blond=10, red=5),
    'Hispanic': dict(black=35, soft_black=33, dark_brown=20, brown=8, light_brown=3, dark_blond=1),
    'MiddleEastern': dict(black=36, soft_black=34, dark_brown=20, brown=8, light_brown=2)}


_CLOTH_SHARES: Shares = {name: share for name, (_, share) in CLOTH.items()}


def _vary(rng: np.random.Generator, rgb: Sequence[float], spread: float = .08) -> np.ndarray:
    """A colour (3,) near to another."""
    hue, saturation, value = colorsys.rgb_to_hsv(*(channel / 255 for channel in rgb))
    turned, paler, darker = rng.normal(size=3).tolist()
    hue, saturation, value = hue + turned * .015, saturation * (1 + paler * .15), value * (1 + darker * spread)
    return np.array(colorsys.hsv_to_rgb(hue % 1, min(max(saturation, 0), .9), min(max(value, .05), .93)), np.float32) * 255


def cloth(rng: np.random.Generator) -> np.ndarray:
    """A colour (3,) RGB 0..255 of any garment."""
    return _vary(rng, CLOTH[pick(rng, _CLOTH_SHARES)][0])


def one_of(rng: np.random.Generator, colors) -> np.ndarray:
    """A colour (3,) RGB 0..255 near one of a list."""
    return _vary(rng, colors[int(rng.integers(len(colors)))])


def denim(rng: np.random.Generator) -> np.ndarray:
    """Indigo, washed or black cotton."""
    return one_of(rng, _DENIM)


def suiting(rng: np.random.Generator) -> np.ndarray:
    """What suits, chinos and coats are made of."""
    return one_of(rng, _SUIT)


def leather(rng: np.random.Generator) -> np.ndarray:
    """Belts and shoes."""
    return one_of(rng, _LEATHER)


def companion(rng: np.random.Generator, color: np.ndarray) -> np.ndarray:
    """A second colour (3,) for a pattern in a cloth of a first colour: lighter, darker, or another one."""
    choice = rng.random()
    if choice < .35:
        return color * rng.uniform(.45, .75)
    if choice < .65:
        return color + (255 - color) * rng.uniform(.35, .8)
    return cloth(rng)


def hair(rng: np.random.Generator, group: str, age: float, dyed: float = 0.) -> np.ndarray:
    """Colour (3,) RGB 0..255 of somebody's hair; grey comes between 35 and 75, but for the share ``dyed`` of people."""
    name = pick(rng, HAIR_SHARES.get(group, HAIR_SHARES['']))
    color = np.array(_HAIR[name], np.float32) * rng.uniform(.85, 1.25)
    grey = np.clip((age - 46 + rng.normal() * 9) / 28, 0, 1) * (rng.random() > dyed)
    color = color + grey * (np.array((176, 174, 172), np.float32) * rng.uniform(.75, 1.15) - color)
    if age < 50 and rng.random() < .03:
        color = one_of(rng, ((150, 60, 60), (196, 160, 108), (90, 70, 120), (70, 110, 130), (190, 120, 140)))
    return np.clip(color, 10, 235)
