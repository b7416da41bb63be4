"""CleanedPhotographs: photographs whose people were removed, so that somebody else can stand there (paper, supplement A)."""
import json
from pathlib import Path
from typing import Dict, Optional

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.backgrounds.folders import FolderBackgrounds
from ajahr_mm.synthesis.backgrounds.picture_files import cut_box, in_split
from ajahr_mm.synthesis.records import Background, Place

REPORT = 'report.json'


@SYNTHESIS.register_module()
class CleanedPhotographs(FolderBackgrounds):
    """The output folder of the person removal: cleaned pictures and a ``report.json`` that says which were kept.

    With a place, the very box of the fit is cut out of the cleaned version of its picture, by the map of the training crops,
    so that the new person stands where the other one stood. Without, or where that picture was dropped or is of another
    split, it is a random piece of any cleaned picture of the split. The file name of the original decides the split.

    Args:
        folder: holds ``report.json``: {"source": folder, "pictures": {original: {"cleaned": file or null, "dropped": reason
            or null, "scale": of the cleaned picture to the original, ...}}}, files relative to the two folders.
        test_share, licence, pictures_per_file, strict, cache_mb: see :class:`FolderBackgrounds`.
    """

    prefix = 'cleaned'

    def find(self) -> Dict[str, str]:
        """Original picture -> cleaned file, of those that were kept. Raises UserError for a report that is not one."""
        path = self.folder / REPORT
        files, self._same, self._scales = {}, {}, {}
        try:
            report = json.loads(path.read_text(encoding='utf-8'))
            self._source, self._summary = Path(str(report.get('source', ''))), dict(report.get('summary') or {})
            for name, entry in sorted(report['pictures'].items()):
                cleaned = entry.get('cleaned')
                if not cleaned or entry.get('dropped'):
                    continue
                if not (self.folder / cleaned).resolve().is_relative_to(self.folder.resolve()):
                    self.skipped[name] = f'{path} names the file {cleaned} outside its folder.'
                    continue
                files[name] = cleaned
                self._scales[name] = float(entry.get('scale') or 1)
                self._same.setdefault(Path(name).name, []).append(name)
        except OSError as error:
            raise UserError(f'{path} cannot be read ({error.strerror}); '
                            'give the output folder of the person removal') from None
        except (ValueError, KeyError, IndexError, TypeError, AttributeError):
            raise UserError(f'{path} is not a report of the person removal; run it again') from None
        return files

    def facts(self) -> dict:
        """What the dataset card says of this part: the removal's own figures (paper supp. A, Table A) among it."""
        return dict(super().facts(), removal=self._summary)

    def name_of(self, place: Place, split: str) -> Optional[str]:
        """Name of the place's picture, if its cleaned version was kept and belongs to the split."""
        self.names(split)
        path = Path(place.picture)
        names = [path.as_posix()]
        if self._source.name and path.is_relative_to(self._source):
            names.append(path.relative_to(self._source).as_posix())
        same = self._same.get(path.name, [])
        names += same if len(same) == 1 else []       # another folder, as on another machine
        for name in names:
            if name in self._files and in_split(name, split, self.test_share):
                return name
        return None

    def holds(self, place: Place, split: str) -> bool:
        """Whether :meth:`sample` can show the very place."""
        return self.name_of(place, split) is not None

    def sample(self, rng: np.random.Generator, split: str, size: int, place: Optional[Place] = None) -> Background:
        """The box of a place, its colours untouched, or a random piece; see the class."""
        name = self.name_of(place, split) if place is not None else None
        found = self._read(name, size, float(place.size), self._scales[name]) if name is not None else None
        if found is None:
            return super().sample(rng, split, size)
        return Background(cut_box(*found, place.center, place.size, size), f'{self.prefix}/{name}')
