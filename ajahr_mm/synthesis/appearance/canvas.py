"""All that painters need of one body: its texels and vertices, landmarks, folds and heights; made once a process."""
from functools import cached_property
from typing import Dict, List, Optional, Tuple

import numpy as np

from ajahr_mm.synthesis.appearance.figure import Figure
from ajahr_mm.synthesis.appearance.folds import Drape, Folds
from ajahr_mm.synthesis.appearance.layers import Layer, Window, box, make_layer
from ajahr_mm.synthesis.appearance.noise import Noise
from ajahr_mm.synthesis.appearance.points import Points, vertex_points
from ajahr_mm.synthesis.appearance.silhouettes import Silhouettes, Smoother, silhouettes, unfold
from ajahr_mm.synthesis.appearance.surface import Surface
from ajahr_mm.synthesis.appearance.texture_maps import bake

_DRAPES = 5
#: texels around the layout that are painted with it, because the renderer blends over its edges
_MARGIN = 3
#: noises that all painters share: name -> size of a bump in metres
_NOISES = dict(grain=.005, speckle=.014, mottle=.035, blotch=.11)


class Canvas:
    """Where people are painted.

    Args:
        surface: of the body; without texture coordinates its vertices are painted instead of texels.
        size: side of the texture in texels.
        seed: of noise and folds.

    Attributes:
        points, vertices: what painters know of the texels (h,w) and of the vertices (V,1).
        fine: m, width of a texel or of a face, over which edges are blended.
        painted: (h,w) bool, texels that belong to the layout.
    """

    def __init__(self, surface: Surface, size: int = 512, seed: int = 0) -> None:
        self.surface, self.figure = surface, Figure.of(surface)
        self.is_texture = surface.uv is not None
        if self.is_texture:
            self.points, self.vertices, self.painted = bake(surface, size)
        else:
            self.vertices = vertex_points(surface)
            self.points, self.painted = self.vertices, np.ones(self.vertices.shape, bool)
        self.fine = 2.2 / size if self.is_texture else .012
        self.noise = Noise(np.random.default_rng([seed, 6]))
        noises = {name: Noise(np.random.default_rng([seed, 7, k])) for k, name in enumerate(_NOISES)}
        for points in {id(p): p for p in (self.points, self.vertices)}.values():
            self.figure.measure(points)
            points.fields.update({name: noise(points.position, _NOISES[name]) for name, noise in noises.items()})
        self._drapes = [Drape(np.random.default_rng([seed, 8, k])) for k in range(_DRAPES)]
        self._folds: List[Optional[Tuple[Folds, Folds]]] = [None] * _DRAPES
        self.smooth = Smoother(surface)
        self._regions: Dict[str, Tuple[Window, np.ndarray, Points]] = {}

    @cached_property
    def heights(self) -> Silhouettes:
        """Heights over the skin (V,)."""
        return silhouettes(self.surface, self.figure)

    def folds(self, k: int) -> Tuple[Folds, Folds]:
        """The k-th drape at the points and at the vertices, both made at first use."""
        k %= _DRAPES
        if self._folds[k] is None:
            landmarks = self.figure.crotch, self.figure.armpit
            at_vertices = self._drapes[k].folds(self.vertices, *landmarks)
            self._folds[k] = self._coarsely(self._drapes[k]) if self.is_texture else at_vertices, at_vertices
        return self._folds[k]

    def _coarsely(self, drape: Drape) -> Folds:
        """Folds at half the resolution, which shows all there is, enlarged."""
        import cv2
        half = self.points.select((slice(None, None, 2), slice(None, None, 2)))
        folds = drape.folds(half, self.figure.crotch, self.figure.armpit)
        size = self.points.shape[::-1]
        return Folds(*(cv2.resize(field, size, interpolation=cv2.INTER_LINEAR) for field in folds))

    def region(self, name: str) -> Tuple[Window, np.ndarray, Points]:
        """Window, mask (h,w) in it and the points (N,1) of a region.

        'torso' (to the elbows), 'upper' (with whole arms), 'lower', 'feet', 'head', 'hair' (head and back) or 'all'.
        """
        if name not in self._regions:
            points = self.points
            head, body = points.is_part('head'), ~points.is_part('head')
            where = dict(torso=lambda: body & (points.leg < .7) & (points.arm < 1),
                         upper=lambda: body & (points.leg < .7) & (points.arm < 2.15),
                         lower=lambda: body & (points.leg > -1) & (points.arm < -.3),
                         feet=lambda: points.leg > 1.3, head=lambda: head | points.is_part('neck'),
                         hair=lambda: head | ((points.y > self.figure.waist) & (points.arm < .5)),
                         all=lambda: body | head)[name]()
            where &= self.near | (name == 'all')
            window = box(where)
            self._regions[name] = window, where[window], points.select(where)
        return self._regions[name]

    @cached_property
    def near(self) -> np.ndarray:
        """(h,w) bool: texels of the layout and around it."""
        if not self.is_texture:
            return self.painted
        import cv2
        size = 2 * _MARGIN + 1
        return cv2.dilate(self.painted.astype(np.uint8), np.ones((size, size), np.uint8)) > 0

    def layer(self, piece) -> Layer:
        """Paints a piece on its ``region``, with the folds ``drape``.

        ``piece.paint(points, folds, canvas) -> weights (N,1,3), coverage (N,1), shadow (N,1) or None`` and
        ``piece.height(vertices, folds, canvas)``: (V,) m, or also (V,) bool where the piece is, for one with a hem, or None.
        """
        window, where, points = self.region(piece.region)
        folds, folds_at_vertices = self.folds(piece.drape)
        weights, coverage, shadow = piece.paint(points, Folds(*(f[window][where][:, None] for f in folds)), self)
        height = piece.height(self.vertices, folds_at_vertices, self)
        if height is not None:
            height, inside = height if isinstance(height, tuple) else (height, True)
            height = np.where(inside, self.smooth(height), 0).astype(np.float32)
            height = unfold(height, self.surface.rest, self.vertices.normal[:, 0], self.surface.faces)

        def spread(values: Optional[np.ndarray]) -> Optional[np.ndarray]:
            if values is None:
                return None
            field = np.zeros(where.shape + values.shape[2:], np.float32)
            field[where] = values[:, 0]
            return field
        return make_layer(window, spread(weights), spread(coverage), spread(shadow), height)
