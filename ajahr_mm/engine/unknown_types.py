"""A config that names a part nobody registered: which registry was asked, and what it has that sounds alike."""
import difflib
import importlib.util
import re
from contextlib import contextmanager
from typing import Any, Iterator, Optional, Tuple

from mmengine.config import Config
from mmengine.registry import Registry

from ajahr_mm import registry as ours
from ajahr_mm.io.errors import UserError

INSTALL = {'mmpretrain': 'pip install mmpretrain==1.2.0', 'mmpose': 'pip install --no-deps mmpose==1.1.0',
           'mmdet': 'pip install mmdet'}
_NOT_REGISTERED = re.compile(r"([\w.]+) is not in the ([\w.]+)::([\w ]+) registry")


def check_types(cfg: Config) -> None:
    """Looks up the parts a run is made of before any of them is built. Imports the registered modules.

    Raises:
        UserError: a type is in no registry, or belongs to a library that is not installed.
    """
    for where, kind, registry in _named_types(cfg):
        if not isinstance(kind, str):
            continue
        scope = kind.split('.')[0] if '.' in kind else None
        if scope in INSTALL:
            if importlib.util.find_spec(scope) is None:
                raise UserError(f'{where} is {kind!r}, but {scope} is not installed; run: {INSTALL[scope]}')
        elif scope in (None, ours.SCOPE) and registry.get(kind) is None:
            raise _unknown(kind, registry, where)


def suggestions(name: str, registry: Registry) -> list:
    """Registered names that look like ``name``, best first."""
    names = set()
    node: Optional[Registry] = registry
    while node is not None:
        node.import_from_location()
        names.update(node.module_dict)
        node = node.parent
    lower = {known.lower(): known for known in names}
    return [lower[match] for match in difflib.get_close_matches(name.lower(), lower, n=3, cutoff=0.5)]


@contextmanager
def explain_unknown_types() -> Iterator[None]:
    """Turns MMEngine's KeyError about a nested type into one sentence.

    Raises:
        UserError: in place of that KeyError. Every other error passes as it is.
    """
    try:
        yield
    except KeyError as error:
        match = _NOT_REGISTERED.search(str(error))
        if match is None:
            raise
        kind, scope, name = match.groups()
        registry = next((node for node in ours.all_registries().values() if node.name == name), None)
        if registry is None or scope != ours.SCOPE:
            raise UserError(f'type {kind!r} is not in the {name} registry of {scope}; '
                            'correct the name, or import the module that registers it with custom_imports.') from None
        raise _unknown(kind, registry, 'the config') from None


def _unknown(kind: str, registry: Registry, where: str) -> UserError:
    near = suggestions(kind, registry)
    hint = f'did you mean {" or ".join(near)}?' if near else 'see tools/misc/print_registry.py for what there is.'
    return UserError(f'{where}: type {kind!r} is not in the {registry.name} registry; {hint} '
                     'A part of your own must be imported with custom_imports.')


def _named_types(cfg: Config) -> Iterator[Tuple[str, Any, Registry]]:
    """(where, type, registry) for the places whose registry is certain; deeper ones are met when they are built."""
    if isinstance(cfg.get('model'), dict):
        yield 'model', cfg.model.get('type'), ours.MODELS
    for phase in ('train', 'val', 'test'):
        loader = cfg.get(f'{phase}_dataloader') or {}
        dataset = loader.get('dataset')
        if isinstance(dataset, dict):
            yield f'{phase}_dataloader.dataset', dataset.get('type'), ours.DATASETS
            for index, step in enumerate(dataset.get('pipeline') or []):
                yield f'{phase}_dataloader.dataset.pipeline.{index}', step.get('type'), ours.TRANSFORMS
        if isinstance(loader.get('sampler'), dict):
            yield f'{phase}_dataloader.sampler', loader.sampler.get('type'), ours.DATA_SAMPLERS
        metrics = cfg.get(f'{phase}_evaluator') or []
        for index, metric in enumerate([metrics] if isinstance(metrics, dict) else metrics):
            if 'metrics' not in metric and metric.get('type') != 'Evaluator':
                yield f'{phase}_evaluator.{index}', metric.get('type'), ours.METRICS
        loop = (cfg.get(f'{phase}_cfg') or {}).get('type')
        if loop:
            yield f'{phase}_cfg', loop, ours.LOOPS
    for name, hook in (cfg.get('default_hooks') or {}).items():
        if hook:
            yield f'default_hooks.{name}', hook.get('type'), ours.HOOKS
    for index, hook in enumerate(cfg.get('custom_hooks') or []):
        yield f'custom_hooks.{index}', hook.get('type'), ours.HOOKS
    if isinstance(cfg.get('visualizer'), dict):
        yield 'visualizer', cfg.visualizer.get('type'), ours.VISUALIZERS
