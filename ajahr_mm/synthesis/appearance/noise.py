"""Smooth noise in space. What is painted with it knows nothing of texture seams."""
import numpy as np

_CELLS, _FINE = 16, 4     # cells of the lattice along an axis, and samples to a cell


class Noise:
    """Periodic value noise in space, about -1..1 with zero mean; one random state, one noise."""

    def __init__(self, rng: np.random.Generator) -> None:
        lattice = rng.normal(size=(_CELLS,) * 3).astype(np.float32)
        spread = _spline()
        for axis in range(3):
            lattice = np.moveaxis(np.tensordot(spread, lattice, (1, axis)), 0, axis)
        self._lattice = np.ascontiguousarray(lattice * (.55 / lattice.std()))

    def __call__(self, position: np.ndarray, period) -> np.ndarray:
        """Noise (…) float32 at positions (…,3); ``period`` in metres, one or three of them, is the size of a bump."""
        from scipy.ndimage import map_coordinates
        at = position / np.asarray(period, np.float32) * np.float32(_FINE)
        return map_coordinates(self._lattice, np.moveaxis(at, -1, 0), order=1, mode='grid-wrap', output=np.float32)

    def octaves(self, position: np.ndarray, period: float, count: int = 3) -> np.ndarray:
        """Fractal noise (…): ``count`` octaves, each half as large and half as strong as the one before."""
        return sum(self(position + 17 * k * period, period / 2 ** k) / 2 ** k for k in range(count))


def _spline() -> np.ndarray:
    """(fine, coarse) weights of a periodic cubic B-spline on the lattice."""
    at = np.arange(_CELLS * _FINE) / _FINE
    distance = abs((at[:, None] - np.arange(_CELLS) + _CELLS / 2) % _CELLS - _CELLS / 2)
    near, far = 2 / 3 - distance ** 2 + distance ** 3 / 2, np.clip(2 - distance, 0, None) ** 3 / 6
    return np.where(distance < 1, near, far).astype(np.float32)
