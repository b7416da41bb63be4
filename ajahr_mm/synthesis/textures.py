"""Small procedural textures: value noise, planks, tiles, stripes. All RGB uint8 or float fields in 0..1."""
import colorsys

import numpy as np


def noise(rng: np.random.Generator, height: int, width: int, coarse: int = 4, octaves: int = 4) -> np.ndarray:
    """Fractal value noise (height, width) float32 in 0..1; ``coarse`` is the number of cells of the first octave."""
    import cv2
    field, weight = np.zeros((height, width), np.float32), 1.
    for octave in range(octaves):
        cells = coarse * 2 ** octave
        grid = rng.random((min(cells, height) + 1, min(cells, width) + 1), dtype=np.float32)
        field += weight * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
        weight *= .5
    low, high = field.min(), field.max()
    return (field - low) / max(high - low, 1e-6)


def color(rng: np.random.Generator, saturation=(0., .6), value=(.25, .95), hue=(0., 1.)) -> np.ndarray:
    """A random RGB colour (3,) float32 in 0..255 from ranges of hue, saturation and value."""
    h, s, v = rng.uniform(*hue), rng.uniform(*saturation), rng.uniform(*value)
    return np.array(colorsys.hsv_to_rgb(h % 1., s, v), np.float32) * 255


def blend(field: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Colour image (H, W, 3) float32 between two colours by a field (H, W) in 0..1."""
    return low + field[..., None] * (high - low)


def gradient(rng: np.random.Generator, height: int, width: int, top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """Smooth blend (H, W, 3) float32 along a random, mostly vertical direction."""
    slant = rng.normal() * .3
    y, x = np.linspace(0, 1, height, dtype=np.float32)[:, None], np.linspace(-.5, .5, width, dtype=np.float32)[None]
    return blend(np.clip(y + slant * x, 0, 1), top, bottom)


def planks(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Wooden boards (H, W, 3) float32."""
    board = int(rng.integers(14, 40))
    tone = color(rng, (.25, .6), (.3, .8), (.05, .11))
    shade = rng.uniform(.75, 1.15, size=width // board + 2).astype(np.float32)
    columns = np.arange(width) // board
    grain = noise(rng, height, width, 3, 2) * .3 + .85
    image = tone * (shade[columns][None, :] * grain)[..., None]
    image[:, np.arange(width) % board == 0] *= .6
    return image


def tiles(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Square tiles in one or two colours with joints (H, W, 3) float32."""
    cell = int(rng.integers(16, 56))
    first = color(rng, (0, .35), (.4, .95))
    second = first * rng.uniform(.5, 1.) if rng.random() < .7 else color(rng, (0, .4), (.3, .9))
    y, x = np.arange(height)[:, None], np.arange(width)[None]
    image = np.where((((y // cell) + (x // cell)) % 2 == 0)[..., None], first, second).astype(np.float32)
    image[(y % cell < 1) | (x % cell < 1)] *= .7
    return image * (noise(rng, height, width, 4, 3) * .2 + .9)[..., None]


def stripes(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Stripes at a random angle (H, W, 3) float32."""
    angle, period = rng.uniform(0, np.pi), rng.uniform(8, 60)
    y, x = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None]
    wave = .5 + .5 * np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / period)
    wave = np.clip((wave - .5) * rng.uniform(1, 6) + .5, 0, 1)
    return blend(wave, color(rng), color(rng))


def mottled(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Two colours mixed by fractal noise (H, W, 3) float32: plaster, earth, foliage, cloth."""
    first = color(rng, (.05, .6), (.2, .9))
    second = np.clip(first * rng.uniform(.5, 1.3) + rng.normal(size=3) * 14, 0, 255)
    return blend(noise(rng, height, width, int(rng.integers(3, 24)), 5), first, second)


def to_uint8(image: np.ndarray) -> np.ndarray:
    """Rounded and clipped to uint8."""
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)
