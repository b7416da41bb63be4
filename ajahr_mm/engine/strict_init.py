"""Pretrained weights that fit, or a sentence why they do not: MMEngine's initialiser loads whatever matches in silence."""
from typing import Any, Optional

from mmengine.logging import print_log
from mmengine.model.weight_init import update_init_info
from mmengine.runner.checkpoint import CheckpointLoader
from torch import nn

from ajahr_mm.engine.checkpoint import check_fits, state_dict_of
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import WEIGHT_INITIALIZERS


@WEIGHT_INITIALIZERS.register_module(name='Pretrained')
class StrictPretrained:
    """``init_cfg=dict(type='Pretrained', checkpoint='x.safetensors')``: every tensor of the module comes from the file.

    Takes the place of MMEngine's ``Pretrained`` in the scope of this project.

    Args:
        checkpoint: path or URL.
        prefix: take the entries of the file that begin with it, without it; for a part of a larger network.
        strict: False takes what fits and leaves the rest as it was, as MMEngine does; at least one tensor must fit.
        map_location: of the tensors while loading.
    """

    def __init__(self, checkpoint: str, prefix: Optional[str] = None, strict: bool = True,
                 map_location: Any = 'cpu') -> None:
        self.checkpoint, self.prefix, self.strict, self.map_location = checkpoint, prefix, strict, map_location

    def __call__(self, module: nn.Module) -> None:
        """Loads into ``module``. Raises UserError: no such file, nothing under ``prefix``, or weights of another module."""
        state = state_dict_of(CheckpointLoader.load_checkpoint(self.checkpoint, map_location=self.map_location))
        if self.prefix:
            start = self.prefix.rstrip('.') + '.'
            state = {name[len(start):]: value for name, value in state.items() if name.startswith(start)}
            if not state:
                raise UserError(f'checkpoint {self.checkpoint} has no entries that begin with {start!r}; '
                                'correct `prefix` in the init_cfg.')
        for name, part in module.named_modules():  # some parts can take weights of another shape
            if hasattr(part, 'adapt_state'):
                part.adapt_state(state, f'{name}.' if name else '')
        check_fits(module, state, self.checkpoint, self.strict)
        own = module.state_dict()
        fitting = {name: value for name, value in state.items() if name in own and own[name].shape == value.shape}
        module.load_state_dict(fitting, strict=False)
        print_log(f'{len(fitting)} of {len(own)} tensors of {type(module).__name__} from {self.checkpoint}',
                  logger='current')
        if hasattr(module, '_params_init_info'):
            update_init_info(module, init_info=f'Pretrained: load from {self.checkpoint}')
