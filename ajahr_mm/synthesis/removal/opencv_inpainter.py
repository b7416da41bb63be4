"""The inpainter without a download: OpenCV closes the hole smoothly, copied patches bring the texture back."""
from typing import Iterator

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.removal.inpainter import Inpainter
from ajahr_mm.synthesis.removal.patch_fill import patch_fill
from ajahr_mm.synthesis.removal.segmenter import grow

_CONTEXT = .6       # of a hole's longer side: so much around it is looked at
_NEAR = .02         # of the picture's longer side: holes closer than this are filled together


@SYNTHESIS.register_module()
class OpenCVInpainter(Inpainter):
    """Telea's fast marching or Navier-Stokes, followed by patches from around the hole.

    Large holes are filled at reduced size; the fine detail of the full size then comes from where the patches came from.

    Args:
        method: 'telea' or 'navier-stokes'.
        radius: px of OpenCV's neighbourhood, at the reduced size.
        texture: copy patches; without, large holes are smears.
        longest: px of the longer side at which a hole and its surroundings are filled.
        seed: of the random search for patches; the same picture and mask give the same result.
    Raises:
        UserError: another method.
    """

    def __init__(self, method: str = 'telea', radius: float = 4., texture: bool = True, longest: int = 256,
                 seed: int = 0) -> None:
        if method not in ('telea', 'navier-stokes'):
            raise UserError(f"OpenCVInpainter has no method {method!r}: take 'telea' or 'navier-stokes'")
        self.method, self.radius, self.texture, self.longest, self.seed = method, radius, texture, longest, seed

    def fill(self, image: np.ndarray, mask: np.ndarray) -> np.ndarray:
        filled, open_ = image.copy(), mask.copy()
        for window, hole in _holes(mask):
            piece = filled[window]
            piece[hole] = self._fill_window(piece, open_[window])[hole]
            open_[window] &= ~hole
        return filled

    def _fill_window(self, image: np.ndarray, mask: np.ndarray) -> np.ndarray:
        import cv2
        height, width = mask.shape
        scale = min(1., self.longest / max(height, width))
        size = max(int(round(width * scale)), 1), max(int(round(height * scale)), 1)
        weight = (~mask).astype(np.float32)
        share = cv2.resize(weight, size, interpolation=cv2.INTER_AREA)
        # Of a reduced pixel only the known part counts, or the person would shine through along the outline.
        small = cv2.resize(image * weight[..., None], size, interpolation=cv2.INTER_AREA)
        small /= np.maximum(share, 1e-6)[..., None]
        hole = share < .5
        if hole.all():
            hole[np.unravel_index(share.argmax(), share.shape)] = False
        flag = cv2.INPAINT_TELEA if self.method == 'telea' else cv2.INPAINT_NS
        small = cv2.inpaint(np.round(small).clip(0, 255).astype(np.uint8), hole.astype(np.uint8), self.radius, flag)
        small, source = small.astype(np.float32), None
        if self.texture:
            small, source = patch_fill(small, hole, np.random.default_rng(self.seed))
        full = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
        if source is not None and scale < 1:
            full[mask] += _detail(image, mask, source, size)
        return np.round(full).clip(0, 255).astype(np.uint8)


def _holes(mask: np.ndarray) -> Iterator[tuple]:
    """Windows of the picture around each hole, and which pixels (h,w) in it are that hole."""
    import cv2
    count, groups = cv2.connectedComponents(grow(mask, _NEAR * max(mask.shape)).astype(np.uint8), connectivity=8)
    for number in range(1, count):
        hole = mask & (groups == number)
        rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
        margin = int(max(_CONTEXT * max(np.ptp(rows), np.ptp(columns)), 32))
        window = np.s_[max(rows[0] - margin, 0):rows[-1] + margin + 1, max(columns[0] - margin, 0):columns[-1] + margin + 1]
        yield window, hole[window]


def _detail(image: np.ndarray, mask: np.ndarray, source: np.ndarray, size) -> np.ndarray:
    """What the full size shows beyond the reduced one, where the patches of the masked pixels were taken from (n,3)."""
    import cv2
    height, width = mask.shape
    fine = image.astype(np.float32)
    coarse = cv2.resize(fine, size, interpolation=cv2.INTER_AREA)
    fine -= cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    fine[grow(mask, 2 * max(width / size[0], height / size[1]))] = 0
    place, limit = np.stack(np.nonzero(mask), axis=-1), np.array([height, width])
    own = place * source.shape[:2] // limit
    shift = np.round((source[own[:, 0], own[:, 1]] - own) * limit / source.shape[:2]).astype(np.int64)
    rows, columns = (place + shift).clip(0, limit - 1).T
    return fine[rows, columns]
