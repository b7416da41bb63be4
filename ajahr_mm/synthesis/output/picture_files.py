"""Pictures as single files, and what belongs to each of them under the same name in folders beside."""
import os
from pathlib import Path
from typing import Dict, List, Sequence

from ajahr_mm.synthesis.output import disk

#: Suffix of a further file of a picture -> folder.
EXTRAS = {'mask.png': 'masks', 'depth.png': 'depth'}


def beside(image: str, suffix: str) -> str:
    """``images/000017.jpg`` and ``mask.png`` -> ``masks/000017.png``."""
    folder, name = os.path.split(image)
    kind, _, ending = suffix.rpartition('.')
    return os.path.join(os.path.dirname(folder), EXTRAS.get(suffix, kind), f'{os.path.splitext(name)[0]}.{ending}')


def write_all(samples: Sequence, images: Sequence[str], root: Path) -> None:
    """Every file of these samples, whole or absent; ``images``: path of each picture below ``root``."""
    files = {os.path.join(root, image): sample.jpeg for sample, image in zip(samples, images)}
    for sample, image in zip(samples, images):
        files.update((os.path.join(root, beside(image, suffix)), data) for suffix, data in sample.extras.items())
    for folder in {os.path.dirname(path) for path in files}:
        os.makedirs(folder, exist_ok=True)
    for path, data in files.items():
        disk.put(path, data)


def read_all(image: str, root: Path) -> Dict[str, bytes]:
    """The files of one picture by suffix."""
    found = {'jpg': root / image, **{suffix: root / beside(image, suffix) for suffix in EXTRAS}}
    return {suffix: path.read_bytes() for suffix, path in found.items() if suffix == 'jpg' or path.exists()}


def folders_in(root: Path) -> List[Path]:
    """The folders of pictures and of what belongs to them, sorted; none of caches."""
    return sorted(path for path in root.glob('[!.]*') if path.is_dir())
