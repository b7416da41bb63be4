"""PanoramaView: a perspective picture out of a panorama by one table look-up, and what the ground looks like from there."""
from functools import lru_cache
from typing import NamedTuple

import numpy as np

#: Height of the camera above the ground, metres; only the size of the grain depends on it.
_CAMERA_HEIGHT = 1.2
#: Grain texture: side in texels, one period, and texels per metre.
_GRAIN_SIDE, _TEXELS = 512, 160.


class PanoramaView(NamedTuple):
    """Look-up tables of a camera without roll, for a panorama turned so that the camera looks at its middle column.

    The panorama is (h, 1.5 w, 3): the picture of the whole circle with its left half once more at the right end.
    """
    places: np.ndarray        # fixed-point maps of cv2.remap, from the left edge of the visible part
    rest: np.ndarray
    left: int                 # columns from the middle of the panorama to the left edge of the visible part, negative
    turn: np.ndarray          # (3,3) panorama axes into camera axes, without the yaw
    first: int                # row below which there is ground
    ground: np.ndarray        # fixed-point maps into the grain, for the rows from ``first`` on
    ground_rest: np.ndarray
    fade: np.ndarray          # (size - first, size) float32: how much of the grain is to be seen

    def look(self, panorama: np.ndarray, column: int) -> np.ndarray:
        """Picture (size,size,3) uint8 of a panorama (h, 1.5 w, 3), its middle column at the middle of the picture."""
        import cv2
        start = (column + self.left) % (panorama.shape[1] * 2 // 3)
        return cv2.remap(panorama[:, start:], self.places, self.rest, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)

    def add_grain(self, image: np.ndarray, rng: np.random.Generator, strength: float) -> None:
        """Roughens the ground in the picture (size,size,3) uint8, in place: far away less than near by."""
        import cv2
        x, y = rng.integers(0, _GRAIN_SIDE, 2)
        texture = _grain()[y:y + _GRAIN_SIDE, x:x + _GRAIN_SIDE]
        rough = cv2.remap(texture, self.ground, self.ground_rest, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
        gain = 1 + rough * self.fade * np.float32(strength)
        part = image[self.first:]
        cv2.multiply(part, cv2.merge((gain, gain, gain)), dst=part, dtype=cv2.CV_8U)


@lru_cache(maxsize=1)
def _grain() -> np.ndarray:
    """Fractal noise (1024,1024) float32, mean 0, standard deviation 1, two periods each way."""
    import cv2
    rng, side = np.random.default_rng(0), _GRAIN_SIDE
    field = np.zeros((side, side), np.float32)
    for octave in range(8):
        cells = 4 * 2 ** octave
        grid = np.pad(rng.standard_normal((cells, cells), dtype=np.float32), 2, mode='wrap')
        step = side // cells
        large = cv2.resize(grid, None, fx=step, fy=step, interpolation=cv2.INTER_CUBIC)
        field += .93 ** octave * large[2 * step:2 * step + side, 2 * step:2 * step + side]
    field = np.clip((field - field.mean()) / field.std(), -3, 3)
    return np.tile(field, (2, 2))


@lru_cache(maxsize=64)
def panorama_view(field_of_view: float, horizon: float, size: int, width: int) -> PanoramaView:
    """The view of ``field_of_view`` degrees whose horizon lies at row ``horizon`` * size, for panoramas of ``width`` px."""
    import cv2
    focal = .5 / np.tan(np.deg2rad(field_of_view) / 2)
    pitch = np.arctan2(.5 - horizon, focal)                  # downwards
    cos, sin = np.cos(pitch), np.sin(pitch)
    turn = np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]])
    column = (np.arange(size) + .5) / size - .5
    rays = np.stack(np.broadcast_arrays(column, column[:, None], focal), -1) @ turn        # rows times R = R^T applied
    level = np.hypot(rays[..., 0], rays[..., 2])
    across = np.arctan2(rays[..., 0], rays[..., 2]) / (2 * np.pi) * width - .5
    down = (np.arctan2(rays[..., 1], level) / np.pi + .5) * (width // 2) - .5
    left = int(np.floor(across.min())) - 1
    places, rest = cv2.convertMaps((across - left).astype(np.float32), down.astype(np.float32), cv2.CV_16SC2)

    steep = rays[..., 1] / level                             # tangent of the angle below the horizon
    first = int(np.argmax((steep > .1).all(1))) if (steep > .1).all(1).any() else size - 1
    reach = _CAMERA_HEIGHT / np.maximum(rays[first:, :, 1], .02)
    x, z = rays[first:, :, 0] * reach * _TEXELS, rays[first:, :, 2] * reach * _TEXELS
    ground, ground_rest = cv2.convertMaps((x % _GRAIN_SIDE).astype(np.float32), (z % _GRAIN_SIDE).astype(np.float32),
                                          cv2.CV_16SC2)
    texels = reach ** 2 / (_CAMERA_HEIGHT * focal) * _TEXELS / size      # of the grain in one pixel, along the view
    fade = np.clip((steep[first:] - .1) / .25, 0, 1) * np.clip(4 / np.maximum(texels, 4), 0, 1)
    return PanoramaView(places, rest, left, turn, first, ground, ground_rest, fade.astype(np.float32))
