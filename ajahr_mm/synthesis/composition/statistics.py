"""What a picture says about the camera that took it: exposure, black and white level, tint, sharpness, grain."""
from typing import NamedTuple, Tuple

import numpy as np

#: Weights of red, green and blue in brightness (Rec. 601, as JPEG has it).
_LUMA = np.array([.299, .587, .114], np.float32)


class Statistics(NamedTuple):
    """Of one picture, in its own brightness 0..255."""
    black: float            # the darkest fiftieth is below
    middle: float           # median
    white: float            # the brightest fiftieth is above
    tint: np.ndarray        # (3,) mean colour over mean brightness, without the most colourful half
    blur: float             # standard deviation in px of the blur that its edges have; 0 sharp, or not to be told
    grain: float            # standard deviation of the noise in its smooth parts


def measure(image: np.ndarray) -> Statistics:
    """Statistics of a picture (H,W,3) uint8, from some of its pixels; whole rows for edges and grain."""
    few = np.ascontiguousarray(image[4::8, 4::8].reshape(-1, 3).T, np.float32)
    ordered = np.sort(_LUMA @ few)
    black, middle, white = (float(ordered[int(share * (len(ordered) - 1))]) for share in (.02, .5, .98))
    spread = few.max(0) - few.min(0)
    calm = few[:, spread <= np.partition(spread, len(spread) // 2)[len(spread) // 2]].mean(1)
    blur, grain = _blur_and_grain(np.ascontiguousarray(image[6::12, :, 1], np.float32))
    return Statistics(black, middle, white, calm / max(float(calm.mean()), 1.), blur, grain)


def _blur_and_grain(rows: np.ndarray) -> Tuple[float, float]:
    """From rows (R,W): how much of the change over four pixels happens within one tells how soft edges are."""
    step = rows[:, 1:] - rows[:, :-1]
    bend = abs(step[:, 1:] - step[:, :-1]).ravel()
    # a quarter of the bends of white noise are below .3186 x sqrt(6) sigma, and in a picture the smooth parts make that
    # quarter; whole numbers hide where between them it ends
    counts = np.bincount(bend.astype(np.intp), minlength=2)
    below = np.cumsum(counts)
    level = int(np.searchsorted(below, len(bend) / 4))
    inside = (len(bend) / 4 - below[level] + counts[level]) / max(counts[level], 1)
    grain = max(level + inside - .5, 0.) / (.3186 * 6 ** .5)
    four = rows[:, 4:] - rows[:, :-4]
    near, far = (float(np.square(change).mean()) - 2 * grain ** 2 for change in (step, four))
    if far < 4:
        return 0., grain
    # 1/4 for a hard edge, 1/16 for a ramp; the values between were measured on photographs
    return float(np.interp(near / far, (.066, .0706, .083, .11, .17), (3., 2., 1.2, .7, 0.))), grain
