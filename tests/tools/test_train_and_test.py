"""tools/train.py and tools/test.py from the outside: train, go on, evaluate, in one process and in two."""
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

ROOT = Path(__file__).resolve().parents[2]
TOY = Path(__file__).resolve().parent / 'toy'
CONFIG = str(TOY / 'toy_config.py')


def run(*command, **environment):
    """Runs a command of the repository in a child process; stdout and stderr together."""
    env = dict(os.environ, PYTHONPATH=str(TOY), OMP_NUM_THREADS='1', CUDA_VISIBLE_DEVICES='', **environment)
    return subprocess.run([str(part) for part in command], cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=300)


def train(*arguments):
    return run(sys.executable, 'tools/train.py', *arguments)


def free_port():
    with socket.socket() as sock:
        sock.bind(('127.0.0.1', 0))
        return sock.getsockname()[1]


@pytest.fixture(scope='module')
def trained(tmp_path_factory):
    work_dir = tmp_path_factory.mktemp('trained')
    result = train(CONFIG, '--work-dir', work_dir)
    assert result.returncode == 0, result.stdout
    return work_dir, result.stdout


def test_training_counts_iterations_and_keeps_the_best(trained):
    work_dir, log = trained
    assert 'Iter(train) [6/6]' in log and 'Epoch(' not in log
    names = {path.name for path in work_dir.iterdir()}
    assert {'iter_6.pth', 'last_checkpoint', 'toy_config.py', 'best_gt_labels_mpjpe_iter_6.pth'} <= names
    assert 'best_gt_labels_mpjpe_iter_3.pth' not in names  # error fell: less is better


@pytest.mark.slow
def test_resume_continues_as_if_never_stopped(trained, tmp_path):
    straight = train(CONFIG, '--work-dir', tmp_path / 'straight', '--cfg-options', 'train_cfg.max_iters=9',
                     f'train_dataloader.dataset.log={tmp_path}/straight.txt')
    assert straight.returncode == 0, straight.stdout
    options = ['--cfg-options', 'train_cfg.max_iters=9', f'train_dataloader.dataset.log={tmp_path}/resumed.txt']
    resumed = train(CONFIG, '--work-dir', tmp_path / 'resumed', '--resume', trained[0] / 'iter_6.pth', *options)
    assert resumed.returncode == 0, resumed.stdout
    assert 'Iter(train) [7/9]' in resumed.stdout and 'Iter(train) [6/9]' not in resumed.stdout
    a, b = (torch.load(tmp_path / name / 'iter_9.pth', weights_only=False) for name in ('straight', 'resumed'))
    for name, value in a['state_dict'].items():
        assert torch.equal(value, b['state_dict'][name]), name
    history = b['message_hub']['log_scalars']['train/loss']
    np.testing.assert_array_equal(history.data[0], a['message_hub']['log_scalars']['train/loss'].data[0])
    # Only the samples after iteration 6 were read again (batches of 4).
    assert (tmp_path / 'resumed.txt').read_text().split() == (tmp_path / 'straight.txt').read_text().split()[24:]


@pytest.mark.slow
def test_resume_auto_finds_the_last_checkpoint_or_starts_afresh(trained, tmp_path):
    fresh = train(CONFIG, '--work-dir', tmp_path, '--resume', '--no-validate', '--cfg-options', 'train_cfg.max_iters=3')
    assert fresh.returncode == 0 and 'Iter(train) [1/3]' in fresh.stdout, fresh.stdout
    assert not list(tmp_path.glob('best_*'))
    again = train(CONFIG, '--work-dir', tmp_path, '--resume', '--cfg-options', 'train_cfg.max_iters=4')
    assert 'Iter(train) [4/4]' in again.stdout and 'Iter(train) [1/4]' not in again.stdout


@pytest.mark.slow
def test_amp_on_a_cpu_and_the_scaled_learning_rate(tmp_path):
    result = train(CONFIG, '--work-dir', tmp_path, '--amp', '--auto-scale-lr', '--no-validate', '--cfg-options',
                   'auto_scale_lr.base_batch_size=2')
    assert result.returncode == 0, result.stdout
    last = json.loads(next(tmp_path.glob('*/vis_data/scalars.json')).read_text().splitlines()[-1])
    assert last['is_bfloat16'] == 1
    assert last['lr'] == pytest.approx(0.01 * 4 / 2)


@pytest.mark.slow
def test_evaluation_writes_metrics_and_predictions(trained, tmp_path):
    result = run(sys.executable, 'tools/test.py', CONFIG, trained[0] / 'iter_6.pth', '--work-dir', tmp_path, '--out',
                 tmp_path / 'metrics.json', '--dump', tmp_path / 'predictions.npz')
    assert result.returncode == 0, result.stdout
    metrics = json.loads((tmp_path / 'metrics.json').read_text())
    with np.load(tmp_path / 'predictions.npz', allow_pickle=False) as columns:
        predicted = columns['pred_target'][:, 0]
    assert metrics['gt_labels/mpjpe'] == pytest.approx(np.abs(predicted - np.arange(10) / 10).mean(), rel=1e-5)
    without = run(sys.executable, 'tools/test.py', CONFIG, 'none', '--work-dir', tmp_path)
    assert without.returncode == 0, without.stdout


@pytest.mark.slow
def test_two_processes_on_a_cpu_train_alike_and_evaluate_each_sample_once(trained, tmp_path):
    result = run('bash', 'tools/dist_train.sh', CONFIG, 2, '--work-dir', tmp_path, '--cfg-options',
                 'train_cfg.max_iters=2', f'train_dataloader.dataset.log={tmp_path}/log.txt', PORT=str(free_port()))
    assert result.returncode == 0, result.stdout
    assert 'Iter(train) [2/2]' in result.stdout and 'gt_labels/count: 10' in result.stdout
    assert len((tmp_path / 'log.txt').read_text().split()) == 2 * 2 * 4  # iterations x processes x batch
    tested = run('bash', 'tools/dist_test.sh', CONFIG, trained[0] / 'iter_6.pth', 2, '--work-dir', tmp_path,
                 '--out', tmp_path / 'metrics.json', '--dump', tmp_path / 'predictions.npz', PORT=str(free_port()))
    assert tested.returncode == 0, tested.stdout
    assert json.loads((tmp_path / 'metrics.json').read_text())['gt_labels/count'] == 10
    with np.load(tmp_path / 'predictions.npz') as columns:
        assert columns['sample_id'].tolist() == [f'toy/{index}' for index in range(10)]


def refused(*command):
    """Runs a command that must end with one plain error; returns its text."""
    start = time.monotonic()
    result = run(sys.executable, *command)
    assert result.returncode == 2, result.stdout
    assert 'Traceback' not in result.stdout and time.monotonic() - start < 30
    return result.stdout


def test_missing_files_are_listed_before_anything_starts(tmp_path):
    text = refused('tools/train.py', CONFIG, '--work-dir', tmp_path / 'w', '--cfg-options',
                   'train_dataloader.dataset.ann_file=absent.npz', 'model.checkpoint=absent.pth')
    assert '2 files are missing' in text and 'comes from  the moon' in text and str(ROOT / 'absent.pth') in text
    assert not (tmp_path / 'w').exists()


def test_an_unknown_type_is_one_sentence(tmp_path):
    text = refused('tools/train.py', CONFIG, '--work-dir', tmp_path / 'w', '--cfg-options', 'model.type=ToyModle')
    assert "type 'ToyModle' is not in the model registry; did you mean ToyModel" in text
    assert not (tmp_path / 'w').exists()


@pytest.mark.slow
def test_a_checkpoint_of_another_model_is_refused(trained, tmp_path):
    for command in (['tools/test.py', CONFIG, trained[0] / 'iter_6.pth'],
                    ['tools/train.py', CONFIG, '--resume', trained[0] / 'iter_6.pth']):
        text = refused(*command, '--work-dir', tmp_path, '--cfg-options', 'model.width=9')
        assert 'iter_6.pth is of another model: 1 of the 4 tensors of ToyModel match' in text


def test_a_mistake_in_a_run_of_several_processes_is_told_once():
    result = run('bash', 'tools/dist_train.sh', CONFIG, 2, '--cfg-options', 'model.type=ToyModle')
    assert result.returncode == 2 and result.stdout.count('error:') == 1 and 'Traceback' not in result.stdout


def test_other_mistakes(tmp_path):
    assert 'does not exist' in refused('tools/train.py', tmp_path / 'absent.py')
    assert 'absent.pth does not exist' in refused('tools/test.py', CONFIG, tmp_path / 'absent.pth')
    assert '--auto-scale-lr needs' in refused('tools/train.py', CONFIG, '--auto-scale-lr')
