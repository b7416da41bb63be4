"""EstimatedFits: photographs without annotations, fitted by a network of this package as off-the-shelf estimator."""
import json
import os
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, List, Tuple, Union

import numpy as np

from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.safe_load import load_npz
from ajahr_mm.registry import INFERENCERS, SYNTHESIS
from ajahr_mm.synthesis.backgrounds.picture_files import list_pictures
from ajahr_mm.synthesis.poses.fit_checks import useless_fits
from ajahr_mm.synthesis.poses.placed_fits import Fit, PlacedFits

#: What is kept of each person, by the columns of ``BodyDataset``.
_SHAPES = dict(center=(2,), size=(), global_orient=(3,), body_pose=(69,), betas=(10,), camera=(3,))


@SYNTHESIS.register_module()
class EstimatedFits(PlacedFits):
    """Poses and places that a trained network finds in a folder of photographs.

    The network runs once, when the first pose is asked for. What it finds is kept in ``cache``, written again and again
    while it works, so that a stopped run goes on where it was; processes that start together wait for the one that works.

    Args:
        pictures: folder, searched with its subfolders.
        estimator: config in INFERENCERS, such as ``dict(type='BodyInferencer', model=…, weights=…, detector=…)``.
        cache: npz file. It belongs to this estimator and these weights; with others it is made anew.
        save_every: pictures between two writings of the cache.
        test_share, licence, strict: as for :class:`PlacedFits`; ``strict`` also refuses a picture that cannot be read.
    """

    def __init__(self, pictures: str, estimator: dict, cache: str, save_every: int = 25, test_share: float = .15,
                 licence: str = 'not stated', strict: bool = False) -> None:
        super().__init__(test_share, licence, strict)
        self.folder, self.estimator, self.cache, self.save_every = Path(pictures), dict(estimator), Path(cache), save_every

    @property
    def title(self) -> str:
        return f'estimates by {self.estimator["type"]}'

    @property
    def _folder(self) -> str:
        return str(self.folder)

    def _open(self) -> Tuple[list, np.ndarray, Dict[int, str]]:
        with _alone(self.cache):
            self._columns = self._estimated()
        rows = np.arange(len(self._columns['image']))
        useless = useless_fits(self._columns, rows)
        return ([str(self.folder / name) for name in self._columns['image'].tolist()],
                np.array([row for row in rows.tolist() if row not in useless], int), useless)

    def _fit(self, row: int) -> Fit:
        found = {name: self._columns[name][row] for name in _SHAPES}
        return Fit(found['center'], float(found['size']), found['global_orient'], found['body_pose'], found['betas'],
                   'neutral', found)

    def _camera(self, fit: Fit, shape: Tuple[int, int]) -> np.ndarray:
        return fit.told['camera']

    def _poses(self, rows: np.ndarray) -> np.ndarray:
        return self._columns['body_pose'][rows]

    # ------------------------------------------------------------------ estimating

    def _estimated(self) -> Dict[str, np.ndarray]:
        """The columns of all people, from the cache as far as it goes."""
        words = self._words()
        done, people = self._read_cache(words)
        names = list_pictures(self.folder)
        waiting = [name for name in names if name not in done]
        network = INFERENCERS.build(self.estimator) if waiting else None
        for number, name in enumerate(waiting, 1):
            try:
                people += [_row(name, found) for found in network(str(self.folder / name), progress=False)]
                done[name] = ''
            except UserError as error:
                if self.strict:
                    raise
                done[name] = str(error)
            if number % self.save_every == 0 or number == len(waiting):
                self._write_cache(words, done, people)
        there = set(names)
        self.skipped.update({str(self.folder / name): why for name, why in done.items() if why and name in there})
        return _columns([person for person in people if person['image'] in there])

    def _words(self) -> str:
        """What the results depend on beside the pictures; a file among the settings counts with its size."""
        def told(value):
            if isinstance(value, (str, Path)) and os.path.isfile(value):
                return f'{Path(value).name}, {os.path.getsize(value)} bytes'
            return str(value)
        return json.dumps(self.estimator, sort_keys=True, default=told) + ' ' + told(self.estimator.get('weights', ''))

    def _read_cache(self, words: str) -> Tuple[Dict[str, str], List[dict]]:
        """Picture -> '' or why it could not be used, and the people found so far; nothing if other settings made it."""
        if not self.cache.is_file():
            return {}, []
        found = load_npz(self.cache)
        missing = {'estimator', 'done', 'problem', 'image', *_SHAPES} - set(found)
        if missing:
            raise UserError(f'{self.cache} is no cache of estimates (no {sorted(missing)[0]}); give cache= another file')
        if str(found['estimator']) != words:
            return {}, []
        people = [dict(image=str(name), **{key: found[key][row] for key in _SHAPES})
                  for row, name in enumerate(found['image'])]
        return dict(zip(found['done'].tolist(), found['problem'].tolist())), people

    def _write_cache(self, words: str, done: Dict[str, str], people: List[dict]) -> None:
        with atomic_path(self.cache) as path, open(path, 'wb') as file:
            np.savez(file, estimator=np.array(words), done=np.array(list(done), str),
                     problem=np.array(list(done.values()), str), **_columns(people))


def _row(name: str, found: dict) -> dict:
    """What is kept of a result of ``BodyInferencer``."""
    smpl = found['smpl']
    return dict(image=name, center=np.asarray(found['crop_center'], np.float32), size=np.float32(found['crop_size']),
                global_orient=np.asarray(smpl['global_orient'], np.float32).reshape(3),
                body_pose=np.asarray(smpl['body_pose'], np.float32).reshape(69),
                betas=np.asarray(smpl['betas'], np.float32).reshape(-1)[:10],
                camera=np.asarray(found['camera']['weak'], np.float32))


def _columns(people: List[dict]) -> Dict[str, np.ndarray]:
    numbers = {name: np.array([person[name] for person in people], np.float32).reshape(-1, *shape)
               for name, shape in _SHAPES.items()}
    return dict(image=np.array([person['image'] for person in people], str), **numbers)


@contextmanager
def _alone(path: Union[str, Path]) -> Iterator[None]:
    """Keeps other processes of this machine out while one works on ``path``, where the system can."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_name(f'.{path.name}.lock'), 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
