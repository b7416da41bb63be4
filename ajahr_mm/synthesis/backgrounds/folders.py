"""FolderBackgrounds: the user's own pictures without people, from ten to a hundred thousand files."""
from pathlib import Path
from typing import Dict, List, Optional, Tuple

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.backgrounds.picture_files import PictureReader, in_split, list_pictures, random_crop
from ajahr_mm.synthesis.backgrounds.recolor import recolor
from ajahr_mm.synthesis.records import Background, Place

#: No piece is smaller than this share of a picture's shorter side.
SMALLEST = .45
#: So many draws are made before too many unreadable files are held against the folder, and so many for one picture.
_PATIENCE, _TRIES = 20, 64


@SYNTHESIS.register_module()
class FolderBackgrounds:
    """Pieces of the pictures in a folder and its subfolders; a checksum of each file's name decides its split.

    A file that cannot be used is named in ``skipped``, and the same random stream draws another, so that the result does not
    depend on what was read before.

    Args:
        folder: searched for jpg, jpeg, png, webp, bmp, tif and tiff files.
        test_share: share of files that only the test split sees.
        licence: text for the dataset card.
        pictures_per_file: how many finished pictures one file may serve before :meth:`check` complains.
        strict: refuse a file that cannot be used, and too few files, instead of going on without.
        cache_mb: decoded pictures to keep in memory.
    """

    prefix = 'photograph'

    def __init__(self, folder: str, test_share: float = .15, licence: str = 'not stated', pictures_per_file: int = 500,
                 strict: bool = False, cache_mb: int = 128):
        self.folder, self.test_share, self.licence = Path(folder), test_share, licence
        self.pictures_per_file, self.strict = pictures_per_file, strict
        self.skipped: Dict[str, str] = {}
        self._reader = PictureReader(cache_mb * 2 ** 20)
        self._names: Dict[str, List[str]] = {}
        self._drawn = self._failed = 0

    def find(self) -> Dict[str, str]:
        """Name of each picture -> its file, both relative to the folder."""
        return {name: name for name in list_pictures(self.folder)}

    def names(self, split: str) -> List[str]:
        """Names of a split's pictures. Raises UserError when there are none."""
        if split not in self._names:
            self._files = self.find()
            self._names[split] = [name for name in self._files if in_split(name, split, self.test_share)]
            if not self._names[split]:
                raise UserError(f'the background folder {self.folder} holds no picture for the {split} split '
                                f'({len(self._files)} pictures in all); add more pictures')
        return self._names[split]

    def paths(self, split: str) -> List[str]:
        """Files of a split. Raises UserError when there are none."""
        return [str(self.folder / self._files[name]) for name in self.names(split)]

    def sample(self, rng: np.random.Generator, split: str, size: int, place: Optional[Place] = None) -> Background:
        """A random piece of a random picture; ``place`` is not used.

        Raises:
            UserError: more than half of what was drawn cannot be used, or with ``strict`` the first such file.
        """
        names = self.names(split)
        for _ in range(_TRIES):
            name = names[rng.integers(len(names))]
            found = self._read(name, int(size / SMALLEST))
            if found is not None:
                image, _ = recolor(random_crop(found[0], rng, size, SMALLEST), rng)
                return Background(image, f'{self.prefix}/{name}')
            if self._drawn >= _PATIENCE and self._failed * 2 > self._drawn:
                break
        raise UserError(f'more than half of the pictures drawn from {self.folder} cannot be used, the last because '
                        f'{self.skipped[name]} Put other files there')

    def _read(self, name: str, *needed) -> Optional[Tuple[np.ndarray, float]]:
        """As :meth:`PictureReader.read`; None, and a line in ``skipped``, for a file that cannot be used."""
        self._drawn += 1
        if name not in self.skipped:
            try:
                return self._reader.read(self.folder / self._files[name], *needed)
            except UserError as error:
                if self.strict:
                    raise
                self.skipped[name] = str(error)
        self._failed += 1
        return None

    def check(self, split: str, count: int) -> Optional[str]:
        """What is wrong with making ``count`` pictures of a split from this folder, if anything; also noted in ``skipped``.

        Raises:
            UserError: with ``strict``, the same.
        """
        have = len(self.names(split))
        if count <= have * self.pictures_per_file:
            return None
        told = (f'{self.folder} has {have} pictures for {count} backgrounds of the {split} split, each would serve more '
                f'than {self.pictures_per_file} times; add pictures or lower the share of this folder')
        if self.strict:
            raise UserError(told)
        self.skipped[f'{self.folder.name} ({split})'] = told
        return told

    def sources(self, split: str) -> Dict[str, str]:
        """The folder with its number of files -> licence."""
        return {f'{self.prefix}/{self.folder.name}: {len(self.names(split))} files': self.licence}

    def facts(self) -> dict:
        """What the dataset card says of this part."""
        return dict(folder=self.folder.name, licence=self.licence,
                    files={split: len(names) for split, names in self._names.items()}, skipped=len(self.skipped))
