"""Unknown types: the sentence names the type, the registry and what sounds alike."""
import importlib.util

import pytest
from mmengine.config import Config

from ajahr_mm.engine.unknown_types import check_types, explain_unknown_types, suggestions
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import DATASETS, HOOKS, MODELS


@pytest.mark.parametrize('cfg, sentence', [
    (dict(model=dict(type='BodyEstimater')),
     "model: type 'BodyEstimater' is not in the model registry; did you mean BodyEstimator"),
    (dict(train_dataloader=dict(dataset=dict(type='a3ddataset'))),
     "train_dataloader.dataset: type 'a3ddataset' is not in the dataset registry; did you mean A3DDataset"),
    (dict(val_dataloader=dict(dataset=dict(type='A3DDataset', pipeline=[dict(type='LoadImage'), dict(type='CropBdy')]))),
     "val_dataloader.dataset.pipeline.1: type 'CropBdy' is not in the transform registry; did you mean CropBody"),
    (dict(train_dataloader=dict(sampler=dict(type='RatioSamplr'))), 'data sampler registry; did you mean RatioSampler'),
    (dict(test_evaluator=[dict(type='BodyMetrik')]), 'metric registry; did you mean BodyMetric'),
    (dict(train_cfg=dict(type='ResumeableTrainLoop')), 'loop registry; did you mean ResumableTrainLoop'),
    (dict(default_hooks=dict(logger=dict(type='LogerHook'))), 'default_hooks.logger.*did you mean LoggerHook'),
    (dict(custom_hooks=[dict(type='Qqqqqqq')]), 'custom_hooks.0.*print_registry.py'),
    (dict(visualizer=dict(type='BodyVisualiser')), 'did you mean BodyVisualizer'),
])
def test_one_sentence_names_place_type_registry_and_the_nearest_name(cfg, sentence):
    with pytest.raises(UserError, match=sentence) as caught:
        check_types(Config(cfg))
    assert '\n' not in str(caught.value)


def test_known_types_ours_mmengines_and_dotted_paths_pass():
    check_types(Config(dict(
        model=dict(type='BodyEstimator'), train_dataloader=dict(
            dataset=dict(type='A3DDataset', pipeline=[dict(type='LoadImage')]), sampler=dict(type='InfiniteSampler')),
        val_evaluator=dict(type='ajahr_mm.BodyMetric'), train_cfg=dict(type='EpochBasedTrainLoop'), test_cfg=dict(),
        default_hooks=dict(logger=dict(type='LoggerHook'), visualization=None),
        custom_hooks=[dict(type='projects.mine.MyHook')], visualizer=dict(type='Visualizer'))))


def test_a_library_that_is_not_installed_is_named_with_its_install_line(monkeypatch):
    plain = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, 'find_spec', lambda name: None if name == 'mmdet' else plain(name))
    with pytest.raises(UserError, match='mmdet is not installed; run: pip install mmdet'):
        check_types(Config(dict(model=dict(type='mmdet.RTMDet'))))


@pytest.mark.parametrize('registry, name, near', [(MODELS, 'BPACNet', 'BPACNet'), (DATASETS, 'bodydataset', 'BodyDataset'),
                                                  (HOOKS, 'EMA_Hook', 'EMAHook')])
def test_suggestions_ignore_case_and_reach_mmengine(registry, name, near):
    assert suggestions(name, registry)[0] == near


def test_a_nested_type_is_explained_when_it_is_built():
    with pytest.raises(UserError, match="type 'BPACnet' is not in the model registry; did you mean BPACNet"):
        with explain_unknown_types():
            MODELS.build(dict(type='BPACnet'))
    with pytest.raises(KeyError, match='other'):
        with explain_unknown_types():
            raise KeyError('other')
