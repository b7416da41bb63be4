"""What people put on: outfits by occasion and gender, and their colours."""
from typing import Dict, List, NamedTuple, Optional

import numpy as np

from ajahr_mm.synthesis.appearance import palette
from ajahr_mm.synthesis.appearance.chance import Shares, pick


class Occasion(NamedTuple):
    """Shares of what is worn."""
    tops: Shares                # of top_cuts.KINDS
    bottoms: Shares             # of bottoms.KINDS
    shoes: Shares               # of footwear.KINDS
    over: Shares = {}           # of top_cuts.KINDS, worn open over another top
    layered: float = 0.         # share of people who wear something of ``over``


OCCASIONS: Dict[str, Dict[str, Occasion]] = dict(
    male=dict(
        casual=Occasion(
            dict(tee=34, long_tee=10, polo=8, shirt=12, short_shirt=7, sweater=11, hoodie=14, turtleneck=2, tank=2,
                 puffer=4),
            dict(jeans=42, chinos=17, sweatpants=8, cargo=8, shorts=13, skinny=6, tracksuit=6),
            dict(sneakers=40, trainers=24, high_tops=10, boots=14, leather=7, sandals=5),
            dict(jacket=35, denim_jacket=25, cardigan=12, blazer=14), .16),
        sport=Occasion(dict(jersey=40, tee=30, tank=16, hoodie=14), dict(sport_shorts=55, tracksuit=40, cycling=5),
                       dict(trainers=80, sneakers=15, high_tops=5), dict(jacket=1), .1),
        formal=Occasion(dict(shirt=88, turtleneck=6, polo=6), dict(suit=75, chinos=25), dict(leather=75, loafers=25),
                        dict(blazer=1), .6),
        summer=Occasion(dict(tee=40, tank=25, short_shirt=25, polo=10), dict(shorts=65, sport_shorts=35),
                        dict(sandals=40, sneakers=45, trainers=15))),
    female=dict(
        casual=Occasion(
            dict(tee=19, fitted=15, blouse=14, sweater=12, hoodie=7, sleeveless=8, tank=5, long_tee=6, turtleneck=5, tunic=5,
                 shirt=6, puffer=3),
            dict(jeans=22, skinny=22, leggings=14, wide=15, chinos=6, shorts=5, hot_pants=4, capri=7, sweatpants=5),
            dict(sneakers=35, trainers=14, flats=18, boots=17, sandals=10, loafers=6),
            dict(jacket=30, denim_jacket=25, cardigan=30, blazer=15), .18),
        sport=Occasion(dict(fitted=30, tank=30, tee=26, hoodie=14),
                       dict(leggings=56, cycling=18, sport_shorts=10, tracksuit=16), dict(trainers=85, sneakers=15),
                       dict(jacket=1), .1),
        formal=Occasion(dict(blouse=48, shirt=27, fitted=20, turtleneck=5), dict(suit=55, wide=30, skinny=15),
                        dict(flats=55, loafers=25, leather=20), dict(blazer=1), .5),
        summer=Occasion(dict(tank=30, sleeveless=25, tee=20, blouse=15, tunic=10),
                        dict(shorts=35, hot_pants=25, capri=15, wide=25), dict(sandals=55, sneakers=25, flats=20))))
OCCASION_SHARES: Shares = dict(casual=66, sport=14, formal=10, summer=10)
#: long shirts over trousers, instead of an occasion: share by group
TRADITIONAL: Shares = dict(Indian=.16, MiddleEastern=.06, African=.03)
_SHIRTS = ((226, 226, 226), (190, 206, 226), (214, 222, 232), (222, 204, 208), (60, 66, 84))
_KURTAS = ((228, 224, 214), (196, 178, 146), (150, 60, 56), (60, 90, 120), (86, 110, 90), (220, 190, 130))
_SPORTSWEAR = ((28, 28, 32), (52, 54, 60), (40, 48, 74), (110, 112, 116))
_EARTHY = ((96, 92, 64), (150, 134, 102), (64, 64, 62), (60, 66, 80), (186, 168, 136))
_SNEAKERS = ((228, 228, 226), (32, 32, 34), (120, 122, 126), (40, 50, 80))
_SOLES = ((228, 227, 222), (228, 227, 222), (40, 40, 42), (168, 130, 90))


class Garment(NamedTuple):
    """One piece of an outfit and its colours."""
    room: str             # tops, bottoms, footwear, socks
    kind: str
    colors: np.ndarray    # (3,3) RGB 0..255, a row a colour


def dress(rng: np.random.Generator, gender: str, group: str, bare_torso: float, barefoot: float) -> List[Garment]:
    """Garments in the order in which they are put on.

    Args:
        bare_torso: share of men without a top; barefoot: share of people without shoes.
    """
    gender = gender if gender in OCCASIONS else str(rng.choice(list(OCCASIONS)))
    name = pick(rng, OCCASION_SHARES)
    occasion = OCCASIONS[gender][name]
    top, bottom = pick(rng, occasion.tops), pick(rng, occasion.bottoms)
    if rng.random() < TRADITIONAL.get(group, 0):
        top, bottom = ('kurta', pick(rng, dict(wide=3, chinos=1))) if gender == 'male' else (
            pick(rng, dict(tunic=2, kurta=1)), pick(rng, dict(leggings=2, wide=2)))
    outfit: List[Optional[Garment]] = [_socks(rng, name)]
    trousers = _bottom_colors(rng, bottom)
    outfit.append(Garment('bottoms', bottom, trousers))
    shoes = pick(rng, occasion.shoes)
    without = barefoot if name != 'summer' else min(2 * barefoot, 1.)
    if rng.random() < without:
        outfit[0] = outfit[0] if rng.random() < .25 else None
    else:
        over = shoes == 'boots' and bottom in ('skinny', 'leggings') and rng.random() < .8
        outfit.insert(2 if over else 1, Garment('footwear', shoes, _shoe_colors(rng, shoes)))
        if shoes in ('sandals', 'flats', 'loafers') and rng.random() < .85:
            outfit[0] = None
    if gender != 'male' or rng.random() >= bare_torso:
        outfit.append(Garment('tops', top, _top_colors(rng, top)))
        if rng.random() < occasion.layered and top in ('tee', 'shirt', 'long_tee', 'blouse', 'fitted', 'tank', 'turtleneck'):
            over = pick(rng, occasion.over)
            colors = _top_colors(rng, over)
            if over == 'blazer' and bottom == 'suit' and rng.random() < .8:
                colors = np.stack([trousers[0], trousers[1], trousers[0] * .6])
            outfit.append(Garment('tops', over, colors))
    return [garment for garment in outfit if garment is not None]


def _socks(rng: np.random.Generator, occasion: str) -> Garment:
    white = rng.random() < (.7 if occasion == 'sport' else .35)
    first = np.full(3, 224.) if white else palette.cloth(rng)
    return Garment('socks', 'socks', np.stack([first, palette.companion(rng, first), first]).astype(np.float32))


def _top_colors(rng: np.random.Generator, kind: str) -> np.ndarray:
    first = palette.cloth(rng)
    if kind == 'shirt' and rng.random() < .55:
        first = palette.one_of(rng, _SHIRTS)
    if kind == 'blazer':
        first = palette.suiting(rng)
    if kind == 'denim_jacket':
        first = palette.denim(rng)
    if kind == 'kurta':
        first = palette.one_of(rng, _KURTAS)
    second = palette.companion(rng, first)
    bright = first.mean() > 120
    third = np.full(3, 30. if bright else 225.) if rng.random() < .55 else palette.companion(rng, first)
    if kind in ('shirt', 'short_shirt'):
        third = np.full(3, 235. if not bright else first.mean() * .8)
    if kind == 'denim_jacket':
        third = first * .7
    return np.stack([first, second, third]).astype(np.float32)


def _bottom_colors(rng: np.random.Generator, kind: str) -> np.ndarray:
    dark = rng.random() < .55
    first = palette.cloth(rng)
    if kind in ('jeans', 'skinny', 'hot_pants', 'shorts') and rng.random() < .85 - .35 * (kind == 'shorts'):
        first = palette.denim(rng)
    elif kind in ('chinos', 'suit'):
        first = palette.suiting(rng)
    elif kind in ('leggings', 'cycling', 'tracksuit', 'sweatpants', 'sport_shorts') and dark:
        first = palette.one_of(rng, _SPORTSWEAR)
    elif kind in ('cargo', 'shorts'):
        first = palette.one_of(rng, _EARTHY)
    is_denim = kind in ('jeans', 'skinny', 'hot_pants', 'shorts')
    second = first + (255 - first) * .3 if is_denim else palette.companion(rng, first)
    third = np.full(3, 226.) if rng.random() < .7 else palette.cloth(rng)
    if kind in ('jeans', 'chinos', 'suit', 'cargo', 'shorts'):
        third = palette.leather(rng)                       # belt
    return np.stack([first, second, third]).astype(np.float32)


def _shoe_colors(rng: np.random.Generator, kind: str) -> np.ndarray:
    if kind in ('leather', 'loafers', 'boots', 'sandals', 'flats'):
        upper = palette.leather(rng) if rng.random() < .85 else palette.cloth(rng)
        return np.stack([upper, upper * .55, upper * .7]).astype(np.float32)
    upper = palette.one_of(rng, _SNEAKERS) if rng.random() < .7 else palette.cloth(rng)
    sole = palette.one_of(rng, _SOLES)
    laces = np.full(3, 228.) if rng.random() < .7 else palette.cloth(rng)
    return np.stack([upper, sole, laces]).astype(np.float32)
