"""Opening a public checkpoint without running what stands in it.

These files hold more than weights: configurations of yacs and omegaconf, states of Lightning's callbacks, NumPy numbers.
They are pickles, and a pickle can call anything and change whatever it can name. Here it can call what rebuilds tensors and
arrays, and change nothing; classes of the libraries just named become inert dictionaries; every other name stops the reading.
"""
import hashlib
import pickle
import zipfile
from collections import OrderedDict, defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable, Dict, NamedTuple, Union

import numpy as np
import torch

from ajahr_mm.convert.files import read_safetensors
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.safe_load import load_npz


class PublicFile(NamedTuple):
    """Weights by name, what else the file says (``hparams`` …), and the fingerprint of the file."""
    state: Dict[str, torch.Tensor]
    extras: Dict[str, Any]
    sha256: str


class Inert(dict):
    """Stands where the file has an object of a class that is never imported: keeps its items and does nothing."""

    __hash__ = object.__hash__  # some are keys of dictionaries

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def __setstate__(self, state: Any) -> None:
        if isinstance(state, dict):
            self.update(state)

    def append(self, item: Any) -> None:
        """Objects that are lists: their items are of no interest."""

    def extend(self, items: Any) -> None:
        """Objects that are lists: their items are of no interest."""


#: Libraries whose objects become :class:`Inert`. None of them is imported.
INERT_LIBRARIES = ('yacs', 'omegaconf', 'hydra', 'easydict', 'addict', 'argparse', 'pathlib', 'typing', 'enum', 'fvcore',
                   'pytorch_lightning', 'lightning', 'lightning_fabric', 'lightning_utilities', 'mmcv', 'mmengine')
_BUILTINS = {kind.__name__: kind for kind in (bool, complex, dict, float, frozenset, int, list, set, slice, str, tuple)}


class _Refused(pickle.UnpicklingError):
    """A name outside of the lists of this file, or a use that data have no need of."""


class _Maker:
    """A function that a file may call and not change: a pickle can set attributes of whatever it can name."""

    __slots__ = ('_call',)

    def __init__(self, call: Callable) -> None:
        object.__setattr__(self, '_call', call)

    def __call__(self, *args: Any) -> Any:
        return self._call(*args)

    def __setattr__(self, name: str, value: Any) -> None:
        raise _Refused('a function, to change it')

    def __setstate__(self, state: Any) -> None:
        raise _Refused('a function, to change it')


def _latin1(text: str, encoding: str = 'latin1') -> bytes:
    """What ``_codecs.encode`` means in a pickle: bytes that were written as text."""
    return text.encode('latin1')


def _no_bytes() -> bytes:
    return b''


def _data_makers() -> Dict[tuple, Any]:
    """(module, name) -> the callables that make tensors and arrays from data."""
    makers = {('collections', 'OrderedDict'): OrderedDict, ('collections', 'defaultdict'): defaultdict,
              ('_codecs', 'encode'): _Maker(_latin1), ('numpy', 'ndarray'): np.ndarray, ('numpy', 'dtype'): np.dtype,
              ('torch', 'Size'): torch.Size, ('torch', 'device'): torch.device}
    for module in ('builtins', '__builtin__'):
        makers[module, 'bytes'] = _Maker(_no_bytes)
        makers.update({(module, name): kind for name, kind in _BUILTINS.items()})
    for name in ('_rebuild_tensor', '_rebuild_tensor_v2', '_rebuild_parameter'):
        makers['torch._utils', name] = _Maker(getattr(torch._utils, name))
    for home in ('numpy.core.multiarray', 'numpy._core.multiarray'):  # numpy 2 renamed the module
        makers[home, '_reconstruct'] = np.zeros(0).__reduce__()[0]
        makers[home, 'scalar'] = np.float64(0).__reduce__()[0]
    makers.update({('torch', name): value for name, value in vars(torch).items() if isinstance(value, torch.dtype)})
    return makers


_MAKERS = _data_makers()


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _MAKERS:
            return _MAKERS[module, name]
        if module.split('.')[0] in INERT_LIBRARIES:
            return type(name, (Inert,), {})
        if module.startswith('numpy') and name.endswith('DType') and name != 'ObjectDType':
            return getattr(np.dtypes, name)
        raise _Refused(f'{module}.{name}')


def _load(file: Any, **options: Any) -> Any:
    return _Unpickler(file, **options).load()


#: What torch.load takes for the pickle module.
_PICKLE = SimpleNamespace(Unpickler=_Unpickler, load=_load, UnpicklingError=pickle.UnpicklingError, __name__='restricted')


def read_public(path: Union[str, Path]) -> PublicFile:
    """Weights of a ``.ckpt``, ``.pth``, ``.pt``, ``.tar``, ``.npz`` or ``.safetensors`` file, floating ones as float32.

    They may lie bare or under ``state_dict`` (Lightning, MMEngine), ``net`` (the tokenizers) or ``model``; a wrapper's
    ``module.`` is taken off the names.

    Raises:
        UserError: the file is missing, cut off, a program, holds no weights, or names a function that is not data.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise UserError(f'{path} does not exist; give the checkpoint as its authors published it.')
    read = {'.npz': load_npz, '.safetensors': read_safetensors}.get(path.suffix, _torch)
    content = read(path)
    state = content
    if isinstance(content, dict):
        state = next((content[key] for key in ('state_dict', 'net', 'model') if isinstance(content.get(key), dict)), content)
    tensors = {}
    for name, value in state.items() if isinstance(state, dict) else ():
        value = torch.from_numpy(value) if isinstance(value, np.ndarray) and value.dtype.kind in 'biuf' else value
        if isinstance(name, str) and isinstance(value, torch.Tensor):
            tensors[name.removeprefix('module.')] = value.detach().float() if value.is_floating_point() else value.detach()
    if not tensors:
        raise UserError(f'{path} holds no weights; give a checkpoint.')
    extras = {} if state is content else {key: value for key, value in content.items() if value is not state}
    return PublicFile(tensors, extras, _fingerprint(path))


def _torch(path: Path) -> Any:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if any(name.endswith('constants.pkl') for name in archive.namelist()):
                raise UserError(f'{path} is a TorchScript program and not a checkpoint; programs are never loaded.')
    try:
        # Not torch's weights-only reader: it knows dict and OrderedDict alone, and a yacs node is another kind of dict.
        return torch.load(path, map_location='cpu', pickle_module=_PICKLE, weights_only=False)
    except _Refused as error:
        raise UserError(f'{path} names {error}, which is no data; it was not run, and such a file is not loaded: get the '
                        'checkpoint from its authors.') from None
    except Exception as error:  # a broken pickle can fail in any way
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise UserError(f'{path} is not a readable checkpoint ({reason}); it may be cut off: download it again.') from None


def _fingerprint(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open('rb') as file:
        for block in iter(lambda: file.read(1 << 22), b''):
            digest.update(block)
    return digest.hexdigest()
