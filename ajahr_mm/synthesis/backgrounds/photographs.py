"""SkimagePhotographs: free photographs of surfaces that ship with scikit-image."""
from functools import lru_cache
from pathlib import Path
from typing import Dict, List, Optional, Sequence

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.backgrounds.picture_files import PictureReader, random_crop
from ajahr_mm.synthesis.backgrounds.recolor import recolor
from ajahr_mm.synthesis.records import Background, Place

#: Photographs inside the scikit-image wheel (no download) that its documentation places in the public domain or under CC0
#: and that show no person. astronaut and camera show one; coins and stereo_motorcycle name no licence.
LICENCES = {
    'brick.png': 'CC0, cc0textures.com', 'gravel.png': 'CC0, cc0textures.com', 'grass.png': 'CC0, linolafett',
    'chelsea.png': 'CC0, Stefan van der Walt', 'coffee.png': 'CC0, Rachel Michetti',
    'hubble_deep_field.jpg': 'public domain, NASA', 'rocket.jpg': 'public domain, SpaceX',
    'clock_motion.png': 'public domain, Stefan van der Walt'}
#: Those that can be a ground, by the split that owns them; a cat's face behind a person would be absurd.
SURFACES = {'train': ['brick.png', 'gravel.png'], 'test': ['grass.png']}


@lru_cache(maxsize=1)
def _reader() -> PictureReader:
    return PictureReader()


@SYNTHESIS.register_module()
class SkimagePhotographs:
    """Public-domain and CC0 photographs from the installed scikit-image wheel, lent to other parts as ground to stand on.

    Args:
        names: split -> files of the wheel, instead of the three surfaces.
    """

    def __init__(self, names: Optional[Dict[str, Sequence[str]]] = None):
        self.names = {split: list(files) for split, files in (names or SURFACES).items()}
        self.skipped: Dict[str, str] = {}

    def paths(self, split: str) -> List[str]:
        """Absolute file names of a split. Raises ImportError without scikit-image, UserError for a file it does not ship."""
        try:
            import skimage
        except ImportError as error:
            raise ImportError('SkimagePhotographs needs scikit-image: pip install scikit-image==0.26.0') from error
        folder = Path(skimage.__file__).parent / 'data'
        for name in self.names[split]:
            if not (folder / name).is_file():
                raise UserError(f'{folder / name} does not exist in this scikit-image; '
                                'name other files in the synthesis config')
        return [str(folder / name) for name in self.names[split]]

    def images(self, split: str) -> Dict[str, np.ndarray]:
        """File name -> whole photograph (H,W,3) uint8 RGB, the shorter side at most about 512 px."""
        return {Path(path).name: _reader().read(Path(path), 512)[0] for path in self.paths(split)}

    def sample(self, rng: np.random.Generator, split: str, size: int, place: Optional[Place] = None) -> Background:
        """A piece of a photograph; ``place`` is not used."""
        images = self.images(split)
        name = self.names[split][rng.integers(len(images))]
        image, _ = recolor(random_crop(images[name], rng, size), rng, 1.5)
        return Background(image, f'photograph/{name}')

    def sources(self, split: str) -> Dict[str, str]:
        """Photograph -> licence."""
        return {f'scikit-image/{name}': LICENCES.get(name, 'see scikit-image') for name in self.names[split]}

    def facts(self) -> dict:
        """What the dataset card says of this part."""
        return dict(photographs=self.names)
