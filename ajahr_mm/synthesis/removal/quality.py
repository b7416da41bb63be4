"""How close a changed picture is to the original: SSIM and LPIPS (paper supp. A and Table A)."""
from typing import Dict, Iterable, List, Optional, Tuple

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS

_SMALLEST = 64  # px: below, AlexNet has nothing left to look at


def ssim(original: np.ndarray, changed: np.ndarray) -> float:
    """Mean structural similarity of two pictures (H,W,3) uint8, both sides at least 7 px (Wang et al. 2004); 1 is equal."""
    try:
        from skimage.metrics import structural_similarity
    except ImportError as error:
        raise ImportError('SSIM needs scikit-image: pip install scikit-image==0.26.0') from error
    return float(structural_similarity(original, changed, channel_axis=2, data_range=255))


@SYNTHESIS.register_module()
class PictureQuality:
    """Compares pictures before and after: an inpainted one, or one with a person composited into it.

    LPIPS (Zhang et al. 2018) is AlexNet's features weighed as people judge; the weights of that judgement are inside the
    package ``lpips``, those of AlexNet are ImageNet's and come from a file.

    Args:
        alexnet: torchvision's ``alexnet-owt-7be5be79.pth``; without it LPIPS is left out, and :attr:`skipped` says so.
            Nothing is downloaded.
    Raises:
        UserError: the file is missing or of another network.  ImportError: ``alexnet`` is given, but lpips is not installed.
    """
    source = 'https://download.pytorch.org/models/alexnet-owt-7be5be79.pth'

    def __init__(self, alexnet: Optional[str] = None, device: str = 'cpu') -> None:
        self.device, self.skipped, self._lpips = device, {}, None
        if alexnet is None:
            self.skipped['lpips'] = f'no AlexNet weights were given; they are at {self.source}'
        else:
            self._lpips = _make_lpips(alexnet, self.source).to(device).eval()

    def lpips(self, original: np.ndarray, changed: np.ndarray) -> Optional[float]:
        """Perceptual distance of two pictures (H,W,3) uint8 RGB of at least 64 px; 0 is equal, None: no weights."""
        import torch
        if self._lpips is None or min(original.shape[:2]) < _SMALLEST:
            return None
        pair = torch.from_numpy(np.stack([original, changed])).to(self.device).permute(0, 3, 1, 2).float() / 127.5 - 1
        with torch.no_grad():
            return float(self._lpips(pair[:1], pair[1:]))

    def compare(self, original: np.ndarray, changed: np.ndarray) -> Dict[str, Optional[float]]:
        """Both measures: {'ssim': …, 'lpips': … or None}. Raises UserError: the pictures differ in size."""
        if original.shape != changed.shape:
            raise UserError(f'pictures of {original.shape} and {changed.shape} cannot be compared; bring them to one size')
        return dict(ssim=ssim(original, changed), lpips=self.lpips(original, changed))

    def table(self, pairs: Iterable[Tuple[str, np.ndarray, np.ndarray]]) -> dict:
        """Means over many pairs, JSON-able: the rows of Table A.

        Args:
            pairs: source of the picture ('coco', 'mpii', ...), original, changed.

        Returns:
            pictures, ssim, lpips (None: not measured), ``by_source`` with the same three of each source, and ``unmeasured``.
        """
        sources: Dict[str, List[dict]] = {}
        for source, original, changed in pairs:
            sources.setdefault(source, []).append(self.compare(original, changed))
        whole = [measured for some in sources.values() for measured in some]
        return dict(**_means(whole), by_source={name: _means(some) for name, some in sorted(sources.items())},
                    unmeasured=dict(self.skipped))

    def facts(self) -> dict:
        """What was measured with what."""
        return dict(ssim='scikit-image, 7 x 7 px, mean of the channels', lpips='lpips 0.1, AlexNet' if self._lpips else None)


def _means(measured: List[dict]) -> dict:
    means = {}
    for name in ('ssim', 'lpips'):
        values = [each[name] for each in measured if each[name] is not None]
        means[name] = round(sum(values) / len(values), 5) if values else None
    return dict(pictures=len(measured), **means)


def _make_lpips(alexnet: str, source: str):
    import warnings
    try:
        from lpips import LPIPS
    except ImportError as error:
        raise ImportError('LPIPS needs the package lpips: pip install --no-deps lpips==0.1.4') from error
    from torchvision.models import alexnet as make_alexnet

    from ajahr_mm.engine.checkpoint import load_weights
    backbone = make_alexnet(weights=None)
    load_weights(backbone, alexnet)
    with warnings.catch_warnings():  # lpips names torchvision's weights in the old way
        warnings.simplefilter('ignore')
        measure = LPIPS(net='alex', pnet_rand=True, verbose=False)
    # lpips cuts AlexNet's layers into slices and keeps their numbers as names.
    layers = {name: value for part in measure.net.children() for name, value in part.named_children()}
    for name, layer in layers.items():
        layer.load_state_dict(backbone.features[int(name)].state_dict())
    return measure
