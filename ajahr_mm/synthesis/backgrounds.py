"""Backgrounds from photographs: those that ship with scikit-image, the user's own folder, and a weighted mixture of parts."""
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS

#: Photographs inside the scikit-image wheel (no download) that its documentation places in the public domain or under CC0 and
#: that show no person, by the split that owns them. astronaut (a person) is kept for demonstrations; camera shows a person;
#: coins and stereo_motorcycle name no licence.
SKIMAGE_PHOTOGRAPHS = {
    'train': {'brick.png': 'CC0, cc0textures.com', 'gravel.png': 'CC0, cc0textures.com',
              'chelsea.png': 'CC0, Stefan van der Walt', 'coffee.png': 'CC0, Rachel Michetti',
              'hubble_deep_field.jpg': 'public domain, NASA'},
    'test': {'grass.png': 'CC0, linolafett', 'rocket.jpg': 'public domain, SpaceX',
             'clock_motion.png': 'public domain, Stefan van der Walt'},
}


@lru_cache(maxsize=64)
def read_rgb(path: str) -> np.ndarray:
    """Image file as (H, W, 3) uint8 RGB, shrunk to at most 1024 px. Raises UserError when it cannot be read."""
    import cv2
    image = cv2.imread(path, cv2.IMREAD_COLOR)
    if image is None:
        raise UserError(f'the background {path} is not a readable image; remove it or replace it')
    longest = max(image.shape[:2])
    if longest > 1024:
        image = cv2.resize(image, None, fx=1024 / longest, fy=1024 / longest, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(image[..., ::-1])


def random_crop(image: np.ndarray, rng: np.random.Generator, size: int, smallest: float = .45) -> np.ndarray:
    """Random square piece of at least ``smallest`` of the short side, mirrored half the time, with varied colour and light."""
    import cv2
    side = int(rng.uniform(smallest, 1.) * min(image.shape[:2]))
    y, x = (int(rng.integers(0, n - side + 1)) for n in image.shape[:2])
    piece = cv2.resize(image[y:y + side, x:x + side], (size, size), interpolation=cv2.INTER_AREA if side > size else
                       cv2.INTER_LINEAR).astype(np.float32)
    if rng.random() < .5:
        piece = piece[:, ::-1]
    piece = piece * rng.uniform(.7, 1.2) * (1 + rng.normal(size=3) * .07) + rng.normal() * 8
    return np.clip(piece, 0, 255).astype(np.uint8)


class _Photographs:
    """Backgrounds cut from a fixed list of files for each split."""

    def paths(self, split: str) -> List[str]:
        raise NotImplementedError

    def images(self, split: str) -> Dict[str, np.ndarray]:
        """File name -> whole photograph (H, W, 3) uint8 RGB."""
        return {Path(path).name: read_rgb(path) for path in self.paths(split)}

    def sample(self, rng: np.random.Generator, split: str, size: int) -> Tuple[np.ndarray, str]:
        """Background (size, size, 3) uint8 RGB and its name."""
        paths = self.paths(split)
        path = paths[rng.integers(len(paths))]
        return random_crop(read_rgb(path), rng, size), f'photograph/{Path(path).name}'


@SYNTHESIS.register_module()
class SkimagePhotographs(_Photographs):
    """Public-domain and CC0 photographs from the installed scikit-image wheel; ``names`` replaces the default list."""

    def __init__(self, names: Optional[Dict[str, Sequence[str]]] = None):
        self.names = {split: list(files) for split, files in (names or SKIMAGE_PHOTOGRAPHS).items()}

    def paths(self, split: str) -> List[str]:
        """Absolute file names of a split. Raises ImportError without scikit-image, UserError for a file it does not ship."""
        try:
            import skimage
        except ImportError as error:
            raise ImportError('SkimagePhotographs needs scikit-image: pip install scikit-image==0.26.0') from error
        folder = Path(skimage.__file__).parent / 'data'
        for name in self.names[split]:
            if not (folder / name).is_file():
                raise UserError(f'{folder / name} does not exist in this scikit-image; name other files in the synthesis config')
        return [str(folder / name) for name in self.names[split]]

    def sources(self, split: str) -> dict:
        """Photograph -> licence."""
        return {f'scikit-image/{name}': SKIMAGE_PHOTOGRAPHS[split].get(name, 'see scikit-image') for name in self.names[split]}


@SYNTHESIS.register_module()
class FolderBackgrounds(_Photographs):
    """The user's own photographs without people; a checksum of each file's name decides its split.

    Args:
        folder: searched for jpg, jpeg, png, webp and bmp files, subfolders included.
        test_share: share of files that only the test split sees.
        licence: text for the dataset card.
    """

    def __init__(self, folder: str, test_share: float = .15, licence: str = 'not stated'):
        self.folder, self.test_share, self.licence = Path(folder), test_share, licence

    def paths(self, split: str) -> List[str]:
        """File names of a split. Raises UserError when the folder has none for it."""
        suffixes = {'.jpg', '.jpeg', '.png', '.webp', '.bmp'}
        files = [p for p in sorted(self.folder.rglob('*')) if p.suffix.lower() in suffixes] if self.folder.is_dir() else []
        chosen = [str(p) for p in files
                  if (zlib.crc32(p.name.encode()) % 1000 < 1000 * self.test_share) == (split == 'test')]
        if not chosen:
            raise UserError(f'the background folder {self.folder} holds no image for the {split} split '
                            f'({len(files)} images in all); add more images')
        return chosen

    def sources(self, split: str) -> dict:
        """Photograph -> licence."""
        return {path: self.licence for path in self.paths(split)}


@SYNTHESIS.register_module()
class BackgroundMixture:
    """Draws each background from one of several parts: ``parts`` are configs, ``weights`` their shares."""

    def __init__(self, parts: Sequence[dict], weights: Optional[Sequence[float]] = None):
        self.parts = [SYNTHESIS.build(part) if isinstance(part, dict) else part for part in parts]
        weights = np.array(weights if weights is not None else [1.] * len(self.parts), dtype=np.float64)
        if len(weights) != len(self.parts) or (weights < 0).any() or weights.sum() <= 0:
            raise UserError(f'BackgroundMixture has {len(self.parts)} parts and weights {weights.tolist()}; '
                            f'give one non-negative weight a part')
        self.weights = weights / weights.sum()

    def sample(self, rng: np.random.Generator, split: str, size: int) -> Tuple[np.ndarray, str]:
        """Background (size, size, 3) uint8 RGB and its name."""
        return self.parts[rng.choice(len(self.parts), p=self.weights)].sample(rng, split, size)

    def sources(self, split: str) -> dict:
        """Photograph -> licence over all parts."""
        return {name: licence for part in self.parts for name, licence in part.sources(split).items()}
