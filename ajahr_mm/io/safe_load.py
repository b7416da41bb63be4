"""Reading files that may come from anywhere: nothing in them is executed, and every refusal is one sentence."""
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any, Collection, Dict, Optional, Union

import numpy as np

from ajahr_mm.io.encoded_image import EncodedImage
from ajahr_mm.io.errors import UserError

PathLike = Union[str, Path]


def read_bytes(path: PathLike, what: str) -> bytes:
    """The content of a file; ``what`` names it in the UserError of a file that is missing, unreadable or empty."""
    path = Path(path)
    try:
        data = path.read_bytes()
    except IsADirectoryError:
        raise UserError(f'{path} is a folder where {what} was expected; give the file itself.') from None
    except FileNotFoundError:
        raise UserError(f'{path} does not exist; check the path of {what}.') from None
    except OSError as error:
        raise UserError(f'{path} cannot be read ({error.strerror}); check its permissions.') from None
    if not data:
        raise UserError(f'{path} is empty (0 bytes); write or download {what} again.')
    return data


def load_npz(path: PathLike, names: Optional[Collection[str]] = None) -> Dict[str, np.ndarray]:
    """All arrays of a ``.npz`` file, by name, without unpickling anything.

    Args:
        path: the file.
        names: leave all others unread, even if they hold Python objects; names the file lacks are not in the result.

    Raises:
        UserError: the file is missing, not an npz, cut off, or holds Python objects.
    """
    path = Path(path)
    if not path.is_file():
        read_bytes(path, 'the npz file')  # raises with the reason
    try:
        # Our own handle: numpy leaves its own open when the archive turns out to be broken.
        with path.open('rb') as file:
            archive = np.load(file, allow_pickle=False)
            if not hasattr(archive, 'files'):
                raise UserError(f'{path} is a single npy array, not an npz archive; save it with numpy.savez.')
            return {name: _member(archive, name, path) for name in archive.files if names is None or name in names}
    except UserError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError) as error:
        raise UserError(f'{path} is not a readable npz file ({_first_line(error)}); '
                        'it may be cut off: write or download it again.') from None


def _member(archive, name: str, path: Path) -> np.ndarray:
    try:
        return archive[name]
    except ValueError as error:
        if 'allow_pickle' not in str(error):
            raise
        raise UserError(f'{path}: array {name!r} holds pickled Python objects, which are never loaded because they can '
                        'run code; save it again as a plain number or string array.') from None


def load_json(path: PathLike) -> Any:
    """The content of a JSON file.

    Raises:
        UserError: the file is missing, empty, not UTF-8 or not JSON (with line and column).
    """
    try:
        return json.loads(read_bytes(path, 'the JSON file').decode('utf-8'))
    except UnicodeDecodeError:
        raise UserError(f'{path} is not UTF-8 text, so it is not a JSON file.') from None
    except json.JSONDecodeError as error:
        raise UserError(f'{path} is not valid JSON: {error.msg} at line {error.lineno}, '
                        f'column {error.colno}.') from None


def read_image(path: PathLike) -> np.ndarray:
    """An image file as (H,W,3) uint8 RGB, turned upright where its EXIF data says so.

    Raises:
        UserError: the file is missing, empty, cut off, damaged, CMYK, absurdly large, or not an image.
    """
    return decode_image(read_bytes(path, 'the image'), str(path))


def decode_image(data: bytes, name: str) -> np.ndarray:
    """The same from the bytes of an image file; ``name`` stands in the errors."""
    return EncodedImage(data, name).decode()[0]


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
