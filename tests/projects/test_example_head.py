"""A head from outside the package: swapped in by the config alone, trained for a few iterations."""
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from ajahr_mm.engine.config import load_config
from ajahr_mm.engine.freezing import is_frozen
from ajahr_mm.registry import MODELS, register_all

ROOT = Path(__file__).resolve().parents[2]
CONFIG = 'projects/example_head/configs/example-head_tiny_a3d-mini.py'


def write_miniature(folder, **options):
    """The miniature A3D that the dataset tests use."""
    spec = importlib.util.spec_from_file_location('a3d_miniature', ROOT / 'tests/datasets/conftest.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.write_a3d(folder, **options)


def test_the_config_swaps_the_head_and_nothing_else():
    changed, base = load_config(ROOT / CONFIG), load_config(ROOT / 'configs/ajahr/ajahr_tiny_a3d-mini.py')
    assert changed.model.pose_head == dict(type='MLPPoseHead', dim=base.dim, width=256)
    for name in set(base.model) - {'pose_head'}:
        assert changed.model[name] == base.model[name], name
    assert not (ROOT / 'ajahr_mm').joinpath('models/heads/mlp_pose_head.py').exists()


def test_the_head_gives_proper_rotations_and_learns():
    register_all()
    load_config(ROOT / CONFIG)
    torch.manual_seed(0)
    head = MODELS.build(dict(type='MLPPoseHead', dim=16, width=32, dropout=0.0))
    hidden = torch.randn(4, 16)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        rotations = head(hidden.bfloat16())
    assert rotations.dtype == torch.float32 and rotations.shape == (4, 23, 3, 3)
    torch.testing.assert_close(rotations @ rotations.mT, torch.eye(3).expand(4, 23, 3, 3), atol=1e-5, rtol=0)
    torch.testing.assert_close(torch.linalg.det(rotations), torch.ones(4, 23))
    target = torch.linalg.qr(torch.randn(4, 23, 3, 3))[0]
    target = target * torch.linalg.det(target)[..., None, None]
    optimizer = torch.optim.Adam(head.parameters(), lr=0.01)
    losses = []
    for _ in range(60):
        loss = (head(hidden) - target).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.3 * losses[0] and not is_frozen(head)


@pytest.mark.slow
def test_it_trains_from_the_command_line_with_no_change_to_the_package(tmp_path):
    for split in ('train', 'test'):
        write_miniature(tmp_path / split, count=26)
    result = subprocess.run(
        [sys.executable, 'tools/train.py', CONFIG, '--work-dir', str(tmp_path / 'work'), '--cfg-options',
         f'train_dataloader.dataset.data_root={tmp_path}/train', f'val_dataloader.dataset.data_root={tmp_path}/test',
         'train_dataloader.batch_size=4', 'train_cfg.max_iters=3',
         'train_cfg.val_interval=3', 'default_hooks.checkpoint.interval=3', 'default_hooks.logger.interval=1'],
        cwd=ROOT, env=dict(os.environ, OMP_NUM_THREADS='1', CUDA_VISIBLE_DEVICES=''), text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=300)
    assert result.returncode == 0, result.stdout[-4000:]
    assert 'Iter(train) [3/3]' in result.stdout and 'gt_labels/mpjpe' in result.stdout
    state = torch.load(tmp_path / 'work/iter_3.pth', weights_only=False)['state_dict']
    assert any(name.startswith('pose_head.mlp.') for name in state)
