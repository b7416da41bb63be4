"""Public checkpoints into ours, from file to file: read safely, convert, prove complete, write."""
from importlib import import_module
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Tuple, Union

import torch

from ajahr_mm.convert.families import FAMILIES, convert_family
from ajahr_mm.convert.files import read_header, write_converted
from ajahr_mm.convert.reading import PublicFile, read_public
from ajahr_mm.convert.rules import Conversion, check_complete
from ajahr_mm.engine.unknown_types import INSTALL
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import MODELS

PathLike = Union[str, Path]
#: Parts of a BodyEstimator that have weights; the body brings its own file.
PARTS = ('backbone', 'limb_classifier', 'decoder', 'pose_head', 'params_head')
#: What parts import when they are built.
LIBRARIES = {'ViTBackbone': 'mmpretrain.models', 'HRNetBackbone': 'mmpose.models.backbones'}


def network_shapes(model: Mapping[str, Any]) -> Dict[str, Tuple[int, ...]]:
    """Name -> shape of every entry in the state dict of the network of a config, without allocating it.

    Raises:
        UserError: a library that a part needs is not installed.
    """
    parts = {'': model}
    if model['type'] == 'BodyEstimator':
        parts = {f'{part}.': model[part] for part in PARTS if model.get(part)}
    shapes = {}
    try:
        # Constants of a module that is imported on the meta device would have no values ever after.
        MODELS.import_from_location()
        for config in parts.values():
            if config['type'] in LIBRARIES:
                import_module(LIBRARIES[config['type']])
        with torch.device('meta'):
            for prefix, config in parts.items():
                state = MODELS.build({'_scope_': 'ajahr_mm', **config}).state_dict()
                shapes.update({prefix + name: tuple(value.shape) for name, value in state.items()})
    except ImportError as error:
        install = INSTALL.get((error.name or '').split('.')[0], 'see the message')
        raise UserError(f'the network cannot be built to compare with ({error}); to install it: {install}') from None
    return shapes


def convert_checked(family: str, file: PublicFile, **tokenizers: Optional[PublicFile]) -> Conversion:
    """:func:`convert_family`, and the proof that every entry of our network has its value and shape.

    Raises:
        UserError: of another family, damaged, incomplete.
    """
    done = convert_family(family, file, **tokenizers)
    check_complete(done, network_shapes(done.model), FAMILIES[family].TITLE)
    return done


def convert_official(family: str, src: PathLike, out: PathLike, tokenizer: Optional[PathLike] = None,
                     intact_tokenizer: Optional[PathLike] = None, body: Optional[str] = None) -> Conversion:
    """Converts the public checkpoint ``src`` and writes ``out`` (.safetensors) whole, or nothing.

    Args:
        family: one of ``FAMILIES``.
        tokenizer: tokenizer file, for TokenHMR and for AJAHR checkpoints without one; there it is the amputee's.
        intact_tokenizer: the second one of AJAHR.
        body: ``source`` of the body model in the header: 'open' or your SMPL file; default: data/body_models/.

    Raises:
        UserError: a file is missing, unreadable, of another family, damaged or does not fit the others.
    """
    if Path(out).suffix != '.safetensors':
        raise UserError(f'{out}: converted checkpoints are written as .safetensors; choose such a name.')
    files = dict(tokenizer=tokenizer, intact_tokenizer=intact_tokenizer)
    given = {name: read_public(path) for name, path in files.items() if path is not None}
    file = read_public(src)
    try:
        done = convert_checked(family, file, **given)
        _check_finite(done)
    except UserError as error:
        raise UserError(f'{src}: {error}') from None
    if body is not None and 'body' in done.model:
        done.model['body']['source'] = body
    sources = {str(Path(path).name): part.sha256 for path, part in ((src, file), *((files[n], p) for n, p in given.items()))}
    write_converted(out, done, dict(family=family, sources=sources))
    return done


def _check_finite(done: Conversion) -> None:
    bad = [name for name, value in done.state.items() if value.is_floating_point() and not torch.isfinite(value).all()]
    if bad:
        raise UserError(f'{len(bad)} entries hold NaN or infinity, the first is {bad[0]}; the file is damaged: download it '
                        'again.')


def converted_config(path: PathLike) -> Dict[str, Any]:
    """The config of the network that a converted checkpoint carries in its header.

    Raises:
        UserError: not a readable safetensors file, or one without such a header.
    """
    header = read_header(path)
    if not header or 'model' not in header:
        raise UserError(f'{path} does not say of which network it is; give the config beside it, or convert the public '
                        'checkpoint with tools/model_converters/convert_official.py.')
    if header['model']['type'] != 'BodyEstimator':
        raise UserError(f'{path} is a converted {header["model"]["type"]}, a part of a network; name it as `checkpoint` in '
                        'the config of the whole.')
    return header['model']
