"""Surfaces of rooms and streets, (h,w,3) uint8 RGB: paint, wood, tiles, brick, cloth, stone, grass, sand."""
from functools import lru_cache
from typing import Sequence

import numpy as np

WALLS = ((236, 232, 224), (226, 219, 205), (214, 216, 214), (205, 198, 184), (188, 197, 200), (196, 205, 190),
         (222, 206, 184), (168, 178, 186), (206, 188, 176), (150, 158, 152), (236, 226, 200), (178, 164, 150),
         (198, 176, 148))
ACCENTS = ((86, 104, 116), (124, 74, 64), (92, 108, 84), (168, 132, 84), (66, 72, 84), (120, 108, 128), (150, 104, 88))
WOODS = ((176, 136, 92), (150, 108, 70), (198, 164, 122), (112, 78, 54), (88, 62, 46), (186, 150, 104), (160, 144, 124),
         (140, 122, 104))
STONES = ((170, 164, 154), (140, 136, 130), (190, 180, 164), (120, 116, 112), (156, 140, 124), (204, 198, 188))
CLOTHS = ((98, 102, 108), (142, 134, 124), (74, 82, 98), (120, 88, 74), (92, 100, 80), (170, 158, 140), (58, 58, 62),
          (128, 70, 66), (180, 172, 164), (70, 92, 104))
GREENS = ((96, 116, 58), (84, 108, 60), (110, 122, 66), (74, 96, 52), (120, 124, 74))
EARTHS = ((150, 128, 100), (168, 148, 118), (132, 112, 90), (120, 104, 88))
_SIDE = 256


def pick(rng: np.random.Generator, tones: Sequence[Sequence[int]], spread: float = .06) -> np.ndarray:
    """One of the tones (3,) float32, a little lighter or darker and a little off in hue."""
    tone = np.float32(tones[rng.integers(len(tones))])
    return np.clip(tone * np.exp(rng.normal() * spread + rng.normal(size=3) * spread / 5), 8, 246).astype(np.float32)


@lru_cache(maxsize=2)
def _noise(gain: float) -> np.ndarray:
    """Fractal noise whose octaves differ by ``gain``, mean 0, deviation 1, (768,768) float32: three periods each way."""
    import cv2
    rng, field = np.random.default_rng(1), np.zeros((_SIDE, _SIDE), np.float32)
    for octave in range(6):
        cells = 4 * 2 ** octave
        step = _SIDE // cells
        grid = np.pad(rng.standard_normal((cells, cells), dtype=np.float32), 2, mode='wrap')
        large = cv2.resize(grid, None, fx=step, fy=step, interpolation=cv2.INTER_CUBIC)
        field += gain ** octave * large[2 * step:2 * step + _SIDE, 2 * step:2 * step + _SIDE]
    return np.tile(field / field.std(), (3, 3))


def rough(rng: np.random.Generator, h: int, w: int, gain: float = .8) -> np.ndarray:
    """Fractal noise (h,w) float32, mean about 0, deviation about 1; a piece of a fixed field, finer with ``gain`` 1.2.

    It goes on without a seam after 256; at most 512 each way.
    """
    y, x = rng.integers(0, _SIDE, 2)
    return _noise(gain)[y:y + h, x:x + w]


def smooth(rng: np.random.Generator, h: int, w: int, cells: int = 3) -> np.ndarray:
    """Soft blotches (h,w) float32, -1 to 1."""
    import cv2
    return cv2.resize(rng.uniform(-1, 1, (cells, cells)).astype(np.float32), (w, h), interpolation=cv2.INTER_CUBIC)


def tinted(tone: np.ndarray, field: np.ndarray) -> np.ndarray:
    """Texture (h,w,3) uint8 of a tone (3,) times a field (h,w)."""
    return np.clip(field[..., None] * np.asarray(tone, np.float32), 0, 255).astype(np.uint8)


def paint(rng: np.random.Generator, tone: np.ndarray, h: int = 64, w: int = 64, grain: float = .012, blotch: float = .03
          ) -> np.ndarray:
    """Painted plaster, plastic, sheet metal; with more ``grain`` cloth or concrete."""
    return tinted(tone, 1 + grain * rough(rng, h, w) + blotch * smooth(rng, h, w))


def boards(rng: np.random.Generator, tone: np.ndarray, h: int = 256, w: int = 256, width: int = 24, length: int = 128,
           gap: float = .35) -> np.ndarray:
    """Wooden boards along the rows' direction, each with its own shade, staggered."""
    import cv2
    grain = cv2.resize(np.ascontiguousarray(rough(rng, max(h // 10, 2), w)), (w, h), interpolation=cv2.INTER_LINEAR)
    column = np.arange(w) // width
    start = rng.integers(0, length, column[-1] + 1)[column]
    row = (np.arange(h)[:, None] + start) // length
    shade = rng.normal(size=(row.max() + 1, column[-1] + 1)).astype(np.float32)[row, column]
    field = 1 + .05 * grain + .07 * shade
    field[:, np.arange(w) % width == 0] *= 1 - gap
    field[(np.arange(h)[:, None] + start) % length == 0] *= 1 - gap
    return tinted(tone, field)


def tiles(rng: np.random.Generator, tone: np.ndarray, h: int = 256, w: int = 256, cell=(32, 32), joint: float = .8,
          stagger: bool = False, vary: float = .04, thick: int = 1) -> np.ndarray:
    """Tiles, slabs or bricks of ``cell`` (rows, columns) px, joints ``joint`` times as bright as they."""
    row = np.arange(h) // cell[0]
    x = np.arange(w)[None] + (cell[1] // 2 * (row % 2) if stagger else 0 * row)[:, None]
    column = x // cell[1] % max(w // cell[1], 1)
    shade = rng.normal(size=(row[-1] + 1, column.max() + 1)).astype(np.float32)[row[:, None], column]
    field = 1 + vary * shade + vary * .6 * rough(rng, h, w)
    joints = (np.arange(h)[:, None] % cell[0] < thick) | (x % cell[1] < thick)
    return tinted(tone, np.where(joints, joint * (1 + .03 * rough(rng, h, w)), field))


def stripes(rng: np.random.Generator, tone: np.ndarray, h: int = 64, w: int = 128, period: int = 8, depth: float = .06
            ) -> np.ndarray:
    """Upright stripes: wallpaper, curtains, corrugated sheet."""
    wave = np.sin(np.arange(w, dtype=np.float32) * np.float32(2 * np.pi / period))
    return tinted(tone, 1 + depth * wave[None] + .015 * rough(rng, h, w))


def turf(rng: np.random.Generator, tone: np.ndarray, h: int = 256, w: int = 256, strength: float = .16) -> np.ndarray:
    """Grass, earth, sand or asphalt: rough, with patches of another hue."""
    field = 1 + strength * rough(rng, h, w, 1.2)
    patch = np.clip(.5 + .25 * rough(rng, h, w), 0, 1)
    other = np.float32(tone) * (1.06, 1., .92)
    mixed = np.float32(tone) + patch[..., None] * (other - np.float32(tone))
    return np.clip(mixed * field[..., None], 0, 255).astype(np.uint8)


def photograph(rng: np.random.Generator, tone: np.ndarray, photo: np.ndarray, side: int = 128) -> np.ndarray:
    """A piece of a photograph of a surface in another tone (2 side, 2 side, 3), mirrored so that no seam shows."""
    import cv2
    cut = int(rng.uniform(.6, 1.) * min(photo.shape[:2]))
    y, x = (int(rng.integers(0, n - cut + 1)) for n in photo.shape[:2])
    piece = cv2.resize(photo[y:y + cut, x:x + cut], (side, side), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(piece, cv2.COLOR_RGB2GRAY)
    whole = np.pad(grey, ((0, side), (0, side)), mode='symmetric').astype(np.float32)
    return tinted(tone, whole / max(float(grey.mean()), 1.))


def lit(texture: np.ndarray, light: np.ndarray) -> np.ndarray:
    """Texture (h,w,3) uint8 times a coarse map of the light (a,b) float32, stretched over it."""
    import cv2
    full = cv2.resize(np.asarray(light, np.float32), texture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return cv2.multiply(texture, cv2.merge([full] * 3), dtype=cv2.CV_8U)


def corners(side: int = 24, left: float = 0., right: float = 0., top: float = 0., bottom: float = 0., reach: float = .22
            ) -> np.ndarray:
    """Light (side,side) of a surface that is darker where others meet it; each number is the share lost at that edge."""
    x = (np.arange(side, dtype=np.float32) + .5) / side
    fall = np.exp(-x / np.float32(reach))
    across = (1 - left * fall) * (1 - right * fall[::-1])
    return (((1 - top * fall) * (1 - bottom * fall[::-1]))[:, None] * across[None]).astype(np.float32)
