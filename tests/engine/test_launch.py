"""Launching: threads on purpose, and a clear word when a launcher's variables are missing."""
import os

import pytest
import torch
from mmengine.config import Config

from ajahr_mm.engine import launch
from ajahr_mm.io.errors import UserError


@pytest.fixture(autouse=True)
def keep_the_process_as_it_is(monkeypatch):
    threads = torch.get_num_threads()
    for name in ('OMP_NUM_THREADS', 'MKL_NUM_THREADS'):
        monkeypatch.setenv(name, os.environ.get(name, '1'))
    for name in ('AJAHR_NUM_THREADS', 'RANK', 'WORLD_SIZE', 'LOCAL_RANK', 'LOCAL_WORLD_SIZE'):
        monkeypatch.delenv(name, raising=False)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize('cores, processes, workers, expected', [
    (2, 1, 0, 2), (2, 1, 1, 1), (2, 1, 4, 1), (2, 2, 0, 1), (16, 2, 3, 5), (1, 4, 0, 1)])
def test_threads_are_the_cores_that_are_left(monkeypatch, cores, processes, workers, expected):
    monkeypatch.setattr(launch, 'available_cores', lambda: cores)
    assert launch.set_threads(processes, workers) == expected == torch.get_num_threads()
    assert os.environ['OMP_NUM_THREADS'] == '1'


def test_the_user_may_say_otherwise(monkeypatch):
    monkeypatch.setenv('AJAHR_NUM_THREADS', '3')
    assert launch.set_threads(8, 8) == 3
    monkeypatch.setenv('AJAHR_NUM_THREADS', 'many')
    with pytest.raises(UserError, match='AJAHR_NUM_THREADS'):
        launch.set_threads()


def test_available_cores_respect_affinity():
    assert 1 <= launch.available_cores() <= len(os.sched_getaffinity(0))


def test_one_process_needs_no_group():
    cfg = launch.prepare(Config(dict(train_dataloader=dict(num_workers=1))))
    assert cfg.launcher == 'none' and 'model_wrapper_cfg' not in cfg
    assert not torch.distributed.is_initialized()


@pytest.mark.parametrize('launcher', ['pytorch', 'slurm', 'mpi'])
def test_a_launcher_without_its_variables(launcher):
    with pytest.raises(UserError, match=f'--launcher {launcher} needs the variables RANK, WORLD_SIZE, LOCAL_RANK'):
        launch.prepare(Config(dict()), launcher)
    with pytest.raises(UserError, match="launcher 'dask' is unknown"):
        launch.prepare(Config(dict()), 'dask')


def test_slurm_variables_are_understood(monkeypatch):
    for name, value in dict(PROCID=3, NTASKS=4, LOCALID=1, NTASKS_PER_NODE='2(x2)').items():
        monkeypatch.setenv(f'SLURM_{name}', str(value))
    for name in ('RANK', 'WORLD_SIZE', 'LOCAL_RANK', 'LOCAL_WORLD_SIZE'):
        monkeypatch.setenv(name, '')  # so that what the call exports is undone afterwards
        monkeypatch.delenv(name)
    assert launch.local_processes('slurm') == 2
    assert [os.environ[name] for name in ('RANK', 'WORLD_SIZE', 'LOCAL_RANK')] == ['3', '4', '1']


def test_a_group_of_one_over_gloo(monkeypatch, tmp_path):
    for name, value in dict(RANK=0, WORLD_SIZE=1, LOCAL_RANK=0, MASTER_PORT=29517).items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.setenv('MASTER_ADDR', '127.0.0.1')
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: False)
    try:
        cfg = launch.prepare(Config(dict(find_unused_parameters=True)), 'pytorch')
        assert torch.distributed.get_backend() == 'gloo'
        assert cfg.model_wrapper_cfg == dict(type='MMDistributedDataParallel', device_ids=None, broadcast_buffers=False,
                                             find_unused_parameters=True)
    finally:
        launch.leave_group()
    assert not torch.distributed.is_initialized()
    launch.leave_group()  # a second time is no harm
