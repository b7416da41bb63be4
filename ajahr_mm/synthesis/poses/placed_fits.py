"""What every source of SMPL fits in photographs does: split by picture, check, hand out poses with their place."""
import os
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from ajahr_mm.io.encoded_image import EncodedImage
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.safe_load import read_bytes
from ajahr_mm.synthesis.backgrounds.picture_files import in_split
from ajahr_mm.synthesis.poses.fit_checks import misplaced
from ajahr_mm.synthesis.poses.turns import turns
from ajahr_mm.synthesis.records import Place, Pose

_TRIES = 64
_REMEMBERED = 20_000


class Fit(NamedTuple):
    """One person of one photograph; arrays as in ``records.Place``."""
    center: np.ndarray
    size: float
    global_orient: np.ndarray
    body_pose: np.ndarray       # (69,)
    betas: np.ndarray
    gender: str
    told: Mapping[str, np.ndarray]   # whatever says where the camera is


class PlacedFits(ABC):
    """Draws the poses of fits, each with the place of its person (paper Sec. 3.2: fits of existing photographs).

    A checksum of the picture's name decides its split, as it does for folders of backgrounds; with the same ``test_share``
    a person and the picture it comes from are in the same split.

    Args:
        test_share: share of pictures held out for the test split.
        licence: text for the dataset card.
        strict: refuse the first fit that cannot be used instead of naming it in ``skipped``.
    """

    def __init__(self, test_share: float = .15, licence: str = 'not stated', strict: bool = False) -> None:
        self.test_share, self.licence, self.strict = test_share, licence, strict
        self.skipped: Dict[str, str] = {}
        self._pictures: Sequence[str] = ()
        self._rows: Dict[str, np.ndarray] = {}
        self._places: Dict[int, Optional[Place]] = {}

    # ------------------------------------------------------------------ what a source says

    @property
    @abstractmethod
    def title(self) -> str:
        """Short name of the source."""

    @abstractmethod
    def _open(self) -> Tuple[Sequence[str], np.ndarray, Dict[int, str]]:
        """The photograph of every row, the rows (N,) to draw from, and of others why they cannot be used."""

    @abstractmethod
    def _fit(self, row: int) -> Fit:
        """The fit in a row."""

    @abstractmethod
    def _camera(self, fit: Fit, shape: Tuple[int, int]) -> np.ndarray:
        """Weak camera (3,) of its box in a photograph (H,W). Raises ValueError saying why there is none."""

    @abstractmethod
    def _poses(self, rows: np.ndarray) -> np.ndarray:
        """Body poses (N,69) of rows."""

    @property
    def _folder(self) -> str:
        """What pictures are named relative to."""
        return ''

    # ------------------------------------------------------------------ drawing

    def rows(self, split: str) -> np.ndarray:
        """The rows of a split. Raises UserError when there are none."""
        if not self._rows:
            self._pictures, rows, useless = self._open()
            for row, why in useless.items():
                self._skip(row, why)
            test = np.array([in_split(self._pictures[row], 'test', self.test_share) for row in rows], bool)
            self._rows = dict(test=rows[test], train=rows[~test])
        if not len(self._rows[split]):
            raise UserError(f'{self.title} has no fit for the {split} split ({sum(map(len, self._rows.values()))} in all, '
                            f'{len(self.skipped)} left out); bring more pictures or change test_share')
        return self._rows[split]

    def sample(self, rng: np.random.Generator, split: str) -> Pose:
        """The pose and place of a random fit.

        Raises:
            UserError: none of many fits can be used, or with ``strict`` the first one that cannot.
        """
        rows = self.rows(split)
        for _ in range(_TRIES):
            row = int(rows[int(rng.random() * len(rows))])
            place = self._place(row)
            if place is not None:
                pose = self._poses(np.array([row]))[0].astype(np.float32)
                return Pose(pose, lean_of(place.global_orient), self._source(row), place)
        raise UserError(f'none of {_TRIES} fits drawn from {self.title} can be used; the last of '
                        f'{next(reversed(self.skipped.items()))}')

    def sample_batch(self, rngs: Sequence[np.random.Generator], split: str) -> List[Pose]:
        """A pose from each generator, the same as one by one."""
        return [self.sample(rng, split) for rng in rngs]

    def sample_many(self, count: int, seed: int, split: str) -> np.ndarray:
        """Body poses (count, 69) without places."""
        rows = self.rows(split)
        chosen = np.random.default_rng([seed, split == 'test']).integers(len(rows), size=count)
        return self._poses(rows[chosen]).astype(np.float32)

    def _place(self, row: int) -> Optional[Place]:
        if row not in self._places:
            if len(self._places) >= _REMEMBERED:
                self._places.clear()
            try:
                self._places[row] = self._find_place(row)
            except ValueError as error:       # UserErrors of the picture among them
                self._skip(row, str(error))
                self._places[row] = None
        return self._places[row]

    def _find_place(self, row: int) -> Place:
        path, fit = self._pictures[row], self._fit(row)
        shape = EncodedImage(read_bytes(path, 'the photograph of a fit'), str(path)).shape
        why = misplaced(fit.center, fit.size, shape)
        if why:
            raise ValueError(why)
        camera = self._camera(fit, shape)
        center, orient, betas = (np.asarray(value, np.float32) for value in (fit.center, fit.global_orient, fit.betas))
        return Place(str(path), center, float(fit.size), orient, camera, betas, fit.gender)

    def _skip(self, row: int, why: str) -> None:
        name = f'{self._pictures[row]} (row {row})'
        if self.strict:
            raise UserError(f'{self.title}: {name} cannot be used: {why}; leave it out or set strict=False')
        self.skipped[name] = why

    def _source(self, row: int) -> str:
        path = self._pictures[row]
        return f'{self.title}/{Path(os.path.relpath(path, self._folder) if self._folder else path).as_posix()}'

    # ------------------------------------------------------------------ telling

    def reference(self, count: int = 0) -> np.ndarray:
        """Body poses (N,69) of both splits, evenly chosen if there are more than ``count``."""
        self.rows('train')
        rows = np.sort(np.concatenate(list(self._rows.values())))
        if count and len(rows) > count:
            rows = rows[np.linspace(0, len(rows) - 1, count).astype(int)]
        return self._poses(rows).astype(np.float32)

    def facts(self) -> Dict[str, object]:
        """For the dataset card."""
        self.rows('train')
        pictures = {split: len({self._pictures[row] for row in rows}) for split, rows in self._rows.items()}
        return dict(source=self.title, licence=self.licence, fits={split: len(rows) for split, rows in self._rows.items()},
                    pictures=pictures, left_out=len(self.skipped), test_share=self.test_share)


def lean_of(global_orient: np.ndarray) -> float:
    """How far (degrees) a person leans forward, from the axis-angle (3,) that turns the body into camera axes."""
    up = turns(np.asarray(global_orient)).T @ [0., -1., 0.]
    return float(np.degrees(np.arctan2(-up[2], up[1])))
