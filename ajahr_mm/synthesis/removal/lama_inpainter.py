"""The paper's inpainter: LaMa (Suvorov et al. 2022), from its TorchScript file."""
import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.removal.inpainter import Inpainter
from ajahr_mm.synthesis.removal.torchscript import load_torchscript

_STEP = 8  # the network halves its input three times


@SYNTHESIS.register_module()
class LaMaInpainter(Inpainter):
    """Fills holes with LaMa, or any network of the same signature.

    The network takes the picture (1,3,H,W) 0..1, whose hole is blacked out, and the mask (1,1,H,W) of zeros and ones, both
    mirrored at the right and the bottom to multiples of 8 px, and answers with a picture like the first. How its file is
    opened, and what it can do, says :func:`load_torchscript`.

    Args:
        weights: ``big-lama.pt``, the TorchScript form of the Places model (Apache-2.0); nothing is downloaded.
        longest: larger pictures are filled at this longer side, px: what LaMa was trained for, and what fits into memory.
    Raises:
        UserError: the file is missing, not TorchScript, damaged, or its network has another signature.
    """
    source = 'https://github.com/Sanster/models/releases/download/add_big_lama/big-lama.pt'

    def __init__(self, weights: str, longest: int = 1024, device: str = 'cpu') -> None:
        self.network = load_torchscript(weights, f'LaMa as TorchScript, see {self.source}', device)
        self.weights, self.longest, self.device = weights, longest, device
        probe = np.zeros((_STEP * 8, _STEP * 8), bool)
        probe[_STEP:2 * _STEP] = True
        self._run(np.zeros((*probe.shape, 3), np.float32), probe)

    def fill(self, image: np.ndarray, mask: np.ndarray) -> np.ndarray:
        import cv2
        height, width = mask.shape
        scale = min(1., self.longest / max(height, width))
        size = max(int(round(width * scale)), 1), max(int(round(height * scale)), 1)
        hole = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
        small = cv2.resize(image.astype(np.float32) / 255, size, interpolation=cv2.INTER_AREA)
        small[hole] = 0
        filled = cv2.resize(self._run(small, hole), (width, height), interpolation=cv2.INTER_CUBIC)
        return np.round(filled * 255).clip(0, 255).astype(np.uint8)

    def _run(self, image: np.ndarray, hole: np.ndarray) -> np.ndarray:
        import torch
        pad = [(0, -side % _STEP) for side in hole.shape]
        # symmetric, unlike reflect, may be wider than the picture
        pixels = torch.from_numpy(np.pad(image, (*pad, (0, 0)), 'symmetric')).permute(2, 0, 1)[None].to(self.device)
        inside = torch.from_numpy(np.pad(hole, pad, 'symmetric').astype(np.float32))[None, None].to(self.device)
        try:
            with torch.no_grad():
                answer = self.network(pixels, inside)
        except RuntimeError as error:
            if 'out of memory' in str(error) or 'allocate' in str(error):
                raise
            raise UserError(f'the network in {self.weights} cannot be used like LaMa, with a picture (1,3,H,W) and a mask '
                            f'(1,1,H,W): {_last_line(error)}') from None
        shape = tuple(answer.shape) if isinstance(answer, torch.Tensor) else type(answer).__name__
        if shape != tuple(pixels.shape):
            raise UserError(f'the network in {self.weights} answers a picture {tuple(pixels.shape)} with {shape}; '
                            f'it should be LaMa as TorchScript, see {self.source}')
        return answer[0].permute(1, 2, 0)[:hole.shape[0], :hole.shape[1]].float().cpu().numpy()


def _last_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1].rstrip('.') if lines else type(error).__name__
