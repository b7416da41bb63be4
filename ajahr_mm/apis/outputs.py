"""What the inferencer leaves on disk: for each person an overlay, a JSON and a GLB, and one index over all."""
import json
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Union

import cv2
import numpy as np

from ajahr_mm.apis.people import Person
from ajahr_mm.apis.results import to_json
from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.mesh_files import camera_to_y_up, write_glb
from ajahr_mm.visualization.captions import verdict_sentence
from ajahr_mm.visualization.overlay import BodyPainter
from ajahr_mm.visualization.stumps import body_colors, stump_sites

INDEX = 'results.json'


class ResultWriter:
    """Writes ``<stem>_<i>_overlay.png``, ``<stem>_<i>.json``, ``<stem>_<i>.glb`` and at last ``results.json``.

    The three files of a person appear together or not at all. Raises UserError when the folder cannot be used.
    """

    def __init__(self, out_dir: Union[str, Path], faces: np.ndarray) -> None:
        self.folder, self.faces = Path(out_dir), np.asarray(faces)
        self.painter = BodyPainter(self.faces)
        self.entries: List[Dict[str, Any]] = []
        blocker = next((p for p in (self.folder, *self.folder.parents) if p.exists()), None)
        if blocker is not None and not blocker.is_dir():
            raise UserError(f'results cannot be written to {self.folder}, because {blocker} is a file: choose a folder')

    def write(self, person: Person, result: Dict[str, Any]) -> None:
        """The files of one person; remembers them for the index."""
        name = f'{person.picture.stem}_{person.index}'
        files = dict(overlay=f'{name}_overlay.png', json=f'{name}.json', glb=f'{name}.glb')
        sentence = result['verdict']
        with _folder_errors(self.folder), ExitStack() as stack:
            overlay, parameters, mesh = (stack.enter_context(atomic_path(self.folder / f)) for f in files.values())
            _write_png(overlay, self.painter.person(person.image, result, person.box, person.keypoints))
            parameters.write_text(json.dumps(to_json(result), indent=1, allow_nan=False) + '\n', encoding='utf-8')
            self._write_mesh(mesh, result, name)
        self.entries.append(dict(image=person.picture.name, person=person.index, verdict=sentence,
                                 box=to_json(person.box), limbs=to_json(result['limbs']), **files))

    def _write_mesh(self, path: Path, result: Dict[str, Any], name: str) -> None:
        # A viewer looks at the origin, so the body stands there; where it was is kept in the node.
        translation = result['camera']['translation']
        sites = stump_sites(result['intact_joints_3d'], result['limb_extent'], result['amputation'])
        write_glb(path, camera_to_y_up(result['vertices'] - translation), self.faces,
                  body_colors(result['vertices'], sites), name,
                  dict(verdict=result['verdict'], translation=to_json(camera_to_y_up(translation))))

    def finish(self) -> None:
        """Writes the index of everything this run has written."""
        with _folder_errors(self.folder), atomic_path(self.folder / INDEX) as temporary:
            text = json.dumps(dict(people=self.entries), indent=1, allow_nan=False)
            temporary.write_text(text + '\n', encoding='utf-8')


def describe_verdict(result: Dict[str, Any]) -> str:
    """One line on the limbs of a result."""
    if result['limbs'] is None:
        return 'no limb verdict: the network has no limb classifier'
    verdicts = result['limbs'].values()
    return verdict_sentence([v['limb_class'] for v in verdicts], [v['probability'] for v in verdicts])


def _write_png(path: Path, image: np.ndarray) -> None:
    if not cv2.imwrite(str(path), image[..., ::-1]):
        raise OSError(f'OpenCV could not write {path}')


@contextmanager
def _folder_errors(folder: Path) -> Iterator[None]:
    """Turns "permission denied" and "disk full" into a sentence."""
    try:
        yield
    except OSError as error:
        raise UserError(f'results cannot be written to {folder}: {error.strerror or error}') from error
