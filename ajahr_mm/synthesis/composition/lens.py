"""What lens and sensor do to a picture: vignette, glow, motion blur, noise. Pictures are (H,W,3) float32, 0..255."""
from functools import lru_cache

import numpy as np

_TILE = 768


@lru_cache(maxsize=1)
def noise_tile() -> np.ndarray:
    """(768,768,3) float32 sensor noise of variance 1: mostly brightness, coarser than a pixel as after demosaicing."""
    import cv2
    rng = np.random.default_rng(1)
    noise = rng.standard_normal((_TILE, _TILE, 3), dtype=np.float32) * np.float32(.6) + rng.standard_normal(
        (_TILE, _TILE, 1), dtype=np.float32)
    noise = cv2.GaussianBlur(noise, (3, 3), .5, borderType=cv2.BORDER_REFLECT)
    noise /= noise.std()
    noise.setflags(write=False)
    return noise


def noise_piece(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """A random piece (height,width,3) of the tile, repeated where the picture is larger."""
    tile = noise_tile()
    if height > _TILE or width > _TILE:
        tile = np.tile(tile, (-(-height // _TILE), -(-width // _TILE), 1))
    y, x = (int(rng.integers(have - want + 1)) for have, want in zip(tile.shape, (height, width)))
    return tile[y:y + height, x:x + width]


@lru_cache(maxsize=16)
def _shade(height: int, width: int, percent: int) -> np.ndarray:
    """(H,W,3) float32 factor, 1 in the middle, ``percent`` less in the corners."""
    y, x = np.linspace(-1, 1, height, dtype=np.float32)[:, None], np.linspace(-1, 1, width, dtype=np.float32)
    return np.repeat((1 - (y * y + x * x) * np.float32(percent / 200))[..., None], 3, axis=2)


def vignette(image: np.ndarray, strength: float) -> np.ndarray:
    """Corners darker by the share ``strength``, in steps of 0.05."""
    import cv2
    return cv2.multiply(image, _shade(*image.shape[:2], 5 * round(20 * strength)))


def glow(image: np.ndarray, strength: float) -> np.ndarray:
    """Light that spills from what is nearly white."""
    import cv2
    height, width = image.shape[:2]
    small = np.maximum(cv2.resize(image, (width // 4, height // 4), interpolation=cv2.INTER_LINEAR) - 190, 0)
    if not small.any():
        return image
    small = cv2.GaussianBlur(small, (0, 0), width / 100)
    return cv2.scaleAdd(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), strength, image)


def motion_blur(image: np.ndarray, length: float, angle: float) -> np.ndarray:
    """Smeared over ``length`` px at ``angle`` radians."""
    import cv2
    side = int(np.ceil(length)) // 2 * 2 + 1
    reach = np.linspace(-length / 2, length / 2, 4 * side)
    column, row = reach * np.cos(angle) + side // 2, reach * np.sin(angle) + side // 2
    weight_y, weight_x = (np.maximum(1 - abs(along[:, None] - np.arange(side)), 0) for along in (row, column))
    kernel = np.einsum('sy,sx->yx', weight_y, weight_x).astype(np.float32)
    return cv2.filter2D(image, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)
