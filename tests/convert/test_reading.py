"""Files from anywhere: what official checkpoints contain is read, what could run is not."""
import os
import pickle
import sys
import types
from collections import OrderedDict
from pathlib import PosixPath

import numpy as np
import pytest
import torch

from ajahr_mm.convert.reading import Inert, read_public
from ajahr_mm.io import UserError

WEIGHTS = {'layer.weight': torch.arange(6.0).view(2, 3), 'steps': torch.tensor(3)}


@pytest.fixture
def foreign(monkeypatch):
    """``make(module, name)`` gives a class of a library that is not installed; ``forget()`` takes the library away again."""
    made = []

    def make(module, name, base=dict):
        parts = module.split('.')
        for i in range(len(parts)):
            path = '.'.join(parts[:i + 1])
            if path not in sys.modules:
                monkeypatch.setitem(sys.modules, path, types.ModuleType(path))
                made.append(path)
        cls = type(name, (base,), {'__module__': module, '__qualname__': name})
        monkeypatch.setattr(sys.modules[module], name, cls, raising=False)
        return cls

    def forget():
        for module in made:
            monkeypatch.delitem(sys.modules, module, raising=False)
    return types.SimpleNamespace(make=make, forget=forget)


def test_lightning_file_with_configuration_objects(tmp_path, foreign):
    node = foreign.make('yacs.config', 'CfgNode')
    options = node(ARCH=node(NB_CODE=2048))
    options.__dict__['__immutable__'] = False
    dict_config = foreign.make('omegaconf.dictconfig', 'DictConfig', object)()
    dict_config.__dict__['_content'] = {'lr': 1}
    callback = foreign.make('pytorch_lightning.callbacks.model_checkpoint', 'ModelCheckpoint', object)
    torch.save(dict(state_dict=OrderedDict(WEIGHTS), hyper_parameters=dict(cfg=options, more=dict_config), epoch=3,
                    callbacks={callback: dict(path=PosixPath('x'), best=np.float64(0.5))}), tmp_path / 'a.ckpt')
    foreign.forget()
    found = read_public(tmp_path / 'a.ckpt')
    assert set(found.state) == set(WEIGHTS) and torch.equal(found.state['layer.weight'], WEIGHTS['layer.weight'])
    assert found.extras['hyper_parameters']['cfg']['ARCH']['NB_CODE'] == 2048 and found.extras['epoch'] == 3
    assert isinstance(found.extras['hyper_parameters']['more'], Inert) and len(found.sha256) == 64


@pytest.mark.parametrize('key', [None, 'state_dict', 'net', 'model'])
def test_containers(tmp_path, key):
    weights = {'module.' + name: value for name, value in WEIGHTS.items()}
    torch.save({key: weights} if key else weights, tmp_path / 'a.pth')
    assert set(read_public(tmp_path / 'a.pth').state) == set(WEIGHTS)


def test_other_formats_and_half_precision(tmp_path):
    from safetensors.torch import save_file
    np.savez(tmp_path / 'a.npz', **{name: value.numpy() for name, value in WEIGHTS.items()})
    save_file(WEIGHTS, str(tmp_path / 'a.safetensors'))
    halves = {name: value.half() for name, value in WEIGHTS.items()}
    torch.save(halves, tmp_path / 'a.pth.tar', _use_new_zipfile_serialization=False)
    for path in ('a.npz', 'a.safetensors', 'a.pth.tar'):
        state = read_public(tmp_path / path).state
        assert torch.equal(state['layer.weight'], WEIGHTS['layer.weight']) and state['layer.weight'].dtype == torch.float32


class Calls:
    """An ordinary unpickler calls ``call`` when it opens a pickle of this."""

    def __init__(self, call, *args):
        self.call, self.args = call, args

    def __reduce__(self):
        return self.call, self.args


@pytest.mark.parametrize('call, args', [
    (os.system, ('touch {mark}',)), (eval, ("open('{mark}', 'w')",)), (exec, ("open('{mark}', 'w')",)),
    (getattr, (Calls(__import__, 'os'), 'sep')), (__import__, ('os',)), (open, ('{mark}', 'w')), (pickle.loads, (b'N.',)),
    (torch.load, ('{mark}',)), (np.load, ('{mark}',))], ids=lambda value: getattr(value, '__name__', ''))
@pytest.mark.parametrize('zipped', [True, False])
def test_a_file_that_would_run_code_is_refused_and_nothing_runs(tmp_path, call, args, zipped):
    mark, path = tmp_path / 'mark', tmp_path / 'evil.pth'
    args = tuple(a.format(mark=mark) if isinstance(a, str) else a for a in args)
    torch.save(dict(state_dict=WEIGHTS, payload=Calls(call, *args)), path, _use_new_zipfile_serialization=zipped)
    with pytest.raises(UserError, match='evil.pth names .* was not run'):
        read_public(path)
    assert not mark.exists()


def test_a_file_cannot_change_what_it_may_call(tmp_path):
    """BUILD sets attributes: of the function itself, if a pickle asks for it."""
    changed = {'global': b'ctorch._utils\n_rebuild_tensor_v2\n', 'class': b'cyacs.config\nCfgNode\n'}
    for name, fetch in changed.items():
        for state in (b'}X\x01\x00\x00\x00aK\x01s', b'(N}X\x0c\x00\x00\x00__defaults__Nst'):
            (tmp_path / 'a.pth').write_bytes(_legacy_file(b'\x80\x02' + fetch + state + b'b.'))
            with pytest.raises(UserError, match='a.pth'):
                read_public(tmp_path / 'a.pth')
    assert torch._utils._rebuild_tensor_v2.__defaults__ == (None,) and not hasattr(torch._utils._rebuild_tensor_v2, 'a')


def _legacy_file(content):
    """torch's format before zip: magic number, protocol, system, content, storage keys."""
    head = [pickle.dumps(value, 2) for value in (0x1950a86a20f9469cfc6c, 1001, dict(little_endian=True))]
    return b''.join([*head, content, pickle.dumps([], 2)])


def test_stand_ins_do_nothing_whatever_they_are_told(tmp_path, foreign):
    cls, made = foreign.make('omegaconf.base', 'Node', object), []
    cls.__init__ = lambda self, *args: made.append(args)
    cls.__reduce__ = lambda self: (cls, ('an argument',), {'x': 1}, iter([1, 2]), iter([('k', 'v')]))
    torch.save(dict(state_dict=WEIGHTS, node=cls()), tmp_path / 'a.pth')
    foreign.forget()
    assert read_public(tmp_path / 'a.pth').extras['node'] == {'x': 1, 'k': 'v'}
    assert made == [()]  # by this test alone


def test_programs_are_refused(tmp_path):
    torch.jit.save(torch.jit.trace(torch.nn.Linear(2, 2), torch.ones(1, 2)), str(tmp_path / 'a.pt'))
    with pytest.raises(UserError, match='TorchScript program'):
        read_public(tmp_path / 'a.pt')


@pytest.mark.parametrize('kind', ['absent', 'cut', 'empty', 'text', 'no weights'])
def test_broken_files_are_one_sentence(tmp_path, kind):
    path = tmp_path / 'a.ckpt'
    torch.save(dict(state_dict=WEIGHTS) if kind != 'no weights' else dict(epoch=1), path)
    content = {'cut': path.read_bytes()[:-100], 'empty': b'', 'text': b'<!DOCTYPE html>'}.get(kind)
    if content is not None:
        path.write_bytes(content)
    if kind == 'absent':
        path.unlink()
    with pytest.raises(UserError, match=r'a\.ckpt') as error:
        read_public(path)
    assert '\n' not in str(error.value)
