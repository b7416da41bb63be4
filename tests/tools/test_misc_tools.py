"""The small tools: they print what is so, and refuse in one sentence."""
import importlib.util
import subprocess
import sys
from pathlib import Path

import cv2
import pytest
import torch
from torch import nn

ROOT = Path(__file__).resolve().parents[2]
TINY = 'configs/ajahr/ajahr_tiny_a3d-mini.py'


def load(path):
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(*command, code=0):
    result = subprocess.run([sys.executable, *map(str, command)], cwd=ROOT, text=True, timeout=300,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert result.returncode == code and 'Traceback' not in result.stdout, result.stdout
    return result.stdout


def test_print_config_prints_a_config_that_can_be_read_again(tmp_path):
    from mmengine.config import Config
    text = run('tools/misc/print_config.py', TINY, '--cfg-options', 'model.decoder.depth=7')
    (tmp_path / 'printed.py').write_text(text)
    assert Config.fromfile(str(tmp_path / 'printed.py')).model.decoder.depth == 7
    assert 'absent.py does not exist' in run('tools/misc/print_config.py', 'absent.py', code=2)


def test_print_registry_lists_what_configs_may_name():
    text = run('tools/misc/print_registry.py', 'MODELS', 'HOOKS', '--all')
    assert 'MODELS (model)' in text and 'BodyEstimator' in text and 'EMAHook' in text and 'METRICS' not in text
    assert 'there is no registry MODEL;' in run('tools/misc/print_registry.py', 'MODEL', code=2)


def test_operations_are_counted_by_part():
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second = nn.Linear(10, 20, bias=False), nn.Linear(20, 5, bias=False)

        def forward(self, inputs):
            return self.second(self.first(inputs))

    counted = load('tools/analysis_tools/get_flops.py').count(Model(), dict(inputs=torch.zeros(3, 10)))
    assert counted == {'': 3 * (10 * 20 + 20 * 5), 'first': 3 * 10 * 20, 'second': 3 * 20 * 5}


@pytest.mark.slow
def test_get_flops_needs_neither_data_nor_weights():
    text = run('tools/analysis_tools/get_flops.py', TINY)
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.strip() and line[0].isalpha()}
    parts = [name for name in rows if name in ('backbone', 'limb_classifier', 'decoder', 'pose_head', 'params_head')]
    assert len(parts) == 5
    assert sum(float(rows[name][2]) for name in parts) == pytest.approx(float(rows['all'][2]), rel=0.05)
    limbs, cliff = (run('tools/analysis_tools/get_flops.py', f'configs/{name}_tiny_a3d-mini.py')
                    for name in ('bpac/bpac', 'cliff/cliff'))
    assert 'limb_classifier' in limbs and 'params_head' in cliff and 'MiB of weights, gradients' in cliff
    assert 'nothing can be counted' in run('tools/analysis_tools/get_flops.py', 'configs/ajahr/mean-body_a3d-mini.py',
                                           '--cfg-options', 'model.annotations=None', code=2)


@pytest.mark.slow
def test_browse_dataset_writes_a_picture_per_sample(tmp_path):
    load('tests/datasets/conftest.py').write_a3d(tmp_path / 'train', count=26)
    text = run('tools/misc/browse_dataset.py', TINY, '--output-dir', tmp_path / 'out', '--number', 3, '--mode', 'original',
               '--cfg-options', f'train_dataloader.dataset.data_root={tmp_path}/train')
    pictures = sorted((tmp_path / 'out').iterdir())
    assert [path.name for path in pictures] == ['train_000000.png', 'train_000012.png', 'train_000025.png']
    assert cv2.imread(str(pictures[0])) is not None and '[browse] 3/3' in text
    assert 'is missing' in run('tools/misc/browse_dataset.py', TINY, '--cfg-options',
                               'train_dataloader.dataset.data_root=absent', code=2)
    run('tools/misc/browse_dataset.py', tmp_path / 'train', '--output-dir', tmp_path / 'plain', '--number', 2)
    assert [path.name for path in sorted((tmp_path / 'plain').iterdir())] == ['train_000000.png', 'train_000025.png']
    assert 'holds no annotations.npz' in run('tools/misc/browse_dataset.py', tmp_path / 'plain', code=2)
