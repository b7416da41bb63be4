"""npz archives of others, whose object arrays are pickles: text and plain containers are read, nothing is run."""
import io
import zipfile
import zlib
from pathlib import Path
from typing import Any, Collection, Dict, Optional

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.restricted_pickle import NUMPY, load_pickle
from ajahr_mm.io.safe_load import PathLike, read_bytes

_MAX_PICKLE = 1 << 30  # bytes of one object array


def load_object_npz(path: PathLike, names: Optional[Collection[str]] = None) -> Dict[str, Any]:
    """The arrays of an npz, by name. An object array of text becomes a text array, one of a single object that object.

    Corpora keep file names, dicts of parameters and genders as object arrays. Those are pickles, and pass through the
    restricted unpickler: containers, numbers, text and numpy arrays are read, anything else is refused.

    Args:
        names: leave all other arrays unread; names that the file lacks are not in the result.

    Raises:
        UserError: the file is missing, not an npz, cut off, or holds what is no data.
    """
    path = Path(path)
    if not path.is_file():
        read_bytes(path, 'the npz file')  # raises with the reason
    try:
        with zipfile.ZipFile(path) as archive:
            members = {info.filename.removesuffix('.npy'): info for info in archive.infolist()}
            return {name: _member(archive, info, name, path) for name, info in members.items()
                    if names is None or name in names}
    except UserError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, RuntimeError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise UserError(f'{path} is not a readable npz file ({reason}); it may be cut off: write or download it '
                        'again.') from None


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, path: Path) -> Any:
    with archive.open(info) as stream:
        version = np.lib.format.read_magic(stream)
        read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read_header(stream)
        if dtype.hasobject:
            if info.file_size > _MAX_PICKLE:
                raise UserError(f'{path}: array {name!r} is a pickle of {info.file_size:,} bytes; save it as numbers.')
            return _plain(load_pickle(stream.read(), NUMPY, name=f'{path}: array {name!r}'), shape)
    with archive.open(info) as stream:
        # The whole member first: numpy's own reader of streams is several times slower.
        return np.lib.format.read_array(io.BytesIO(stream.read()), allow_pickle=False)


def _plain(value: Any, shape: tuple) -> Any:
    if shape == ():
        return value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value
    items = np.asarray(value, object).reshape(-1)
    if all(isinstance(item, (str, bytes)) for item in items):
        texts = [item.decode('utf-8', 'replace') if isinstance(item, bytes) else item for item in items]
        return np.array(texts, str).reshape(shape) if texts else np.empty(shape, 'U1')
    return np.asarray(value, object).reshape(shape)
