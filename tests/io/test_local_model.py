"""Folders of transformers models: refused with one sentence where they are not what they should be."""
import json
import shutil

import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.local_model import load_local

CLASSES = dict(sam=('SamModel', 'SamProcessor'))


def load(folder):
    return load_local(folder, CLASSES, 'a SAM model')


@pytest.fixture
def copy(sam_folder, tmp_path):
    return shutil.copytree(sam_folder, tmp_path / 'copy')


def test_a_folder_is_opened_with_its_weights(sam_folder):
    from safetensors.torch import load_file
    model = load(sam_folder)
    saved = load_file(sam_folder / 'model.safetensors')
    own = model.network.state_dict()
    assert model.kind == 'sam' and not model.network.training and len(saved) > 20
    assert all((own[name] == value).all() for name, value in saved.items())


def test_what_is_not_there_or_of_another_kind(copy, tmp_path):
    with pytest.raises(UserError, match='nowhere is not a folder: it should be a SAM model'):
        load(tmp_path / 'nowhere')
    (tmp_path / 'empty').mkdir()
    with pytest.raises(UserError, match='config.json does not exist'):
        load(tmp_path / 'empty')
    (copy / 'config.json').write_text(json.dumps(dict(model_type='vitpose')))
    with pytest.raises(UserError, match="type 'vitpose', but it should be a SAM model"):
        load(copy)


def test_weights_that_are_missing_cut_off_or_pickled(copy):
    weights = copy / 'model.safetensors'
    data = weights.read_bytes()
    weights.write_bytes(data[:len(data) // 2])
    with pytest.raises(UserError, match='cannot be opened as a SAM model'):
        load(copy)
    weights.unlink()
    with pytest.raises(UserError, match='cannot be opened as a SAM model'):
        load(copy)
    (copy / 'pytorch_model.bin').write_bytes(b'\x80\x02cos\nsystem\n')  # a pickle is not even looked at
    with pytest.raises(UserError, match='cannot be opened as a SAM model'):
        load(copy)


def test_weights_of_another_config_are_not_filled_up_with_random_numbers(copy):
    from safetensors.torch import load_file, save_file
    state = load_file(copy / 'model.safetensors')
    lost = sorted(state)[3]
    save_file({name: value for name, value in state.items() if name != lost}, copy / 'model.safetensors', dict(format='pt'))
    with pytest.raises(UserError, match='the weights in .* are not those of its config: 1 tensors'):
        load(copy)


def test_weights_of_another_shape(copy):
    config = json.loads((copy / 'config.json').read_text())
    config['vision_config']['mlp_dim'] = 48
    (copy / 'config.json').write_text(json.dumps(config))
    with pytest.raises(UserError, match='are not those of its config|cannot be opened as a SAM model'):
        load(copy)


def test_a_library_that_is_too_old_is_named(sam_folder):
    with pytest.raises(ImportError, match='pip install transformers'):
        load_local(sam_folder, dict(sam=('NoSuchModel', 'SamProcessor')), 'a SAM model')
