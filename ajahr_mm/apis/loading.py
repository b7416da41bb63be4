"""From a config and a checkpoint to a network that is ready to predict; every mistake is one sentence."""
from pathlib import Path
from typing import Optional, Union

from mmengine.config import Config
from torch import nn

from ajahr_mm.apis.official import converted_config
from ajahr_mm.engine.checkpoint import load_weights
from ajahr_mm.engine.config import load_config
from ajahr_mm.engine.unknown_types import explain_unknown_types
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import MODELS, register_all


def read_config(config: Union[str, Path, Config]) -> Config:
    """A config file, or a config as it is. Raises UserError for a file that is missing or broken."""
    return config if isinstance(config, Config) else load_config(config)


def load_into(model: nn.Module, weights: Union[str, Path], what: str) -> None:
    """Strict loading. Raises UserError: no such file (the message says it should be ``what``), or of another model."""
    if not Path(weights).is_file():
        raise UserError(f'{weights} does not exist: it should be {what}')
    load_weights(model, str(weights))


def init_model(model: Union[str, Path, Config, nn.Module], weights: Optional[Union[str, Path]] = None,
               device: str = 'cpu') -> nn.Module:
    """Builds the network of a config, loads ``weights`` strictly and sets it to evaluation on ``device``.

    A network that is built already may come without weights; a converted public checkpoint (``.safetensors``) in the place
    of ``model`` brings both. Raises UserError: config missing, broken or with an unknown type; no weights for a config;
    weights of another model; a device that is not there.
    """
    if weights is None and isinstance(model, (str, Path)) and Path(model).suffix == '.safetensors':
        model, weights = Config(dict(model=converted_config(model)), cfg_text='# header', filename=str(model)), model
    if not isinstance(model, nn.Module):
        name = getattr(model, 'filename', None) if isinstance(model, Config) else model
        config = read_config(model)
        if weights is None:
            raise UserError(f'no weights were given for the config {name}: name the checkpoint that belongs to it')
        register_all()
        if 'model' not in config:
            raise UserError(f'the config {name} has no `model`: give the config the checkpoint was trained with')
        model = _build(config.model, name)
    if weights is not None:
        load_into(model, weights, 'the checkpoint of the model')
    try:
        return model.to(device).eval()
    except (RuntimeError, AssertionError) as error:
        raise UserError(f'the device {device!r} cannot be used: {_first_line(error)}') from error


def _build(config: dict, name: object) -> nn.Module:
    try:
        with explain_unknown_types():
            return MODELS.build(config)
    except UserError as error:
        raise UserError(f'{name}: {error}') from error
    except TypeError as error:
        # MMEngine's registry wraps the error of a constructor; what the config can put right is its arguments.
        if 'argument' not in str(error):
            raise
        raise UserError(f'the network of the config {name} cannot be built: {_first_line(error)}') from error


def _first_line(error: BaseException) -> str:
    text = str(error.args[0]) if error.args else ''
    return text.strip().splitlines()[0].rstrip('.') if text.strip() else type(error).__name__
