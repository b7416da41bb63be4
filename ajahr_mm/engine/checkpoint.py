"""Checkpoints as data: reading one never runs code from it, and a file of another model is refused by name.

MMEngine 0.10.7 cannot resume on torch >= 2.6, because its training history (`HistoryBuffer`) is pickled as objects. Here
the weights-only unpickler is given the few classes it needs; the ``getattr`` such files call is a stand-in that hands out
four methods and nothing else. Importing this module makes every MMEngine checkpoint load go this way.
"""
import os
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple, Union
from urllib.parse import urlparse

import numpy as np
import torch
from mmengine.logging import HistoryBuffer
from mmengine.runner.checkpoint import CheckpointLoader
from torch import nn

from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.errors import UserError

_STATISTICS = ('min', 'max', 'mean', 'current')


def _history_statistic(owner: Any, name: str) -> Callable:
    """What ``getattr`` means inside a checkpoint: one of the four statistics of a HistoryBuffer."""
    if owner is HistoryBuffer and name in _STATISTICS:
        return getattr(HistoryBuffer, name)
    raise ValueError(f'a checkpoint may not look up {name!r}')


# torch finds an allowed global by these two names; the tuple form that would say it plainly needs torch 2.6.
_history_statistic.__module__ = 'builtins'
_history_statistic.__name__ = _history_statistic.__qualname__ = 'getattr'


def _safe_globals() -> List[Any]:
    rebuild_array, rebuild_scalar = np.zeros(0).__reduce__()[0], np.float64(0).__reduce__()[0]
    found = [HistoryBuffer, _history_statistic, np.ndarray, np.dtype, rebuild_array, rebuild_scalar]
    if hasattr(np, 'dtypes'):  # from numpy 1.25 on, each dtype has a class of its own
        found += [getattr(np.dtypes, name) for name in dir(np.dtypes) if name.endswith('DType') and name != 'ObjectDType']
    if tuple(int(part) for part in torch.__version__.split('.')[:2]) >= (2, 6):
        for home in ('numpy.core', 'numpy._core'):  # numpy 2 renamed the module; files of both must open on both
            found += [(rebuild_array, f'{home}.multiarray._reconstruct'), (rebuild_scalar, f'{home}.multiarray.scalar')]
    return found


def load_file(path: Union[str, Path], map_location: Any = 'cpu') -> Dict[str, Any]:
    """The content of a ``.pth`` or ``.safetensors`` file, without running anything that stands in it.

    Raises:
        UserError: the file is missing, cut off, or holds objects other than tensors, numbers, text and training history.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise UserError(f'checkpoint {path} does not exist; check the path, or train the model first.')
    if path.suffix == '.safetensors':
        return _load_safetensors(path)
    allowed_before = torch.serialization.get_safe_globals()
    torch.serialization.add_safe_globals(_safe_globals())
    try:
        return torch.load(path, map_location=map_location, weights_only=True)
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        if 'nsupported' in str(error) or 'may not look up' in str(error) or 'allowlisted' in str(error):
            raise UserError(f'checkpoint {path} holds Python objects that are not plain data ({_refused(error)}), and those '
                            'are never loaded because they can run code; save its state_dict alone.') from None
        raise UserError(f'checkpoint {path} cannot be read ({reason}); '
                        'it may be cut off: copy or download it again.') from None
    finally:
        torch.serialization.clear_safe_globals()
        torch.serialization.add_safe_globals(allowed_before)


def _refused(error: Exception) -> str:
    text = str(error)
    return text.split('GLOBAL ')[-1].split(' ')[0] if 'GLOBAL ' in text else 'an unknown object'


def _load_safetensors(path: Path) -> Dict[str, Any]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file as load_tensors
    try:
        return {'state_dict': load_tensors(str(path))}
    except (SafetensorError, OSError) as error:
        raise UserError(f'checkpoint {path} is not a readable safetensors file ({error}); '
                        'copy or download it again.') from None


@CheckpointLoader.register_scheme(prefixes='', force=True)
def load_from_local(filename: str, map_location: Any = None) -> Dict[str, Any]:
    """MMEngine's loader for paths. The config text stored in a checkpoint is dropped: MMEngine would execute it."""
    checkpoint = load_file(filename, map_location)
    if isinstance(checkpoint.get('meta'), dict):
        checkpoint['meta'].pop('cfg', None)
        checkpoint['meta'].pop('config', None)
    return checkpoint


@CheckpointLoader.register_scheme(prefixes=('http://', 'https://'), force=True)
def load_from_http(filename: str, map_location: Any = None) -> Dict[str, Any]:
    """MMEngine's loader for URLs: the file is downloaded once into torch's hub folder and then read like a local one."""
    target = Path(torch.hub.get_dir()) / 'checkpoints' / os.path.basename(urlparse(filename).path)
    if not target.exists():
        try:
            with atomic_path(target) as partial:
                torch.hub.download_url_to_file(filename, str(partial))
        except OSError as error:
            raise UserError(f'{filename} cannot be downloaded ({error}); '
                            f'check the network, or fetch it by hand and put it at {target}.') from None
    return load_from_local(str(target), map_location)


def state_dict_of(checkpoint: Dict[str, Any]) -> Dict[str, torch.Tensor]:
    """The parameters in a checkpoint, whether bare or under ``state_dict``/``model``, without a wrapper's ``module.``."""
    for name in ('state_dict', 'model'):
        if isinstance(checkpoint.get(name), dict):
            checkpoint = checkpoint[name]
            break
    return {key.removeprefix('module.'): value for key, value in checkpoint.items() if isinstance(value, torch.Tensor)}


def compare(model: nn.Module, state: Dict[str, torch.Tensor]) -> Tuple[List[str], List[str], List[str]]:
    """Names missing from ``state``, names unknown to ``model``, and names whose shapes differ."""
    own = model.state_dict()
    missing = [name for name in own if name not in state]
    unknown = [name for name in state if name not in own]
    reshaped = [name for name in own if name in state and own[name].shape != state[name].shape]
    return missing, unknown, reshaped


def load_weights(model: nn.Module, path: Union[str, Path], strict: bool = True) -> int:
    """Puts the weights of a ``.pth`` or ``.safetensors`` file into ``model``; returns how many tensors were set.

    ``strict=False`` takes what fits, for fine-tuning, but still refuses a file of which nothing fits.

    Raises:
        UserError: the file cannot be read, or belongs to another model; it says how many names match.
    """
    state = state_dict_of(load_file(path))
    check_fits(model, state, path, strict)
    own = model.state_dict()
    fitting = {name: value for name, value in state.items() if name in own and own[name].shape == value.shape}
    model.load_state_dict(fitting, strict=False)
    return len(fitting)


def check_fits(model: nn.Module, state: Dict[str, torch.Tensor], path: Union[str, Path], strict: bool = True) -> None:
    """Refuses a checkpoint of another model.

    Raises:
        UserError: names or shapes differ (``strict``), or nothing matches at all.
    """
    missing, unknown, reshaped = compare(model, state)
    total = len(model.state_dict())
    matching = total - len(missing) - len(reshaped)
    if total and (matching == 0 or strict and (missing or unknown or reshaped)):
        example = _example(missing, unknown, reshaped)
        raise UserError(f'checkpoint {path} is of another model: {matching} of the {total} tensors of '
                        f'{type(model).__name__} match and {len(unknown)} in the file are unknown to it ({example}); '
                        'give the checkpoint that was trained with this config, or the config it was trained with.')


def _example(missing: List[str], unknown: List[str], reshaped: List[str]) -> Optional[str]:
    for what, names in (('missing', missing), ('unknown', unknown), ('another shape', reshaped)):
        if names:
            return f'{what}: {names[0]}'
    return 'nothing in it is a tensor'
