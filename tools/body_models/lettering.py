"""Words on pictures in a real typeface (DejaVu Sans, which comes with matplotlib)."""
from __future__ import annotations

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=None)
def _font(size: float, bold: bool):
    from matplotlib import font_manager
    from PIL import ImageFont
    weight = 'bold' if bold else 'normal'
    return ImageFont.truetype(font_manager.findfont(font_manager.FontProperties('DejaVu Sans', weight=weight)), size)


def write(image: np.ndarray, text: str, centre: tuple[float, float], size: float, color: tuple[int, int, int],
          bold: bool = False, upright: bool = False) -> None:
    """``text`` centred at x, y px, drawn *into* ``image`` (H,W,3) uint8; ``upright`` reads from bottom to top."""
    from PIL import Image, ImageDraw
    font = _font(size, bold)
    left, top, right, bottom = font.getbbox(text, anchor='ls')
    ascent = round(size)  # of all letters, so that words beside each other share their baseline
    mask = Image.new('L', (int(right - left) + 4, int(1.5 * size) + 2))
    ImageDraw.Draw(mask).text((2 - left, ascent), text, fill=255, font=font, anchor='ls')
    alpha = np.asarray(mask.rotate(90, expand=True) if upright else mask, np.float32)[..., None] / 255
    y, x = (int(round(c - n / 2)) for c, n in zip(centre[::-1], alpha.shape))
    y0, x0, y1, x1 = max(y, 0), max(x, 0), min(y + alpha.shape[0], image.shape[0]), min(x + alpha.shape[1], image.shape[1])
    alpha, place = alpha[y0 - y:y1 - y, x0 - x:x1 - x], image[y0:y1, x0:x1]
    place[:] = (alpha * color + (1 - alpha) * place).round().astype(np.uint8)
