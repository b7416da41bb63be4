"""Files of measuring laboratories: MATLAB 5 and 7.3 (HDF5), and NASA's CDF, in which Human3.6M is distributed."""
from pathlib import Path
from typing import Any, Collection, Dict, Iterator

import numpy as np

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.safe_load import PathLike

_HINT = 'it may be cut off: copy or download it again.'


def load_mat(path: PathLike, names: Collection[str]) -> Dict[str, Any]:
    """The variables ``names`` of a MATLAB 5 file. Structs become objects with attributes, single elements lose their axes.

    Raises:
        UserError: the file is missing or damaged, or a variable is not in it.
    """
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError
    _check_there(path)
    try:
        found = loadmat(str(path), variable_names=list(names), squeeze_me=True, struct_as_record=False)
    except NotImplementedError:
        raise UserError(f'{path} is a MATLAB 7.3 file where an older one was expected.') from None
    except (MatReadError, ValueError, TypeError, OSError, EOFError, KeyError, IndexError, OverflowError) as error:
        raise UserError(f'{path} is not a readable MATLAB file ({_first(error)}); {_HINT}') from None
    _check_names(path, found, names)
    return {name: found[name] for name in names}


def load_hdf5(path: PathLike, names: Collection[str]) -> Dict[str, np.ndarray]:
    """The numeric arrays ``names`` of an HDF5 or MATLAB 7.3 file, axes as they lie in the file (MATLAB's, reversed).

    Raises:
        UserError: the file is missing or damaged, an array is not in it, or h5py is not installed.
    """
    h5py = _library('h5py')
    _check_there(path)
    try:
        with h5py.File(path, 'r') as file:
            _check_names(path, file, names)
            return {name: np.asarray(file[name][()]) for name in names}
    except UserError:
        raise
    except (OSError, ValueError, TypeError, KeyError, RuntimeError, AttributeError) as error:
        raise UserError(f'{path} is not a readable HDF5 file ({_first(error)}); {_HINT}') from None


def load_cdf(path: PathLike, name: str) -> np.ndarray:
    """The variable ``name`` of a CDF file.

    Raises:
        UserError: the file is missing or damaged, the variable is not in it, or cdflib is not installed.
    """
    cdflib = _library('cdflib')
    _check_there(path)
    try:
        return np.asarray(cdflib.CDF(str(path)).varget(name))
    except Exception as error:  # cdflib lets every error of a damaged file through, whatever it is
        raise UserError(f'{path} is not a readable CDF file with a variable {name} ({_first(error)}); {_HINT}') from None


def struct_items(value: Any) -> Iterator[Any]:
    """The elements of a MATLAB struct array that ``load_mat`` may have squeezed to one element or none."""
    if isinstance(value, np.ndarray):
        yield from value.reshape(-1)
    elif value is not None:
        yield value


def _library(name: str) -> Any:
    import importlib
    try:
        return importlib.import_module(name)
    except ImportError:
        raise UserError(f'{name} is needed for this file and is not installed; run: pip install {name}') from None


def _check_there(path: PathLike) -> None:
    if not Path(path).is_file():
        raise UserError(f'{path} does not exist; check the path.')


def _check_names(path: PathLike, found: Any, names: Collection[str]) -> None:
    missing = [name for name in names if name not in found]
    if missing:
        known = ', '.join(sorted(name for name in found if not name.startswith(('_', '#'))))
        raise UserError(f'{path} lacks {", ".join(missing)}; it has {known or "nothing"}.')


def _first(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
