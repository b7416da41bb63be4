"""Panoramas: views into real places, with the light that fell there."""
from functools import lru_cache
from pathlib import Path
from typing import Dict, Optional, Sequence

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.backgrounds.panorama_view import panorama_view
from ajahr_mm.synthesis.backgrounds.recolor import recolor
from ajahr_mm.synthesis.records import Background, Light, Place

ASSET = Path(__file__).parents[2] / 'assets/panoramas.npz'
#: Places that only the test split sees: indoors, a meadow, a square, a warehouse.
TEST = ('lobby', 'sunrise', 'sunset', 'warehouse')
LICENCE = 'CC0 1.0, Poly Haven, through @pmndrs/assets 1.7.0'
#: Panoramas are small (512 x 256); they are enlarged and sharpened once, so that each view needs but one look-up.
_WIDTH = 1024
_VIEWS, _HORIZONS = 8, 6


@lru_cache(maxsize=1)
def _asset() -> Dict[str, np.ndarray]:
    with np.load(ASSET, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


@lru_cache(maxsize=32)
def open_panorama(name: str) -> np.ndarray:
    """(512, 1536, 3) uint8 RGB: the whole circle, and its left half once more."""
    import cv2
    small = cv2.imdecode(_asset()[f'image_{name}'], cv2.IMREAD_COLOR)[..., ::-1]
    wide = np.concatenate([small[:, -8:], small, small[:, :8]], 1)        # no seam where the ends meet
    large = cv2.resize(wide, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    large = cv2.addWeighted(large, 1.7, cv2.GaussianBlur(large, (0, 0), 1.4), -.7, 0)[:, 16:-16]
    return np.concatenate([large, large[:, :_WIDTH // 2]], 1)


@SYNTHESIS.register_module()
class Panoramas:
    """Perspective views of the panoramas in ``ajahr_mm/assets/panoramas.npz``, in any direction.

    A view covers 60 to 105 degrees of a panorama that has 1.4 pixels a degree: the place behind the person looks out of
    focus, as behind a portrait, while grain keeps the ground rough. Light and horizon are those of the place.

    Args:
        names: split -> names of places, instead of the default four for test and thirteen for train.
        field_of_view: range in degrees.
        horizon: range of the horizon's row over the picture's height.
        mirrored: share of mirrored views.
        variety: how far colours are varied, see :func:`~ajahr_mm.synthesis.backgrounds.recolor.recolor`.

    Raises:
        UserError: a name that the asset does not hold, or one in several splits.
    """

    def __init__(self, names: Optional[Dict[str, Sequence[str]]] = None, field_of_view=(60., 105.), horizon=(.26, .5),
                 mirrored: float = .5, variety: float = 1.):
        known = _asset()['names'].tolist()
        names = names or dict(train=[name for name in known if name not in TEST], test=TEST)
        self.names = {split: list(chosen) for split, chosen in names.items()}
        chosen = [name for part in self.names.values() for name in part]
        if set(chosen) - set(known) or len(set(chosen)) < len(chosen):
            raise UserError(f'Panoramas has the names {chosen}; name each of these at most once: {", ".join(known)}')
        self.views = np.linspace(*field_of_view, _VIEWS).tolist()
        self.horizons = np.linspace(*horizon, _HORIZONS).tolist()
        self.mirrored, self.variety = mirrored, variety
        self.skipped: Dict[str, str] = {}

    def sample(self, rng: np.random.Generator, split: str, size: int, place: Optional[Place] = None) -> Background:
        """A view with its light; ``place`` is not used."""
        import cv2
        if split not in self.names:
            raise UserError(f'Panoramas has no places for the split {split}; name some in the synthesis config')
        names = self.names[split]
        name = names[rng.integers(len(names))]
        row = _asset()['names'].tolist().index(name)
        middle, half = _asset()['yaw'][row]
        column = int((rng.uniform(middle - half, middle + half) / (2 * np.pi) + .5) * _WIDTH) % _WIDTH
        horizon = self.horizons[rng.integers(_HORIZONS)]
        view = panorama_view(self.views[rng.integers(_VIEWS)], horizon, size, _WIDTH)
        image = view.look(open_panorama(name), column)
        blur = rng.choice((0., .7, 1.3), p=(.5, .3, .2)) * size / 256
        if blur:
            image = cv2.GaussianBlur(image, (0, 0), blur)
        if _asset()['grain'][row]:
            view.add_grain(image, rng, _asset()['grain'][row] * rng.uniform(.7, 1.2))
        image, balance = recolor(image, rng, self.variety)
        mirrored = rng.random() < self.mirrored
        if mirrored:
            image = cv2.flip(image, 1)
        return Background(image, f'panorama/{name}', self._light(row, view.turn, column, mirrored, balance), horizon)

    @staticmethod
    def _light(row: int, turn: np.ndarray, column: int, mirrored: bool, balance: np.ndarray) -> Light:
        yaw = (column / _WIDTH - .5) * 2 * np.pi
        cos, sin = np.cos(yaw), np.sin(yaw)
        direction = turn @ np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]]) @ _asset()['direction'][row]
        if mirrored:
            direction[0] = -direction[0]
        sun, sky, ground = ((_asset()[key][row] * balance).astype(np.float32) for key in ('sun', 'sky', 'ground'))
        return Light(direction.astype(np.float32), sun, sky, ground, float(_asset()['softness'][row]))

    def sources(self, split: str) -> Dict[str, str]:
        """Place -> licence."""
        return {f'panorama/{name}': LICENCE for name in self.names[split]}

    def facts(self) -> dict:
        """What the dataset card says of this part."""
        return dict(places=self.names, licence=LICENCE, degrees=[self.views[0], self.views[-1]],
                    limits=['panoramas of 512 x 256 px: what is behind the person is soft',
                            'people who stood far away in two of the panoramas (city, sunset) are some pixels high and not '
                            'annotated'])
