"""The model zoo's index: every file that is named exists, and every config folder is listed."""
from pathlib import Path

import pytest
import torch
import yaml
from mmengine.registry import init_default_scope

from ajahr_mm.engine.config import load_config, without_files
from ajahr_mm.registry import MODELS, register_all

ROOT = Path(__file__).resolve().parents[1]
INDEX = yaml.safe_load((ROOT / 'model-index.yml').read_text(encoding='utf-8'))
METAFILES = INDEX['Import']


def content(metafile):
    return yaml.safe_load((ROOT / metafile).read_text(encoding='utf-8'))


def models():
    return [(metafile, model) for metafile in METAFILES if (ROOT / metafile).is_file()
            for model in content(metafile).get('Models', [])]


def test_the_index_lists_each_metafile_once():
    found = {str(path.relative_to(ROOT)) for path in (ROOT / 'configs').glob('*/metafile.yml')}
    assert sorted(METAFILES) == sorted(found)


@pytest.mark.parametrize('metafile', METAFILES)
def test_a_metafile_names_its_collections_and_existing_readmes(metafile):
    data = content(metafile)
    names = [collection['Name'] for collection in data['Collections']]
    assert len(names) == len(set(names)) > 0
    for collection in data['Collections']:
        assert (ROOT / collection['README']).is_file(), collection['README']
    for model in data['Models']:
        assert model['In Collection'] in names
    # Every experiment in the folder is in the zoo.
    folder = (ROOT / metafile).parent
    assert {str(path.relative_to(ROOT)) for path in folder.glob('*.py')} == {model['Config'] for model in data['Models']}


@pytest.mark.parametrize('metafile, model', models(), ids=lambda value: value.get('Name') if isinstance(value, dict) else '')
def test_a_model_names_an_existing_config_that_can_be_read(metafile, model):
    config = ROOT / model['Config']
    assert config.is_file() and config.stem == model['Name']
    assert load_config(config).model.type
    weights = model.get('Weights')
    assert weights is None or weights.startswith('https://') or (ROOT / weights).is_file(), weights
    for result in model.get('Results') or []:
        assert {'Task', 'Dataset', 'Metrics'} <= set(result)


def test_names_and_aliases_are_unique():
    names = [name for _, model in models() for name in (model['Name'], model.get('Alias')) if name]
    assert len(names) == len(set(names))


def test_every_experiment_folder_is_in_the_zoo():
    # configs/synthesis makes data, not models.
    folders = {path.parent.name for path in (ROOT / 'configs').glob('*/*.py')} - {'_base_', 'synthesis'}
    assert folders == {Path(metafile).parent.name for metafile in METAFILES}


@pytest.mark.slow
def test_parameters_are_those_of_the_networks():
    """Built without memory for their weights; FLOPs are printed by tools/analysis_tools/get_flops.py."""
    pytest.importorskip('mmpretrain.models')  # what is imported on the meta device has no constants ever after
    pytest.importorskip('mmpose.models.backbones')
    register_all()
    init_default_scope('ajahr_mm')
    for _, model in models():
        cfg = without_files(load_config(ROOT / model['Config']).model)
        if cfg.type == 'MeanBody':
            cfg.annotations = None
        # One of the tokenizers measures the body while it is built.
        with torch.device('cpu' if cfg.type == 'PoseAutoencoder' else 'meta'):
            network = MODELS.build(cfg)
        stated = model['Metadata'].get('Parameters', 0)
        assert sum(parameter.numel() for parameter in network.parameters()) == stated, model['Name']
