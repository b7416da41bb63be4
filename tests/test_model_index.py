"""The model zoo's index: every file that is named exists, and every config folder is listed."""
from pathlib import Path

import pytest
import yaml

from ajahr_mm.engine.config import load_config

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
