"""Checkpoints: what may be read, what is refused, and whose weights they are."""
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.logging import HistoryBuffer, MessageHub
from mmengine.runner.checkpoint import CheckpointLoader
from torch import nn

from ajahr_mm.engine.checkpoint import load_file, load_from_http, load_weights, state_dict_of
from ajahr_mm.io.errors import UserError


def network(width=3):
    return nn.Sequential(nn.Linear(2, width), nn.BatchNorm1d(width))


class RunsACommand:
    def __reduce__(self):
        return os.system, ('touch "$CHECKPOINT_CANARY"',)


class LooksUpAnything:
    def __reduce__(self):
        return getattr, (HistoryBuffer, '__init__')


class LooksUpOnAnything:
    def __reduce__(self):
        return getattr, (dict, 'mean')


@pytest.fixture
def canary(tmp_path, monkeypatch):
    path = tmp_path / 'canary'
    monkeypatch.setenv('CHECKPOINT_CANARY', str(path))
    return path


def test_training_history_of_mmengine_survives(tmp_path):
    hub = MessageHub('checkpoint-test')
    for value in (1.0, 2.0, 6.0):
        hub.update_scalar('train/loss', value)
    hub.update_info('dataset_meta', dict(names=np.array(['a', 'b']), weights=np.arange(3, dtype=np.float32)))
    hub.update_info('best', np.float64(0.5))
    torch.save(dict(message_hub=hub.state_dict(), meta=dict(iter=3)), tmp_path / 'a.pth')

    content = load_file(tmp_path / 'a.pth')
    restored = MessageHub('checkpoint-test-2')
    restored.load_state_dict(content['message_hub'])
    assert restored.get_scalar('train/loss').mean() == 3.0
    assert restored.get_scalar('train/loss').statistics('max') == 6.0
    np.testing.assert_array_equal(restored.get_info('dataset_meta')['weights'], [0, 1, 2])
    assert restored.get_info('best') == 0.5


@pytest.mark.parametrize('culprit', [RunsACommand(), LooksUpAnything(), LooksUpOnAnything(),
                                     np.array([dict()], dtype=object)])
def test_objects_are_refused_and_nothing_runs(tmp_path, canary, culprit):
    torch.save(dict(state_dict=dict(weight=torch.zeros(1)), extra=culprit), tmp_path / 'bad.pth')
    with pytest.raises(UserError, match='bad.pth.*(never loaded|cannot be read)'):
        load_file(tmp_path / 'bad.pth')
    assert not canary.exists()


def test_the_stand_in_for_getattr_is_no_getattr(tmp_path):
    torch.save(dict(look_up=getattr), tmp_path / 'a.pth')
    look_up = load_file(tmp_path / 'a.pth')['look_up']
    assert look_up is not getattr
    with pytest.raises(ValueError):
        look_up(os, 'system')


def test_mmengine_itself_loads_this_way_and_never_sees_the_config_text(tmp_path, canary):
    torch.save(dict(state_dict={}, meta=dict(iter=1, config='import os\nos.system("touch $CHECKPOINT_CANARY")')),
               tmp_path / 'a.pth')
    checkpoint = CheckpointLoader.load_checkpoint(str(tmp_path / 'a.pth'))
    assert checkpoint['meta'] == dict(iter=1)
    torch.save(dict(extra=RunsACommand()), tmp_path / 'bad.pth')
    with pytest.raises(UserError):
        CheckpointLoader.load_checkpoint(str(tmp_path / 'bad.pth'))
    assert not canary.exists()


def test_the_allow_list_is_only_open_while_loading(tmp_path):
    before = set(torch.serialization.get_safe_globals())
    torch.save(dict(a=1), tmp_path / 'a.pth')
    load_file(tmp_path / 'a.pth')
    with pytest.raises(UserError):
        load_file(tmp_path / 'absent.pth')
    assert set(torch.serialization.get_safe_globals()) == before


@pytest.mark.parametrize('content', [b'', b'not a checkpoint', b'PK\x03\x04 cut off'])
@pytest.mark.parametrize('suffix', ['.pth', '.safetensors'])
def test_broken_files_are_named(tmp_path, content, suffix):
    path = tmp_path / f'broken{suffix}'
    path.write_bytes(content)
    with pytest.raises(UserError, match='broken'):
        load_file(path)


@pytest.mark.parametrize('wrap', [lambda state: state, lambda state: dict(state_dict=state),
                                  lambda state: dict(model={f'module.{name}': value for name, value in state.items()})])
def test_weights_arrive_whatever_they_are_wrapped_in(tmp_path, wrap):
    source, target = network(), network()
    torch.save(wrap(source.state_dict()), tmp_path / 'a.pth')
    assert load_weights(target, tmp_path / 'a.pth') == len(source.state_dict())
    for name, value in source.state_dict().items():
        torch.testing.assert_close(target.state_dict()[name], value)


def test_safetensors_hold_the_same(tmp_path):
    from safetensors.torch import save_file
    source, target = network(), network()
    save_file(source.state_dict(), str(tmp_path / 'a.safetensors'))
    load_weights(target, tmp_path / 'a.safetensors')
    torch.testing.assert_close(target[0].weight, source[0].weight)


@pytest.mark.parametrize('other, number', [(network(4), 1), (nn.Linear(2, 3), 0), (nn.Sequential(nn.Linear(2, 3)), 2)])
def test_another_models_checkpoint_is_refused_with_the_count(tmp_path, other, number):
    torch.save(other.state_dict(), tmp_path / 'other.pth')
    model = network()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with pytest.raises(UserError, match=f'other.pth is of another model: {number} of the 7 tensors'):
        load_weights(model, tmp_path / 'other.pth')
    for name, value in model.state_dict().items():
        torch.testing.assert_close(value, before[name])


def test_fine_tuning_takes_what_fits_but_not_nothing(tmp_path):
    other, model = network(4), network()
    other[1].num_batches_tracked += 5
    torch.save(other.state_dict(), tmp_path / 'wider.pth')
    assert load_weights(model, tmp_path / 'wider.pth', strict=False) == 1
    assert model[1].num_batches_tracked == 5
    torch.save(nn.Conv2d(1, 1, 1).state_dict(), tmp_path / 'conv.pth')
    with pytest.raises(UserError, match='0 of the 7'):
        load_weights(model, tmp_path / 'conv.pth', strict=False)


def test_wrappers_and_optimiser_states_are_not_weights():
    state = state_dict_of(dict(state_dict={'module.a': torch.zeros(1)}, optimizer=dict(state={})))
    assert list(state) == ['a']


def test_downloads_are_read_safely_and_leave_nothing_half_done(tmp_path, monkeypatch, canary):
    served = tmp_path / 'served.pth'
    torch.save(dict(state_dict={}, extra=RunsACommand()), served)
    monkeypatch.setattr(torch.hub, 'get_dir', lambda: str(tmp_path / 'hub'))
    cache = tmp_path / 'hub/checkpoints'
    cache.mkdir(parents=True)
    (cache / served.name).write_bytes(served.read_bytes())
    with pytest.raises(UserError, match='never loaded'):
        load_from_http(f'http://example.invalid/{served.name}')
    assert not canary.exists()

    def breaks_off(url, target, *args, **kwargs):
        Path(target).write_bytes(b'half')
        raise OSError('connection reset')
    monkeypatch.setattr(torch.hub, 'download_url_to_file', breaks_off)
    with pytest.raises(UserError, match='cannot be downloaded'):
        load_from_http('http://example.invalid/other.pth')
    assert [path.name for path in cache.iterdir()] == [served.name]
