"""What the stages hand to one another."""
import numpy as np

from ajahr_mm.synthesis.removal import records
from ajahr_mm.synthesis.removal.records import Removal


def test_the_similarity_is_computed_once(scene, monkeypatch):
    image, disc, box = scene
    calls = []
    monkeypatch.setattr(records, 'ssim', lambda original, cleaned: calls.append((original, cleaned)) or .25)
    removal = Removal(image, np.zeros_like(image), disc, box)
    assert removal.ssim == removal.ssim == .25 and len(calls) == 1
    assert calls[0][0] is removal.original and calls[0][1] is removal.cleaned
