"""What makes person and background one picture: colour, exposure, softness, grain, and the JPEG file."""
from typing import Optional, Tuple

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.composition import lens
from ajahr_mm.synthesis.composition.statistics import Statistics, measure

#: px; a person is the subject, and stays sharper than a background out of focus
_SOFTEST = .75


def lay_over(image: np.ndarray, color: np.ndarray, coverage: np.ndarray) -> np.ndarray:
    """``color`` (H,W,3) over ``image`` (H,W,3) with ``coverage`` (H,W) float32 in 0..1; float32."""
    import cv2
    return cv2.blendLinear(_float(image), _float(color), 1 - coverage, coverage)


def _float(image: np.ndarray) -> np.ndarray:
    return image.astype(np.float32, copy=False)


def _box(coverage: np.ndarray, margin: int) -> Optional[Tuple[slice, slice]]:
    """Rows and columns that hold all of a coverage (H,W), and ``margin`` px more; None for an empty one."""
    used = [np.flatnonzero(coverage.max(axis)) for axis in (1, 0)]
    if not len(used[0]):
        return None
    return tuple(slice(max(along[0] - margin, 0), along[-1] + 1 + margin) for along in used)


@SYNTHESIS.register_module()
class CameraFinish:
    """One camera for all layers: colours matched to the background, then lens, sensor and compression.

    Args:
        match: how far, 0 to 1, a person takes on tint, exposure, black and white level, softness and grain of the
            background.
        spill: how much, 0 to 1, of the background spills over the edge of a person.
        blur, motion, glow, vignette: shares of pictures that are slightly soft, smeared, glowing, dark in the corners.
        grain: largest standard deviation of sensor noise, 0..255.
        quality: JPEG quality, 1 to 100.

    Raises:
        UserError: the quality is out of range.
    """

    def __init__(self, match: float = .4, spill: float = .5, blur: float = .3, motion: float = .03, glow: float = .12,
                 vignette: float = .25, grain: float = 4., quality: int = 92):
        if not 1 <= quality <= 100:
            raise UserError(f'JPEG quality must be 1 to 100, got {quality}; correct the synthesis config')
        self.match, self.spill, self.grain, self.quality = match, spill, grain, quality
        self.blur, self.motion, self.glow, self.vignette = blur, motion, glow, vignette
        self._measured: Tuple[Optional[np.ndarray], Optional[Statistics]] = (None, None)

    # ------------------------------------------------------------------ a person

    def put(self, image: np.ndarray, color: np.ndarray, coverage: np.ndarray, background: np.ndarray) -> np.ndarray:
        """Lays a rendered person over ``image`` (H,W,3) float32, in place, as the background's camera would have seen them.

        ``color`` (H,W,3) uint8, ``coverage`` (H,W) float32 0..1, ``background`` (H,W,3) uint8; returns ``image``.
        """
        import cv2
        box, look = _box(coverage, margin=3), self._measure(background)
        if box is None:
            return image
        color, coverage = self._soften(self._recolor(color[box], look), coverage[box], look)
        grain = self.match * min(look.grain - 1.5, 5.)
        if grain > .4:
            # which piece of the noise depends on the background alone, not on a draw
            place = np.random.default_rng(int(background[::16, ::16].sum()))
            color = cv2.scaleAdd(lens.noise_piece(place, *coverage.shape), grain, color)
        image[box] = lay_over(image[box], color, coverage)
        return image

    def adapt(self, color: np.ndarray, background: np.ndarray) -> np.ndarray:
        """Rendered colour (H,W,3), in tint, exposure, black and white level nearer to a background (H,W,3) uint8."""
        return self._recolor(color, self._measure(background))

    def _measure(self, background: np.ndarray) -> Statistics:
        """All layers of one picture have the same background."""
        if self._measured[0] is not background:
            self._measured = background, measure(background)
        return self._measured[1]

    def _recolor(self, color: np.ndarray, look: Statistics) -> np.ndarray:
        import cv2
        tint = 1 + self.match * (np.clip(look.tint, .75, 1.3) - 1)
        exposure = np.clip(max(look.middle, 1.) / 112, .6, 1.5) ** (.45 * self.match)
        black = self.match * .7 * min(look.black, 50.)
        white = 255 - self.match * .5 * min(255 - look.white, 110.)
        gain = tint * exposure * (white - black) / 255
        return cv2.transform(_float(color), np.column_stack([np.diag(gain), np.full(3, black)]).astype(np.float32))

    def _soften(self, color: np.ndarray, coverage: np.ndarray, look: Statistics) -> Tuple[np.ndarray, np.ndarray]:
        """Colour and coverage as soft as the background, and an edge over which the background spills."""
        import cv2
        blur = min(self.match * look.blur, _SOFTEST)
        if blur > .3:
            side = (3, 3) if blur < .6 else (5, 5)
            weighted = cv2.GaussianBlur(cv2.multiply(color, cv2.merge((coverage,) * 3)), side, blur)
            coverage = cv2.GaussianBlur(coverage, side, blur)
            weight = np.maximum(coverage, np.float32(1e-3))
            color = cv2.divide(weighted, cv2.merge((weight,) * 3))
        if self.spill > 0:
            inside = cv2.addWeighted(cv2.blur(coverage, (3, 3)), self.spill, coverage, 0, 1 - self.spill)
            coverage = cv2.multiply(coverage, inside)
        return color, coverage

    # ------------------------------------------------------------------ the picture

    def finish(self, rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
        """The uint8 picture that lens and sensor make of (H,W,3) float32."""
        import cv2
        image = _float(image)
        soft, smeared, glowing, dark = rng.random(4)
        if smeared < self.motion:
            image = lens.motion_blur(image, rng.uniform(1.5, 5), rng.uniform(0, np.pi))
        elif soft < self.blur:
            image = cv2.GaussianBlur(image, (5, 5), rng.uniform(.4, .9))
        if glowing < self.glow:
            image = lens.glow(image, rng.uniform(.2, .8))
        if dark < self.vignette:
            image = lens.vignette(image, rng.uniform(.1, .45))
        noise = lens.noise_piece(rng, *image.shape[:2])
        exposure, grain = rng.uniform(.92, 1.08), self.grain * rng.uniform(.25, 1) ** 2
        return cv2.addWeighted(image, exposure, noise, grain, 0, dtype=cv2.CV_8U)

    def encode(self, image: np.ndarray) -> bytes:
        """JPEG file of an RGB picture (H,W,3) uint8, colours at half resolution as cameras store them."""
        import simplejpeg
        return simplejpeg.encode_jpeg(np.ascontiguousarray(image), self.quality, 'RGB', '420')

    def facts(self) -> dict:
        """For the dataset card."""
        return dict(jpeg_quality=self.quality, color_match=self.match, largest_grain=self.grain)
