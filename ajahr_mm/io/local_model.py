"""Networks of the transformers library from a folder on disk: nothing is downloaded, unpickled or run from the folder."""
from pathlib import Path
from typing import Any, Dict, NamedTuple, Tuple, Union

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.safe_load import load_json


class LocalModel(NamedTuple):
    """A network in evaluation mode, what prepares its input, and its ``model_type``."""
    network: Any
    processor: Any
    kind: str


def load_local(folder: Union[str, Path], classes: Dict[str, Tuple[str, str]], what: str, device: str = 'cpu') -> LocalModel:
    """Opens a folder as ``save_pretrained`` writes it: ``config.json``, ``preprocessor_config.json``, ``*.safetensors``.

    Args:
        classes: ``model_type`` of the config -> names of the network and of the processor in transformers.
        what: stands in the errors for what the folder should hold.

    Raises:
        UserError: the folder is missing, holds another kind of model, or its weights are not those of its config.
        ImportError: transformers is not installed or too old.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise UserError(f'{folder} is not a folder: it should be {what}, with config.json and model.safetensors')
    config = load_json(folder / 'config.json')
    kind = config.get('model_type') if isinstance(config, dict) else None
    if kind not in classes:
        raise UserError(f'{folder} holds a model of type {kind!r}, but it should be {what} (type {" or ".join(classes)})')
    try:
        import transformers
        network_class, processor_class = (getattr(transformers, name) for name in classes[kind])
    except (ImportError, AttributeError) as error:
        raise ImportError(f'{what} needs transformers: pip install transformers==4.57.6 ({error})') from error
    try:
        network, report = network_class.from_pretrained(folder, local_files_only=True, use_safetensors=True,
                                                        output_loading_info=True)
        processor = processor_class.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # every kind of damage has an exception of its own, several of them private
        raise UserError(f'{folder} cannot be opened as {what}: {_sentence(error)}') from error
    # transformers fills what a file lacks with random numbers and only warns.
    lacking = [*report['missing_keys'], *(key[0] if isinstance(key, tuple) else key for key in report['mismatched_keys'])]
    if lacking:
        raise UserError(f'the weights in {folder} are not those of its config: {len(lacking)} tensors are missing or of '
                        f'another shape, such as {sorted(lacking)[0]}; download the folder again')
    return LocalModel(network.float().to(device).eval(), processor, kind)


def _sentence(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].rstrip('.') if lines else type(error).__name__
