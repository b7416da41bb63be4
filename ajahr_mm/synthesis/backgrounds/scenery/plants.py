"""Trees, bushes and pot plants: pictures with a cover that stand upright in a scene."""
from typing import Tuple

import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery import materials
from ajahr_mm.synthesis.backgrounds.scenery.stock import stock

Sprite = Tuple[np.ndarray, np.ndarray]      # (h,w,3) uint8 RGB, (h,w) uint8 cover


def _frayed(rng: np.random.Generator, image: np.ndarray, cover: np.ndarray, reach: float) -> Sprite:
    """Picture and cover with every pixel pushed a little aside, so that smooth discs become leaves."""
    import cv2
    h, w = cover.shape
    image = materials.lit(image, 1 + .12 * materials.rough(rng, h, w))
    x = np.arange(w, dtype=np.float32)[None] + reach * materials.rough(rng, h, w)
    y = np.arange(h, dtype=np.float32)[:, None] + reach * materials.rough(rng, h, w)
    return (cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
            cv2.remap(cover, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT))


def _crown(rng: np.random.Generator, image: np.ndarray, cover: np.ndarray, middle, radii, tone: np.ndarray, sun: float,
           count: int = 150) -> None:
    """Clumps of leaves within an ellipse, those in the light brighter; ``sun`` -1 from the left ... 1 from the right."""
    import cv2
    clumps = rng.normal(size=(count, 2)) * .46
    clumps = clumps[np.linalg.norm(clumps, axis=1) < 1]
    clumps = clumps[np.argsort(-clumps[:, 1] + rng.normal(size=len(clumps)) * .5)]
    levels = .7 - .34 * clumps[:, 1] + .18 * clumps[:, 0] * sun + rng.normal(size=len(clumps)) * .13
    paints = np.clip(levels[:, None] * tone, 0, 255).tolist()
    places = (np.asarray(middle) + clumps * radii).astype(int).tolist()
    sizes = np.maximum(min(radii) * rng.uniform(.1, .24, len(clumps)), 1).astype(int).tolist()
    for at, radius, color in zip(places, sizes, paints):
        cv2.circle(image, at, radius, color, -1)
        cv2.circle(cover, at, radius, 255, -1)


@stock(10)
def tree(rng: np.random.Generator, sun: int = 0) -> Sprite:
    """A broad-leaved tree or a conifer, roots at the lower edge; ``sun`` as for crowns."""
    import cv2
    h, w = 224, 176
    tone = materials.pick(rng, materials.GREENS, .12)
    image, cover = np.tile(tone * .6, (h, w, 1)).astype(np.uint8), np.zeros((h, w), np.uint8)
    bark, thick = materials.pick(rng, ((92, 74, 58), (110, 98, 86), (74, 62, 52))), int(rng.integers(6, 11))
    cv2.fillConvexPoly(cover, np.array([[w // 2 - thick, h], [w // 2 + thick, h], [w // 2 + 2, 60], [w // 2 - 2, 60]]), 255)
    image[:, :w // 2] = bark * (.7 - .2 * sun)
    image[:, w // 2:] = bark * (.7 + .2 * sun)
    if rng.random() < .3:
        for y in np.linspace(h * .86, 18, 9):
            wide = (y / h) ** .9 * w * .36
            _crown(rng, image, cover, (w / 2, y), (wide + 4, 18), tone * .8, sun, 110)
    else:
        base = rng.uniform(.36, .46)
        for _ in range(int(rng.integers(2, 5))):
            _crown(rng, image, cover, (w * rng.uniform(.36, .64), h * rng.uniform(base - .1, base + .05)),
                   (w * rng.uniform(.24, .32), h * rng.uniform(.18, .28)), tone * rng.uniform(.9, 1.06), sun)
    return _frayed(rng, image, cover, 3.2)


@stock(6)
def bush(rng: np.random.Generator, sun: int = 0, wide: int = 192) -> Sprite:
    """A bush or, ``wide`` px, a piece of hedge."""
    h = 96
    tone = materials.pick(rng, materials.GREENS, .12)
    image, cover = np.tile(tone * .55, (h, wide, 1)).astype(np.uint8), np.zeros((h, wide), np.uint8)
    for x in np.arange(36, wide - 30, 26):
        _crown(rng, image, cover, (x, h * rng.uniform(.5, .62)), (32, h * .44), tone * rng.uniform(.86, 1.04), sun)
    cover[int(h * .75):, 14:-14] = 255
    return _frayed(rng, image, cover, 3.)


@stock(6)
def woods(rng: np.random.Generator, haze: float = .3, wide: int = 384, high: int = 80) -> Sprite:
    """A far edge of a wood, lighter and bluer with ``haze`` 0..1."""
    tone = materials.pick(rng, materials.GREENS, .1)
    ridge = (.45 + .12 * materials.rough(rng, 1, wide)[0] + .1 * materials.smooth(rng, 1, wide, 9)[0]) * high
    y = np.arange(high, dtype=np.float32)[:, None]
    depth = np.clip((y - ridge) / high, 0, 1)
    field = (.9 - .5 * depth) * (1 + .17 * materials.rough(rng, high, wide))
    image = tone * field[..., None]
    image = image + haze * (np.float32([196, 208, 216]) - image)
    ends = np.clip(np.minimum(np.arange(wide), np.arange(wide)[::-1]) / 48., 0, 1)        # sink into the ground
    cover = np.clip((y - ridge - (1 - ends) * (high - ridge) + 3 * materials.rough(rng, high, wide)) * 90, 0, 255)
    return np.clip(image, 0, 255).astype(np.uint8), cover.astype(np.uint8)


@stock(6)
def leaves(rng: np.random.Generator) -> Sprite:
    """What grows in a pot."""
    side, tone = 128, materials.pick(rng, materials.GREENS, .12)
    image, cover = np.tile(tone * .6, (side, side, 1)).astype(np.uint8), np.zeros((side, side), np.uint8)
    _crown(rng, image, cover, (side / 2, side * .48), (side * .36, side * .4), tone, 0.)
    cover[-24:, side // 2 - 4:side // 2 + 4] = 255
    return _frayed(rng, image, cover, 5.)
