"""One picture with people in, one background without people out (paper Sec. 3.2 and supp. A, Fig. A)."""
from typing import Any, Dict, NamedTuple, Optional, Sequence

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DETECTORS, SYNTHESIS, Registry
from ajahr_mm.synthesis.removal.prompts import inside
from ajahr_mm.synthesis.removal.records import Removal

#: SSIM looks at windows of 7 px, detectors and LPIPS at more.
SMALLEST = 64


class Cleaned(NamedTuple):
    """What became of a picture."""
    image: Optional[np.ndarray]     # (H,W,3) uint8 RGB; None if it was dropped
    dropped: Optional[str]          # '<check>: <why>'; None if it may become a background
    ssim: Optional[float]           # original and cleaned picture; None if it was dropped before it was cleaned
    lpips: Optional[float]          # the same, of pictures that stay; None without weights
    people: int                     # removed
    cover: float                    # share of the picture that was made up


@SYNTHESIS.register_module()
class BackgroundCleaner:
    """Detector, segmenter, inpainter and quality checker in a row; each is replaced by naming another one.

    Args:
        detector: of DETECTORS; segmenter, inpainter: of SYNTHESIS. Configs, or callables that are built already.
        checks: of SYNTHESIS, asked in their order; the first that objects drops the picture.
        quality: config of :class:`PictureQuality`.
        longest: whoever reads the pictures scales larger ones down to this longer side, px; None never.
        max_cover: a picture of which people cover more than this share is dropped without being cleaned.
        keep_empty: a picture in which nobody is found stays as it is, if the checks let it; False drops it, for detectors
            that miss people often.
    """

    def __init__(self, detector: Any, segmenter: Any, inpainter: Any, checks: Sequence[Any] = (),
                 quality: Optional[Any] = None, longest: Optional[int] = 2048, max_cover: float = .7,
                 keep_empty: bool = True) -> None:
        quality = quality or dict(type='PictureQuality')
        self.detector, self.segmenter = _build(detector, DETECTORS), _build(segmenter, SYNTHESIS)
        self.inpainter, self.quality = _build(inpainter, SYNTHESIS), _build(quality, SYNTHESIS)
        self.checks = [_build(check, SYNTHESIS) for check in checks]
        self.longest, self.max_cover, self.keep_empty = longest, max_cover, keep_empty
        self.engines = dict(detector=_name(detector), segmenter=_name(segmenter), inpainter=_name(inpainter),
                            checks=[_name(check) for check in checks], quality=_name(quality))

    def __call__(self, image: np.ndarray) -> Cleaned:
        """``image`` (H,W,3) uint8 RGB. Raises UserError: a side is shorter than 64 px."""
        if min(image.shape[:2]) < SMALLEST:
            raise UserError(f'a picture of {image.shape[1]} x {image.shape[0]} px is too small for a background; '
                            f'both sides must have {SMALLEST} px at least')
        boxes = inside(self.detector(image), image.shape[:2])
        if not len(boxes) and not self.keep_empty:
            return Cleaned(None, 'keep_empty: nobody was found, which may be a mistake', None, None, 0, 0.)
        mask = self.segmenter(image, boxes) if len(boxes) else np.zeros(image.shape[:2], bool)
        cover = float(mask.mean())
        if cover > self.max_cover:
            return Cleaned(None, f'max_cover: people cover {cover:.0%} of the picture', None, None, len(boxes), cover)
        removal = Removal(image, self.inpainter(image, mask), mask, boxes)
        for check in self.checks:
            why = check(removal)
            if why is not None:
                return Cleaned(None, f'{type(check).__name__}: {why}', removal.ssim, None, len(boxes), cover)
        distance = self.quality.lpips(image, removal.cleaned)
        return Cleaned(removal.cleaned, None, removal.ssim, distance, len(boxes), cover)

    @property
    def skipped(self) -> Dict[str, str]:
        """Measures that could not be taken, and why."""
        return dict(self.quality.skipped)

    def facts(self) -> dict:
        """The engines and measures, for a dataset card."""
        return dict(engines=self.engines, quality=self.quality.facts(), longest=self.longest, max_cover=self.max_cover,
                    keep_empty=self.keep_empty)


def _build(part: Any, registry: Registry) -> Any:
    return registry.build(dict(part)) if isinstance(part, dict) else part


def _name(part: Any) -> Any:
    return dict(part) if isinstance(part, dict) else dict(type=type(part).__name__)
