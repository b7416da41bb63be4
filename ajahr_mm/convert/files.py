"""Converted checkpoints on disk: safetensors with a header that says what they are."""
import json
from pathlib import Path
from typing import Any, Dict, Optional, Union

import torch

from ajahr_mm.convert.rules import Conversion
from ajahr_mm.io.atomic import atomic_path
from ajahr_mm.io.errors import UserError

#: Key of the header under which the description lies, as JSON.
HEADER = 'ajahr_mm'


def write_converted(path: Union[str, Path], done: Conversion, about: Dict[str, Any]) -> Dict[str, Any]:
    """Writes the entries of ``done``, and its header, whole or not at all; returns the header.

    The header holds ``about``, the inferred ``facts``, the config ``model`` of the network, and what was ``derived``.

    Raises:
        UserError: the name does not end in ``.safetensors``, or the file cannot be written.
    """
    from safetensors.torch import save_file
    if Path(path).suffix != '.safetensors':
        raise UserError(f'{path}: converted checkpoints are written as .safetensors; choose such a name.')
    header = dict(about, facts=done.facts, model=done.model, derived=sorted(done.derived))
    seen, state = set(), {}
    for name, value in done.state.items():
        # safetensors refuses tensors that share memory, such as codes and their running sums at the start.
        state[name] = value.clone() if value.data_ptr() in seen else value.contiguous()
        seen.add(value.data_ptr())
    try:
        with atomic_path(path) as temporary:
            save_file(state, str(temporary), metadata={HEADER: json.dumps(header)})
    except OSError as error:
        raise UserError(f'{path} cannot be written ({error.strerror or error}); choose another place.') from None
    return header


def read_header(path: Union[str, Path]) -> Optional[Dict[str, Any]]:
    """The description of a converted checkpoint; None for a safetensors file that is not one.

    Raises:
        UserError: the file is missing, cut off or no safetensors file.
    """
    return _open(path, lambda file: json.loads((file.metadata() or {}).get(HEADER, 'null')))


def read_safetensors(path: Union[str, Path]) -> Dict[str, torch.Tensor]:
    """All tensors of a safetensors file, by name. Raises UserError as :func:`read_header` does."""
    return _open(path, lambda file: {name: file.get_tensor(name) for name in file.keys()})


def _open(path: Union[str, Path], read: Any) -> Any:
    from safetensors import SafetensorError, safe_open
    try:
        with safe_open(str(path), 'pt') as file:
            return read(file)
    except (SafetensorError, OSError, ValueError) as error:
        raise UserError(f'{path} is not a readable safetensors file ({error}); copy or download it again.') from None
