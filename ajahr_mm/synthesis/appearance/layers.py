"""Layers of a texture: painted once without colours, coloured and laid over one another for every picture."""
from typing import List, NamedTuple, Optional, Tuple

import numpy as np

Window = Tuple[slice, slice]
#: weight of a colour at full strength; what is above it is a highlight
FULL = 200
#: a window is split where two smaller ones save so much of its area, at most so often; thin ones
#: (columns of vertices) are not
_GAIN, _SPLITS, _THIN = .12, 3, 16


class Patch(NamedTuple):
    """A window of a layer."""
    window: Window          # rows and columns of the texture
    weights: np.ndarray     # (h,w,3) uint8, share of each colour times FULL, times coverage
    keep: Optional[np.ndarray]   # (h,w) uint8, share of what is below that stays; None: nothing


class Layer(NamedTuple):
    """A garment, a hair style, a face: where it is and how much of its three colours it shows there."""
    patches: Tuple[Patch, ...]
    offset: Optional[np.ndarray] = None     # (V,) float32 m above the skin


def make_layer(window: Window, weights: np.ndarray, coverage: np.ndarray, shadow: Optional[np.ndarray] = None,
               offset: Optional[np.ndarray] = None) -> Layer:
    """A layer from what it shows in a window: weights (h,w,3) float (1 = a colour at full strength), coverage (h,w) 0..1
    and the shadow (h,w) 0..1 that it throws on what is below."""
    keep = 1 - coverage if shadow is None else (1 - coverage) * (1 - shadow)
    keep = np.clip(np.rint(keep * 255), 0, 255).astype(np.uint8)
    premultiplied = np.clip(np.rint(weights * (coverage * FULL)[..., None]), 0, 255).astype(np.uint8)
    patches = []
    for part in split(keep < 255):
        shown, kept = np.ascontiguousarray(premultiplied[part]), np.ascontiguousarray(keep[part])
        patches.append(Patch(_shifted(part, *window), shown, kept if kept.any() else None))
    return Layer(tuple(patches), offset)


def lay(texture: np.ndarray, layer: Layer, colors: np.ndarray) -> None:
    """Lays a layer over a texture (H,W,3) uint8, in place; ``colors`` (3,3) float, a row RGB 0..255 for each weight."""
    import cv2
    mix = np.ascontiguousarray(colors.T, np.float32) / FULL
    for window, weights, keep in layer.patches:
        below = texture[window]
        if keep is None:
            cv2.transform(weights, mix, dst=below)
        else:
            faded = cv2.multiply(below, cv2.cvtColor(keep, cv2.COLOR_GRAY2BGR), scale=1 / 255)
            cv2.add(faded, cv2.transform(weights, mix), dst=below)


def box(where: np.ndarray, margin: int = 2) -> Window:
    """Rows and columns of the smallest window around the True entries of (h,w), and a margin."""
    rows, columns = (np.flatnonzero(where.any(axis)) for axis in (1, 0))
    if not len(rows):
        return slice(0, 1), slice(0, 1)
    return tuple(slice(max(int(at[0]) - margin, 0), int(at[-1]) + margin + 1) for at in (rows, columns))


def split(where: np.ndarray, splits: int = _SPLITS) -> List[Window]:
    """A few windows that together hold all True entries of (h,w) and little else."""
    whole = box(where, 0)
    inner = where[whole]
    if min(inner.shape) < _THIN or splits == 0:
        return [whole]
    areas = [_areas_of_halves(inner), _areas_of_halves(inner.T)]
    axis = int(areas[1].min() < areas[0].min())
    at = int(areas[axis].argmin()) + 1
    if areas[axis].min() > (1 - _GAIN) * inner.size:
        return [whole]
    halves = [slice(0, at), slice(at, inner.shape[axis])]
    halves = [(half, slice(0, inner.shape[1])) if axis == 0 else (slice(0, inner.shape[0]), half) for half in halves]
    return [_shifted(_shifted(window, *half), *whole) for half in halves for window in split(inner[half], splits - 1)]


def _areas_of_halves(where: np.ndarray) -> np.ndarray:
    """(h-1,) texels in the two smallest windows that hold the rows of (h,w) before and after each cut."""
    return _areas_up_to(where)[:-1] + _areas_up_to(where[::-1])[::-1][1:]


def _areas_up_to(where: np.ndarray) -> np.ndarray:
    """(h,) texels in the smallest window that holds the first row of (h,w), the first two rows, and so on."""
    height, width = where.shape
    filled, row = where.any(1), np.arange(height)
    first = np.minimum.accumulate(np.where(filled, where.argmax(1), width))
    last = np.maximum.accumulate(np.where(filled, width - 1 - where[:, ::-1].argmax(1), -1))
    top, bottom = int(filled.argmax()), np.maximum.accumulate(np.where(filled, row, -1))
    return np.where(bottom >= 0, (last - first + 1) * (bottom - top + 1), 0)


def _shifted(window: Window, rows: slice, columns: slice) -> Window:
    """A window in an array that itself is the part (rows, columns) of a larger one, in the larger one."""
    return tuple(slice(outer.start + inner.start, outer.start + inner.stop) for inner, outer in zip(window, (rows, columns)))
