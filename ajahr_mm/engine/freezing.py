"""Partial fine-tuning: which parameters learn, said by patterns of their names (paper, section 4.1)."""
import fnmatch
import re
from types import MethodType
from typing import Iterable, List, Optional

from torch import nn

from ajahr_mm.io.errors import UserError

_REGEX_MARKS = set('^$\\(|+')


def apply_trainable(module: nn.Module, patterns: Optional[List[str]], frozen: Iterable[nn.Module] = ()) -> int:
    """Leaves the parameters that match a pattern trainable and freezes all others; returns how many scalars can learn.

    A pattern is a glob over the whole dotted name (``decoder.*``, ``backbone.layers.3[01].*``); one with a mark of regular
    expressions (``^ $ \\ ( | +``) is searched as such. ``None`` freezes nothing, an empty list everything. A
    submodule without any trainable parameter stays in eval mode when ``module.train()`` is called, so that its running
    statistics and dropout do not change what was pretrained. The parts in ``frozen`` (tokenizers) never learn, whatever
    the patterns say.

    Raises:
        UserError: a pattern matches no parameter, or only such as never learn.
    """
    never = {parameter for part in frozen for parameter in part.parameters()}
    for parameter in never:
        parameter.requires_grad_(False)
    if patterns is None:
        return sum(parameter.numel() for parameter in module.parameters() if parameter.requires_grad)
    names = [name for name, parameter in module.named_parameters() if parameter not in never]
    chosen = set()
    for pattern in patterns:
        matching = [name for name in names if _matches(name, pattern)]
        if not matching:
            raise UserError(f'trainable pattern {pattern!r} matches no parameter of {type(module).__name__} that may learn; '
                            f'these are named like {", ".join(names[:3])}.')
        chosen.update(matching)
    for name, parameter in module.named_parameters():
        parameter.requires_grad_(name in chosen)
    _keep_frozen_parts_in_eval(module)
    return sum(parameter.numel() for parameter in module.parameters() if parameter.requires_grad)


def _matches(name: str, pattern: str) -> bool:
    if _REGEX_MARKS & set(pattern):
        return re.search(pattern, name) is not None
    return fnmatch.fnmatchcase(name, pattern)


def is_frozen(module: nn.Module) -> bool:
    """True if the module has parameters and none of them learns."""
    parameters = list(module.parameters())
    return bool(parameters) and not any(parameter.requires_grad for parameter in parameters)


def _train_unfrozen(module: nn.Module, mode: bool = True) -> nn.Module:
    type(module).train(module, mode)
    if mode:
        for part in module.modules():
            if is_frozen(part):
                part.eval()
    return module


def _keep_frozen_parts_in_eval(module: nn.Module) -> None:
    # Bound to the instance, so that no other module of its class changes; a bound method also survives deepcopy (EMA).
    module.train = MethodType(_train_unfrozen, module)
    module.train(module.training)
