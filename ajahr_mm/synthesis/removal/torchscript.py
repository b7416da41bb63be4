"""Networks that come as a TorchScript program: checked before they are opened."""
import re
import warnings
import zipfile
from pathlib import Path
from typing import Union

from ajahr_mm.io.errors import UserError

# What a TorchScript program can do beyond tensors: write or map a file, and call the operators of other libraries.
_REACHES_OUT = re.compile(r'\b(save|from_file)\s*\(|\bops\.(?!aten\.|prim\.)(\w+)')


def load_torchscript(path: Union[str, Path], what: str, device: str = 'cpu'):
    """A TorchScript archive as a module in evaluation mode.

    Such an archive holds a program. It is run by TorchScript's own interpreter, which knows tensors and no Python: it cannot
    import, start processes or open connections. It could write files (``torch.save``, ``torch.from_file``) or call
    operators of other libraries; a program whose text does so is refused. It can still use up time and memory.

    Args:
        what: stands in the errors for what the file should be.

    Raises:
        UserError: the file is missing, is not a TorchScript archive, is cut off, or reaches outside its tensors.
    """
    import torch
    path = Path(path).expanduser()
    if not path.is_file():
        raise UserError(f'{path} does not exist: it should be {what}')
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if not any(name.endswith('/constants.pkl') for name in names) or not any('/code/' in name for name in names):
                raise UserError(f'{path} is a checkpoint, not a TorchScript archive: it should be {what}')
            for name in names:
                found = name.endswith('.py') and _REACHES_OUT.search(archive.read(name).decode('utf-8', 'replace'))
                if found:
                    raise UserError(f'the program in {path} reaches outside its tensors ({found[1] or found[0]}), which no '
                                    'network needs; it is not opened')
    except (zipfile.BadZipFile, OSError) as error:
        raise UserError(f'{path} is not a TorchScript archive or is cut off ({error}): it should be {what}') from None
    try:
        with warnings.catch_warnings():  # torch 2.10 calls TorchScript deprecated; it is what LaMa comes in
            warnings.simplefilter('ignore')
            return torch.jit.load(str(path), map_location=device).eval()
    except (RuntimeError, ValueError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip('.')
        raise UserError(f'{path} cannot be opened as a TorchScript archive ({reason}); download it again') from None
