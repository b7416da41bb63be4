"""Ends of residual limbs. The skin beyond the cut is drawn together over the end, so what was painted there must go."""
from typing import NamedTuple

import numpy as np

from ajahr_mm.synthesis.appearance.canvas import Canvas
from ajahr_mm.synthesis.appearance.shapes import bell, step, wave

#: segments: the rounded end begins so far before the cut; the colour of the end is that of a band before it
ROUNDING, _BAND = .06, .22
#: segments beyond the cut after which all texels meet in one point, so that they need no detail
_POINT = .22
#: segments before the cut at which sleeves and trouser legs end that are left open
OPEN_END = .09
#: m that cloth may stand off beyond the cut
_THIN = .004
#: share of red, green and blue that the skin of an end lacks
_FLUSH = np.array([.0, .05, .045], np.float32)
_LINERS = ((206, 190, 168), (40, 40, 42), (168, 168, 170), (226, 224, 218), (150, 120, 98))


class Limb(NamedTuple):
    """The texels of one limb of a canvas, from the trunk outwards."""
    index: np.ndarray        # (N,) texels of the flattened texture
    reach: np.ndarray        # (N,) place on the limb in segments, rising
    around: np.ndarray       # (N,) turns around the limb
    on_vertices: np.ndarray  # (V,) place on the limb of the body's vertices, -9 elsewhere

    def between(self, low: float, high: float = 9.) -> slice:
        """Entries whose place on the limb is in a range."""
        return slice(*np.searchsorted(self.reach, (low, high)).tolist())


def find_limb(canvas: Canvas, limb: int) -> Limb:
    """A limb by its index in ``limbs.LIMBS``."""
    def reach(points) -> np.ndarray:
        place = points.arm if limb < 2 else points.leg
        side = points.x >= 0 if limb % 2 == 0 else points.x < 0
        other = points.leg > -.2 if limb < 2 else points.arm > -.2
        return np.where(side & ~(other & (place < 0)) & ~points.is_part('head', 'neck'), place, -9).astype(np.float32)
    place = reach(canvas.points).reshape(-1)
    index = np.flatnonzero((place > -.4) & canvas.near.reshape(-1))
    index = index[np.argsort(place[index], kind='stable')]
    return Limb(index, place[index], canvas.points.field('around').reshape(-1)[index], reach(canvas.vertices)[:, 0])


class Uncovered:
    """Texels of a limb from ``end`` segments to its ``extent`` as they are now.

    What is laid over them can be taken off again.
    """

    def __init__(self, texture: np.ndarray, limb: Limb, end: float, extent: float) -> None:
        self._limb, self._end, self._part = limb, end, limb.between(end - .012, extent + _POINT)
        self._before = _read(texture, limb.index[self._part])

    def take_off(self, texture: np.ndarray) -> None:
        """Leaves a hem, and its shadow on what comes out of it."""
        limb, end = self._limb, self._end
        _write(texture, limb.index[self._part], self._before)
        around = limb.between(end - .05, end + .1)
        reach = limb.reach[around]
        shade = 1 - np.where(reach < end - .012, .25 * bell(reach, end - .02, .02), .3 * bell(reach, end - .012, .05))
        _write(texture, limb.index[around], _read(texture, limb.index[around]) * shade[:, None])


def pull_on_liner(texture: np.ndarray, limb: Limb, start: float, rng: np.random.Generator) -> None:
    """A liner or stump sock from ``start`` segments outwards, in place."""
    color = np.array(_LINERS[int(rng.integers(len(_LINERS)))], np.float32) * np.float32(rng.uniform(.85, 1.1))
    part = limb.between(start)
    shade = (1 - .3 * bell(limb.reach[part], start + .03, .012)) * (.93 + .07 * wave(limb.around[part] * 40))
    _write(texture, limb.index[part], np.clip(color * shade[:, None], 0, 255))


def close(texture: np.ndarray, limb: Limb, extent: float, is_cloth: bool, rng: np.random.Generator) -> None:
    """Repaints the end of a limb, in place.

    Args:
        texture: (H,W,3) uint8.
        extent: where the limb ends, segments.
        is_cloth: gathered and pinned over the end; otherwise skin, a little pinker, with a scar.
    """
    band = _read(texture, limb.index[limb.between(extent - ROUNDING - _BAND, extent - ROUNDING)])
    seam, pleats = rng.random(), int(rng.integers(5, 9))
    if not len(band):
        return
    mean = band.mean(0, dtype=np.float32)
    part = limb.between(extent - .15, extent + _POINT)
    reach, around = limb.reach[part], limb.around[part]
    beyond = step(reach, extent - ROUNDING * 1.6, extent - ROUNDING * .4)[:, None]
    turn = np.minimum((around - seam) % .5, (seam - around) % .5)
    near = np.clip((reach - extent + .15) / .15, 0, 1)
    if is_cloth:
        gather = wave(around * pleats + .15 * np.sin(reach * 40), .45, .4)
        tint = (1 - near * (.10 + .24 * gather) - .3 * bell(turn, 0, .02) * step(reach, extent - .1, extent))[:, None]
    else:
        scar = bell(turn, 0, .012) * step(reach, extent - ROUNDING, extent)
        tint = 1 - near[:, None] * _FLUSH - scar[:, None] * np.array([.06, .2, .18], np.float32)
    kept = _read(texture, limb.index[part])
    _write(texture, limb.index[part], (kept + beyond * (mean - kept)) * tint)
    _write(texture, limb.index[limb.between(extent + _POINT)], mean * (.8 if is_cloth else 1 - _FLUSH))


def _read(texture: np.ndarray, index: np.ndarray) -> np.ndarray:
    """(N,3) texels of a flattened texture; several times faster than indexing."""
    return np.take(texture.reshape(-1, 3), index, axis=0)


def _write(texture: np.ndarray, index: np.ndarray, values: np.ndarray) -> None:
    """Sets texels to (N,3) or (3,) values, written as one item each."""
    values = np.ascontiguousarray(values.astype(np.uint8))
    texture.reshape(-1).view('V3')[index] = values.reshape(-1).view('V3')


def cut_off(offset: np.ndarray, limb: Limb, end: float) -> np.ndarray:
    """Heights (V,) m of a garment that ends at ``end`` segments of a limb."""
    return (offset * (1 - step(limb.on_vertices, end - .01, end + .03))).astype(np.float32)


def thin_out(offset: np.ndarray, limb: Limb, extent: float) -> np.ndarray:
    """Heights (V,) m over the skin that come down to the end of a limb."""
    flat = step(limb.on_vertices, extent - .22, extent - .02)
    return (offset + flat * (np.minimum(offset, _THIN) - offset)).astype(np.float32)
