"""Colourless layers, painted when first asked for and kept. A layer depends on the library's seed and its name alone."""
import zlib
from typing import Any, Callable, Dict, NamedTuple, Tuple

import numpy as np

from ajahr_mm.synthesis.appearance.accessories import Glasses, Lipstick
from ajahr_mm.synthesis.appearance.bottoms import Bottom
from ajahr_mm.synthesis.appearance.canvas import Canvas
from ajahr_mm.synthesis.appearance.face import Face
from ajahr_mm.synthesis.appearance.facial_hair import FacialHair
from ajahr_mm.synthesis.appearance.footwear import Shoes, Socks
from ajahr_mm.synthesis.appearance.hair import Hair
from ajahr_mm.synthesis.appearance.headwear import Headwear
from ajahr_mm.synthesis.appearance.layers import Layer
from ajahr_mm.synthesis.appearance.skin import Skin
from ajahr_mm.synthesis.appearance.tops import Top


class Entry(NamedTuple):
    """A painted piece. ``sleeve`` and ``leg``: where it ends on arms and legs in segments, -9 where it never is."""
    layer: Layer
    sleeve: float
    leg: float


class Library:
    """Layers for one body.

    Args:
        canvas: of the body.
        seed: of the library; patterned: share of clothes that are not plain; variants: cuts of each kind.
    """

    def __init__(self, canvas: Canvas, seed: int, patterned: float, variants: int) -> None:
        self.canvas, self.seed, self.variants = canvas, seed, variants
        self._entries: Dict[Tuple, Entry] = {}
        self._make: Dict[str, Callable[..., Any]] = dict(
            tops=lambda rng, kind: Top(rng, kind, patterned), bottoms=lambda rng, kind: Bottom(rng, kind, patterned),
            footwear=Shoes, socks=lambda rng, kind: Socks(rng), skin=Skin, face=Face, hair=Hair, beard=FacialHair,
            headwear=Headwear, glasses=Glasses, lipstick=lambda rng: Lipstick())

    def get(self, room: str, variant: int, *options) -> Entry:
        """The layer of a room ('tops', 'face' ...) with these options, e.g. its kind; ``variant`` counts its cuts."""
        key = (room, variant % self.variants, *options)
        if key not in self._entries:
            piece = self._make[room](np.random.default_rng([self.seed, zlib.crc32(repr(key).encode())]), *options)
            leg = getattr(piece, 'end', -9.) if room == 'bottoms' else 3. if room in ('socks', 'footwear') else -9.
            self._entries[key] = Entry(self.canvas.layer(piece), getattr(piece, 'sleeve', -9.), leg)
        return self._entries[key]

    @property
    def size(self) -> int:
        """Bytes that the layers take."""
        layers = [entry.layer for entry in self._entries.values()]
        arrays = [layer.offset for layer in layers]
        arrays += [array for layer in layers for patch in layer.patches for array in (patch.weights, patch.keep)]
        return sum(array.nbytes for array in arrays if array is not None)
