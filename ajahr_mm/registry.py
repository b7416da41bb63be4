"""The registries of ajahr_mm: one child for each MMEngine root, and four roots of our own.

A node imports its rooms on the first look-up, so ``import ajahr_mm`` stays light. Third parties register from outside
with ``custom_imports`` in a config, with a dotted path as ``type``, or with an entry point in ``ajahr_mm.plugins``.
"""
from importlib.metadata import entry_points
from typing import Dict

import mmengine.registry as roots
from mmengine.registry import DefaultScope, Registry

SCOPE = 'ajahr_mm'


def _child(name: str, parent: Registry, *rooms: str) -> Registry:
    return Registry(name, parent=parent, scope=SCOPE, locations=[f'{SCOPE}.{room}' for room in rooms])


MODELS = _child('model', roots.MODELS, 'models')
DATASETS = _child('dataset', roots.DATASETS, 'datasets')
TRANSFORMS = _child('transform', roots.TRANSFORMS, 'datasets.transforms')
DATA_SAMPLERS = _child('data sampler', roots.DATA_SAMPLERS, 'datasets.samplers')
METRICS = _child('metric', roots.METRICS, 'evaluation')
HOOKS = _child('hook', roots.HOOKS, 'engine')
LOOPS = _child('loop', roots.LOOPS, 'engine')
OPTIM_WRAPPERS = _child('optim wrapper', roots.OPTIM_WRAPPERS, 'engine')
OPTIM_WRAPPER_CONSTRUCTORS = _child('optim wrapper constructor', roots.OPTIM_WRAPPER_CONSTRUCTORS, 'engine')
PARAM_SCHEDULERS = _child('parameter scheduler', roots.PARAM_SCHEDULERS, 'engine')
MODEL_WRAPPERS = _child('model wrapper', roots.MODEL_WRAPPERS, 'engine')
OPTIMIZERS = _child('optimizer', roots.OPTIMIZERS, 'engine')
LOG_PROCESSORS = _child('log processor', roots.LOG_PROCESSORS, 'engine')
WEIGHT_INITIALIZERS = _child('weight initializer', roots.WEIGHT_INITIALIZERS, 'engine')
VISUALIZERS = _child('visualizer', roots.VISUALIZERS, 'visualization')
VISBACKENDS = _child('visualization backend', roots.VISBACKENDS, 'visualization')
INFERENCERS = _child('inferencer', roots.INFERENCERS, 'apis')

#: Parametric bodies: ``BodyModel``.
BODY_MODELS = _child('body model', None, 'body_models')
#: Parts of the A3D generator: poses, subjects, appearance, backgrounds.
SYNTHESIS = _child('synthesis part', None, 'synthesis')
#: Rasterisers behind one interface.
RENDERERS = _child('renderer', None, 'rendering')
#: Finders of people and their keypoints for inference.
DETECTORS = _child('detector', None, 'apis')


def all_registries() -> Dict[str, Registry]:
    """Every registry of this package, by the name it has in this file."""
    return {name: node for name, node in globals().items() if isinstance(node, Registry)}


def register_all(init_default_scope: bool = True) -> None:
    """Imports every location and every installed plug-in, and makes ``ajahr_mm`` the default scope."""
    for node in all_registries().values():
        node.import_from_location()
    for plugin in entry_points(group=f'{SCOPE}.plugins'):
        plugin.load()
    if init_default_scope and not DefaultScope.check_instance_created(f'{SCOPE}_scope'):
        DefaultScope.get_instance(f'{SCOPE}_scope', scope_name=SCOPE)
