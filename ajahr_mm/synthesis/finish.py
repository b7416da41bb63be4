"""What makes person and background one picture: exposure, grain, softness, and the JPEG file."""
import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.textures import to_uint8


def lay_over(image: np.ndarray, color: np.ndarray, coverage: np.ndarray) -> np.ndarray:
    """``color`` (H,W,3) over ``image`` (H,W,3) float32 with ``coverage`` (H,W) in 0..1."""
    return image + coverage[..., None] * (color - image)


@SYNTHESIS.register_module()
class CameraFinish:
    """Colour match, softness, grain and compression.

    Args:
        match: how far, 0 to 1, the person takes on colour and brightness of the background.
        blur: share of slightly soft pictures; grain: largest standard deviation of sensor noise, 0..255.
        quality: JPEG quality, 1 to 100.
    """

    def __init__(self, match: float = .22, blur: float = .35, grain: float = 4., quality: int = 92):
        if not 1 <= quality <= 100:
            raise UserError(f'JPEG quality must be 1 to 100, got {quality}; correct the synthesis config')
        self.match, self.blur, self.grain, self.quality = match, blur, grain, quality

    def adapt(self, color: np.ndarray, background: np.ndarray) -> np.ndarray:
        """Rendered colour (H,W,3) with some of the background's (H,W,3) tint and exposure."""
        mean = background.reshape(-1, 3).mean(0) / 128.
        return color.astype(np.float32) * (1 + self.match * (np.clip(mean, .45, 1.5) - 1)).astype(np.float32)

    def finish(self, rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
        """Softened, noisy uint8 picture from a float32 one (H,W,3)."""
        import cv2
        if rng.random() < self.blur:
            image = cv2.GaussianBlur(image, (0, 0), rng.uniform(.4, .9))
        noise = rng.standard_normal(image.shape, dtype=np.float32) * np.float32(rng.uniform(.5, self.grain))
        return to_uint8(image * np.float32(rng.uniform(.9, 1.08)) + noise)

    def encode(self, image: np.ndarray) -> bytes:
        """JPEG file of an RGB picture."""
        import cv2
        done, data = cv2.imencode('.jpg', image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, self.quality])
        if not done:
            raise RuntimeError('OpenCV could not encode a JPEG')
        return data.tobytes()
