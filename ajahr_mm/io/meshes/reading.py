"""What all mesh readers share: bytes of bounded size, one sentence for whatever is wrong, polygons to triangles."""
import struct
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, NamedTuple, Optional, Tuple, Union

import numpy as np

from ajahr_mm.io import safe_load
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.cleaning import check_mesh

#: Larger files are refused.
MAX_BYTES = 1 << 30
_GARBAGE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError, MemoryError, struct.error)


class Mesh(NamedTuple):
    """A mesh as read from a file: V vertices, F triangles."""
    vertices: np.ndarray          # (V,3) float32
    faces: np.ndarray             # (F,3) int64
    colors: Optional[np.ndarray]  # (V,3) float32 sRGB in 0..1, or None


def read_bytes(path: Union[str, Path]) -> bytes:
    """The content of a mesh file. Raises UserError when it is missing, a folder, empty or larger than 1 GiB."""
    path = Path(path)
    if path.is_file() and path.stat().st_size > MAX_BYTES:
        raise UserError(f'{path} has {path.stat().st_size / 2 ** 30:.1f} GiB, more than the {MAX_BYTES >> 30} GiB read for a mesh')
    return safe_load.read_bytes(path, 'a mesh file')


@contextmanager
def naming(path: Union[str, Path], kind: str) -> Iterator[None]:
    """Turns whatever goes wrong while a file is taken apart into one sentence that names the file."""
    try:
        with np.errstate(all='ignore'):  # numbers that overflow are found when the mesh is checked
            yield
    except _GARBAGE as error:
        reason = (str(error).splitlines() or [''])[0] or type(error).__name__
        if isinstance(error, KeyError):
            reason = f'{reason} is missing'
        raise UserError(f'{path} cannot be read as {kind}: {reason}') from None


def as_mesh(vertices: np.ndarray, faces: np.ndarray, colors: Optional[np.ndarray]) -> Mesh:
    """A checked mesh. Raises UserError."""
    return Mesh(*check_mesh(vertices, faces, colors))


def fan(sizes: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """Triangles of polygons whose corners stand one after the other.

    sizes (P,), 3 or more corners each -> (F,3) positions in the row of corners, (F,) polygon of each triangle. Every
    polygon is cut from its first corner, which is right for convex ones.
    """
    sizes = np.asarray(sizes, np.int64)
    if len(sizes) and sizes.min() < 3:
        raise UserError(f'a face has {sizes.min()} corners')
    polygon = np.repeat(np.arange(len(sizes)), sizes - 2)
    first = (np.cumsum(sizes) - sizes)[polygon]
    number = np.arange(len(polygon)) - (np.cumsum(sizes - 2) - (sizes - 2))[polygon]
    return np.stack([first, first + number + 1, first + number + 2], 1), polygon
