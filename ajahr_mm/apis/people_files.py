"""JSON files that say where people are."""
from pathlib import Path
from typing import Any, Dict, Union

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.safe_load import load_json


def read_people(path: Union[str, Path], what: str) -> Dict[str, Any]:
    """``boxes`` or ``keypoints`` by image file name, as :class:`BodyInferencer` takes them.

    The file is ``{"people": {"photo.jpg": {"boxes": [[x1, y1, x2, y2], …], "keypoints": [[[x, y, c], … 17], …]}}}``;
    images without the entry ``what`` are left out. Raises UserError for a file that is missing or says something else.
    """
    content = load_json(path)
    people = content.get('people') if isinstance(content, dict) else None
    if not isinstance(people, dict) or not all(isinstance(entry, dict) for entry in people.values()):
        raise UserError(f'{path} must hold {{"people": {{"photo.jpg": {{"boxes": …, "keypoints": …}}}}}}, '
                        'one entry for each image')
    found = {name: entry[what] for name, entry in people.items() if what in entry}
    if not found:
        raise UserError(f'{path} has no {what} for any image: add "{what}" to the entries under "people"')
    return found
