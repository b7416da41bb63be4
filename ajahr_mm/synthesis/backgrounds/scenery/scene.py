"""Scene: a finished place."""
from typing import NamedTuple

import numpy as np

from ajahr_mm.synthesis.records import Light


class Scene(NamedTuple):
    """A place as it is kept in the library."""
    image: np.ndarray     # (size,size,3) uint8 RGB
    horizon: float        # row of the horizon / size
    light: Light          # in camera axes
