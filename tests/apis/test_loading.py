"""From config and checkpoint to a network; every mistake is one sentence."""
import pytest
import torch
from mmengine.config import Config
from mmengine.model import BaseModel

from ajahr_mm.apis.loading import init_model, read_config
from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import MODELS


class LoadingProbe(BaseModel):
    def __init__(self, width=3):
        super().__init__()
        self.layer = torch.nn.Linear(width, 2)

    def forward(self, inputs, data_samples=None, mode='tensor'):
        return self.layer(inputs)


@pytest.fixture(autouse=True)
def registered():
    MODELS.register_module(module=LoadingProbe, force=True)
    yield
    MODELS.module_dict.pop('LoadingProbe')


@pytest.fixture
def config_file(tmp_path):
    path = tmp_path / 'probe.py'
    path.write_text("model = dict(type='LoadingProbe', width=3)\n")
    return path


@pytest.fixture
def checkpoint(tmp_path):
    torch.manual_seed(1)
    torch.save(dict(state_dict=LoadingProbe().state_dict()), tmp_path / 'probe.pth')
    return tmp_path / 'probe.pth'


def test_path_config_and_module_give_the_same_network(config_file, checkpoint):
    weight = torch.load(checkpoint, weights_only=True)['state_dict']['layer.weight']
    for source in (config_file, str(config_file), Config.fromfile(str(config_file)), LoadingProbe()):
        model = init_model(source, checkpoint)
        torch.testing.assert_close(model.layer.weight.detach(), weight)
        assert not model.training


def test_a_built_network_may_come_without_weights():
    model = LoadingProbe()
    assert init_model(model) is model


def test_refusals(config_file, checkpoint, tmp_path):
    with pytest.raises(UserError, match='nowhere.py does not exist'):
        init_model(tmp_path / 'nowhere.py', checkpoint)
    with pytest.raises(UserError, match='nowhere.pth does not exist'):
        init_model(config_file, tmp_path / 'nowhere.pth')
    with pytest.raises(UserError, match='no weights were given for the config .*probe.py'):
        init_model(config_file)
    with pytest.raises(UserError, match='probe.pth is of another model'):
        init_model(LoadingProbe(width=5), checkpoint)
    with pytest.raises(UserError, match='device .nonsense. cannot be used'):
        init_model(LoadingProbe(), device='nonsense')


@pytest.mark.parametrize('text, words', [
    ("model = dict(type='NoSuchNetwork')", 'NoSuchNetwork.*not in the model registry'),
    ("train = 1", 'has no `model`'),
    ("model = dict(type='LoadingProbe', height=3)", 'cannot be built.*height'),
    ("model = dict(", 'cannot be read'),
    ("_base_ = './nowhere.py'", 'nowhere.py'),
    ("raise ValueError('boom')", 'cannot be read.*boom'),
])
def test_configs_that_do_not_work(tmp_path, checkpoint, text, words):
    path = tmp_path / 'bad.py'
    path.write_text(text + '\n')
    with pytest.raises(UserError, match=f'bad.py.*{words}') as caught:
        init_model(path, checkpoint)
    assert '\n' not in str(caught.value)


def test_an_error_of_ours_is_not_called_a_mistake_of_the_user(tmp_path, checkpoint, monkeypatch):
    monkeypatch.setattr(LoadingProbe, '__init__', lambda self, width: {}['bug'])
    (tmp_path / 'probe.py').write_text("model = dict(type='LoadingProbe', width=3)\n")
    with pytest.raises(Exception) as caught:
        init_model(tmp_path / 'probe.py', checkpoint)
    assert not isinstance(caught.value, UserError)


def test_a_config_passes_through():
    config = Config(dict(a=1))
    assert read_config(config) is config
