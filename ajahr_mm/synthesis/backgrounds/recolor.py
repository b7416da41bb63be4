"""Another exposure, contrast and white balance, as if another camera had taken the picture."""
from typing import Tuple

import numpy as np


def recolor(image: np.ndarray, rng: np.random.Generator, amount: float = 1.) -> Tuple[np.ndarray, np.ndarray]:
    """Varied picture (H,W,3) uint8 and the factors (3,) of its white balance, mean 1; ``amount`` 0 changes nothing."""
    import cv2
    exposure, gamma = np.exp(rng.normal(size=2) * (.12, .1) * amount)
    warmth, tint = rng.normal(size=2) * (.05, .02) * amount
    balance = np.exp([warmth, tint, -warmth])
    balance /= balance.mean()
    level = (np.arange(256, dtype=np.float32) / 255)[:, None] ** gamma * exposure * balance
    table = np.rint(np.clip(level, 0, 1) * 255).astype(np.uint8)
    return cv2.LUT(image, np.ascontiguousarray(table[None])), balance
