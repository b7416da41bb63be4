"""Opening a config file, with one sentence for whatever is wrong with it."""
import copy
import os
import os.path as osp
import sys
from pathlib import Path
from typing import Any, Dict, Optional, Union

from mmengine.config import Config, ConfigDict

from ajahr_mm.io.errors import UserError


def load_config(path: Union[str, Path], options: Optional[Dict[str, Any]] = None) -> Config:
    """A config with ``options`` (dotted keys, as ``--cfg-options`` gives them) merged in.

    Its ``custom_imports`` may name modules below the current folder, such as ``projects.example_head.mlp_pose_head``.

    Raises:
        UserError: the file is missing, is no valid config, imports what is not there, or an option does not fit it.
    """
    if not osp.isfile(path):
        raise UserError(f'config {path} does not exist; the configs of this project lie in configs/.')
    if os.getcwd() not in sys.path:
        sys.path.append(os.getcwd())
    try:
        cfg = Config.fromfile(str(path))
    except FileNotFoundError as error:
        raise UserError(f'config {path} builds on a file that does not exist ({error}); check its _base_.') from None
    except ImportError as error:
        raise UserError(f'config {path} imports what cannot be imported ({error.__cause__ or error}); '
                        'check custom_imports and run from the folder that holds the module, or install it.') from None
    except (SyntaxError, KeyError, NameError, TypeError, ValueError) as error:
        raise UserError(f'config {path} cannot be read ({type(error).__name__}: {error}); correct it there.') from None
    if options:
        try:
            cfg.merge_from_dict(options)
        except (AttributeError, KeyError, TypeError, AssertionError, IndexError, ValueError) as error:
            raise UserError(f'--cfg-options {" ".join(options)} does not fit {path} ({error}); '
                            'see its content with tools/misc/print_config.py.') from None
    return cfg


def set_work_dir(cfg: Config, work_dir: Optional[str]) -> Config:
    """Command line before config before ``work_dirs/<name of the config file>``."""
    if work_dir is not None:
        cfg.work_dir = work_dir
    elif cfg.get('work_dir') is None:
        cfg.work_dir = osp.join('work_dirs', osp.splitext(osp.basename(cfg.filename))[0])
    return cfg


def turn_off_validation(cfg: Config) -> Config:
    """Removes everything validation needs; best checkpoints cannot be chosen without it."""
    cfg.val_cfg = cfg.val_dataloader = cfg.val_evaluator = None
    checkpoint = (cfg.get('default_hooks') or ConfigDict()).get('checkpoint')
    if checkpoint is not None:
        for name in ('save_best', 'rule', 'greater_keys', 'less_keys'):
            checkpoint.pop(name, None)
    return cfg


def without_files(model: ConfigDict) -> ConfigDict:
    """A model config that needs no file, for counting and timing: random weights, the packaged body, no adversary.

    The given one stays as it is.
    """
    model = copy.deepcopy(model)
    _drop_weights(model)
    if 'adversary' in model:  # it reads motion capture, and only training asks it
        model.adversary = None
    if isinstance(model.get('body'), dict):
        model.body.source = 'open'
    return model


def _drop_weights(node: Any) -> None:
    if isinstance(node, dict):
        for name, value in node.items():
            pretrained = isinstance(value, dict) and value.get('type') == 'Pretrained'
            if pretrained or name in ('checkpoint', 'init_cfg', 'load_from'):
                node[name] = None
        for value in node.values():
            _drop_weights(value)
    elif isinstance(node, (list, tuple)):
        for value in node:
            _drop_weights(value)
