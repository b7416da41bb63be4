"""Procedural backgrounds: rooms, open ground, blurred shapes and plain fields, drawn from nothing but a seed."""
from typing import Sequence, Tuple

import numpy as np

from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis import textures

_SURFACES = (textures.planks, textures.tiles, textures.mottled, textures.stripes)


def _surface(rng: np.random.Generator, height: int, width: int, photographs: Sequence[np.ndarray]) -> np.ndarray:
    """A wall or floor covering: procedural, or a tinted piece of a photograph."""
    import cv2
    if len(photographs) and rng.random() < .35:
        photo = photographs[rng.integers(len(photographs))]
        side = int(rng.uniform(.4, 1.) * min(photo.shape[:2]))
        y, x = (int(rng.integers(0, n - side + 1)) for n in photo.shape[:2])
        piece = cv2.resize(photo[y:y + side, x:x + side], (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
        return piece * textures.color(rng, (0, .4), (.7, 1.)) / 255
    return _SURFACES[rng.choice(len(_SURFACES), p=(.3, .25, .35, .1))](rng, height, width)


def _floor(rng: np.random.Generator, size: int, horizon: int, photographs: Sequence[np.ndarray]) -> np.ndarray:
    """Ground plane seen in perspective, filling the rows below ``horizon`` (size - horizon, size, 3)."""
    import cv2
    surface, rows = _surface(rng, 320, 320, photographs), size - horizon
    spread, drift = rng.uniform(.6, 2.4) * size, rng.normal() * .3 * size
    source = np.float32([[0, 0], [320, 0], [320, 320], [0, 320]])
    target = np.float32([[0, 0], [size, 0], [size + spread + drift, rows], [drift - spread, rows]])
    return cv2.warpPerspective(surface.astype(np.float32), cv2.getPerspectiveTransform(source, target), (size, rows),
                               flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT)


def _box(image: np.ndarray, rng: np.random.Generator, x0: int, y0: int, x1: int, y1: int, fill: np.ndarray) -> None:
    """A filled rectangle with a shaded edge."""
    import cv2
    cv2.rectangle(image, (x0, y0), (x1, y1), fill.tolist(), -1)
    if rng.random() < .7:
        cv2.rectangle(image, (x0, y0), (x1, y1), (fill * rng.uniform(.5, .85)).tolist(), int(rng.integers(1, 4)))


def room(rng: np.random.Generator, size: int, photographs: Sequence[np.ndarray]) -> np.ndarray:
    """Indoors: wall, floor, skirting board, windows or pictures, pieces of furniture, a fall of light."""
    horizon = int(size * rng.uniform(.5, .82))
    image = np.empty((size, size, 3), np.float32)
    wall = _surface(rng, horizon, size, photographs) if rng.random() < .6 else textures.gradient(
        rng, horizon, size, textures.color(rng, (0, .35), (.5, .98)), textures.color(rng, (0, .3), (.4, .9)))
    image[:horizon], image[horizon:] = wall, _floor(rng, size, horizon, photographs)
    if rng.random() < .6:
        image[horizon - 5:horizon + 1] = textures.color(rng, (0, .2), (.3, 1.))
    for _ in range(int(rng.integers(0, 4))):                                     # windows, pictures, doors
        x, y = int(rng.integers(-20, size - 20)), int(rng.integers(0, max(horizon - 50, 1)))
        w, h = int(rng.integers(20, 90)), int(rng.integers(24, 100))
        _box(image, rng, x, y, x + w, min(y + h, horizon - 4), textures.color(rng, (0, .5), (.3, 1.)))
        if rng.random() < .5:
            inner = textures.color(rng, (.1, .5), (.6, 1.), (.5, .65))
            _box(image, rng, x + 4, y + 4, x + w - 4, min(y + h - 4, horizon - 8), inner)
    for _ in range(int(rng.integers(0, 4))):                                     # furniture
        x, w, h = int(rng.integers(-30, size - 10)), int(rng.integers(24, 110)), int(rng.integers(20, 110))
        base = int(rng.uniform(horizon, min(size, horizon + 40)))
        fill = textures.color(rng, (.05, .6), (.15, .8))
        _box(image, rng, x, base - h, x + w, base, fill)
        for shelf in range(int(rng.integers(0, 4))):
            _box(image, rng, x + 3, base - h + 4 + shelf * h // 4, x + w - 3, base - h + (shelf + 1) * h // 4, fill * .85)
    return image * textures.gradient(rng, size, size, np.float32([1.1] * 3), np.float32([.8] * 3))


def outdoors(rng: np.random.Generator, size: int, photographs: Sequence[np.ndarray]) -> np.ndarray:
    """Sky with clouds, far hills or houses, trees, and open ground."""
    import cv2
    horizon = int(size * rng.uniform(.35, .75))
    zenith, haze = textures.color(rng, (.2, .7), (.5, .95), (.53, .63)), textures.color(rng, (0, .2), (.75, 1.), (.05, .6))
    image = np.empty((size, size, 3), np.float32)
    sky = textures.gradient(rng, horizon, size, zenith, haze)
    clouds = np.clip(textures.noise(rng, horizon, size, 3, 5) - rng.uniform(.35, .8), 0, 1) * 2
    image[:horizon] = sky + np.clip(clouds, 0, 1)[..., None] * (np.float32([250, 250, 252]) - sky)
    image[horizon:] = _floor(rng, size, horizon, photographs)
    if rng.random() < .6:                                                        # hills
        ridge = horizon - (textures.noise(rng, 4, size, 4, 3)[0] * rng.uniform(10, 60)).astype(int)
        below = (np.arange(size)[:, None] >= ridge[None]) & (np.arange(size)[:, None] < horizon)
        image[below] = textures.color(rng, (.1, .5), (.25, .7), (.2, .6))
    for _ in range(int(rng.integers(0, 5))):                                     # houses
        if rng.random() < .5:
            continue
        x, w, h = int(rng.integers(-30, size)), int(rng.integers(30, 90)), int(rng.integers(30, 150))
        _box(image, rng, x, horizon - h, x + w, horizon, textures.color(rng, (0, .45), (.3, .9)))
        pane = textures.color(rng, (0, .4), (.2, .9))
        for wy in range(horizon - h + 6, horizon - 10, 16):
            for wx in range(x + 5, x + w - 8, 14):
                cv2.rectangle(image, (wx, wy), (wx + 7, wy + 9), pane.tolist(), -1)
    for _ in range(int(rng.integers(0, 5))):                                     # trees
        x, h = int(rng.integers(0, size)), int(rng.integers(20, 90))
        base = horizon + int(rng.integers(0, 18))
        cv2.line(image, (x, base), (x, base - h), (70., 50., 35.), int(rng.integers(2, 7)))
        leaf = textures.color(rng, (.3, .8), (.2, .65), (.17, .4))
        for _ in range(9):
            offset = rng.normal(size=2) * h * .22
            cv2.circle(image, (int(x + offset[0]), int(base - h + offset[1])), max(2, int(h * rng.uniform(.12, .3))),
                       (leaf * rng.uniform(.75, 1.2)).tolist(), -1, cv2.LINE_AA)
    return image


def shapes(rng: np.random.Generator, size: int, photographs: Sequence[np.ndarray]) -> np.ndarray:
    """Overlapping discs and polygons, mostly out of focus."""
    import cv2
    image = textures.gradient(rng, size, size, textures.color(rng), textures.color(rng))
    image = np.ascontiguousarray(image, dtype=np.float32)
    for _ in range(int(rng.integers(4, 26))):
        paint = textures.color(rng, (0, .8), (.1, 1.)).tolist()
        at = rng.uniform(-20, size + 20, size=2)
        if rng.random() < .5:
            cv2.circle(image, tuple(int(v) for v in at), int(rng.uniform(6, 60)), paint, -1, cv2.LINE_AA)
        else:
            corners = at + rng.normal(size=(int(rng.integers(3, 6)), 2)) * rng.uniform(14, 60)
            cv2.fillPoly(image, [corners.astype(np.int32)], paint, cv2.LINE_AA)
    return image


def plain(rng: np.random.Generator, size: int, photographs: Sequence[np.ndarray]) -> np.ndarray:
    """One surface or gradient over the whole frame."""
    if rng.random() < .3:
        return textures.gradient(rng, size, size, textures.color(rng), textures.color(rng))
    return _surface(rng, size, size, photographs)


@SYNTHESIS.register_module()
class ProceduralScenes:
    """Backgrounds drawn from a seed alone; ``shares`` weighs room, outdoors, shapes and plain.

    ``photographs`` (a built background part, or None) lends pieces as wall and floor coverings, of its own split only.
    """

    kinds = dict(room=room, outdoors=outdoors, shapes=shapes, plain=plain)

    def __init__(self, shares: dict = None, photographs=None):
        self.shares = shares or dict(room=.38, outdoors=.34, shapes=.13, plain=.15)
        self.photographs = SYNTHESIS.build(photographs) if isinstance(photographs, dict) else photographs

    def sample(self, rng: np.random.Generator, split: str, size: int) -> Tuple[np.ndarray, str]:
        """Background (size, size, 3) uint8 RGB and its name."""
        import cv2
        names, weights = list(self.shares), np.array(list(self.shares.values()), dtype=np.float64)
        name = names[rng.choice(len(names), p=weights / weights.sum())]
        pieces = list(self.photographs.images(split).values()) if self.photographs is not None else ()
        image = np.clip(self.kinds[name](rng, size, pieces), 0, 255).astype(np.float32)
        blur = rng.choice((0., .8, 1.8, 3.5), p=(.3, .35, .2, .15)) * (1.6 if name == 'shapes' else 1.)
        if blur:
            image = cv2.GaussianBlur(image, (0, 0), blur)
        grain = rng.normal(size=(size, size, 1)).astype(np.float32) * rng.uniform(0, 6)
        return textures.to_uint8(image + grain), f'procedural/{name}'

    def sources(self, split: str) -> dict:
        """Names and licences of what the backgrounds of a split are made from."""
        return self.photographs.sources(split) if self.photographs is not None else {}
