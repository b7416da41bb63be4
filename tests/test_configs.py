"""Every small system of configs/ trains and is evaluated by the tools, on a data set made by the tools."""
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOKENIZERS = ('intact', 'amputee')
SYSTEMS = {'ajahr/ajahr_tiny_a3d-mini': ['model.pose_head.amputee.checkpoint=None', 'model.pose_head.intact.checkpoint=None'],
           'tokenhmr/tokenhmr_tiny_a3d-mini': ['model.pose_head.codec.checkpoint=None'],
           'hmr2/hmr2_tiny_a3d-mini': []}
pytestmark = pytest.mark.slow


def run(script, *arguments):
    done = subprocess.run([sys.executable, str(ROOT / 'tools' / script), *map(str, arguments)], cwd=ROOT,
                          capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@pytest.fixture(scope='module')
def data(tmp_path_factory):
    out = tmp_path_factory.mktemp('configs') / 'a3d'  # --cfg-options drops spaces from paths
    run('synthesize_a3d.py', 'configs/synthesis/a3d-mini.py', '--out', out, '--workers', 1, '--cfg-options',
        'pipeline.splits.train=50', 'pipeline.splits.test=25', 'shard_size=25', 'pose_sets.train=300', 'pose_sets.test=50')
    return out


@pytest.mark.parametrize('name', SYSTEMS)
def test_a_mesh_network_trains_and_is_evaluated(name, data, tmp_path):
    options = [f'train_dataloader.dataset.data_root={data}/train', 'train_dataloader.batch_size=4',
               f'val_dataloader.dataset.data_root={data}/test', 'train_cfg.max_iters=2', 'train_cfg.val_interval=2',
               f'test_dataloader.dataset.data_root={data}/test', *SYSTEMS[name]]
    run('train.py', f'configs/{name}.py', '--work-dir', tmp_path, '--cfg-options', *options)
    run('test.py', f'configs/{name}.py', tmp_path / 'iter_2.pth', '--work-dir', tmp_path,
        '--out', tmp_path / 'metrics.json', '--cfg-options', *options)
    metrics = json.loads((tmp_path / 'metrics.json').read_text())
    assert 0 < metrics['gt_labels/pa_mpjpe'] < metrics['gt_labels/mpjpe']
    assert ('limb/f1' in metrics) == name.startswith('ajahr')


@pytest.mark.parametrize('name', TOKENIZERS)
def test_a_tokenizer_trains_and_is_evaluated(name, data, tmp_path):
    config = f'configs/tokenizer/tokenizer_tiny_{name}.py'
    options = [f'{part}_dataloader.dataset.data_root={data}' for part in ('train', 'val', 'test')]
    options += ['train_dataloader.batch_size=16', 'train_cfg.max_iters=2', 'train_cfg.val_interval=2']
    run('train.py', config, '--work-dir', tmp_path, '--cfg-options', *options)
    run('test.py', config, tmp_path / 'iter_2.pth', '--work-dir', tmp_path, '--out', tmp_path / 'metrics.json',
        '--cfg-options', *options)
    assert json.loads((tmp_path / 'metrics.json').read_text())['recon/mpjpe'] > 0


def test_the_mean_body_is_evaluated(data, tmp_path):
    run('test.py', 'configs/ajahr/mean-body_a3d-mini.py', 'none', '--work-dir', tmp_path, '--out',
        tmp_path / 'metrics.json', '--cfg-options', f'test_dataloader.dataset.data_root={data}/test',
        f'model.annotations={data}/train/annotations.npz')
    assert json.loads((tmp_path / 'metrics.json').read_text())['gt_labels/mpjpe'] > 0


def test_the_full_size_system_is_the_papers(data):
    """Built on the open body: parts and sizes of Sec. 3.3 and Supp. F-H."""
    from ajahr_mm.engine.config import load_config
    from ajahr_mm.registry import MODELS, register_all
    register_all()
    model = dict(load_config(ROOT / 'configs/ajahr/ajahr_vitpose_a3d.py').model)
    model['body'] = dict(type='BodyModel', source='open')
    # Two of the 32 blocks keep the test light; their size is what counts.
    model['backbone'] = dict(model['backbone'], init_cfg=None, arch=dict(
        embed_dims=1280, num_layers=2, num_heads=16, feedforward_channels=5120))
    model['trainable'] = [pattern for pattern in model['trainable'] if 'vit.layers' not in pattern]
    system = MODELS.build(model)
    millions = {name: sum(p.numel() for p in part.parameters()) / 1e6 for name, part in system.named_children()}
    assert millions['limb_classifier'] == pytest.approx(22.15, abs=0.01)
    assert millions['decoder'] == pytest.approx(39.39, abs=0.01)
    assert [codec.num_tokens for codec in system.pose_head.codecs] == [320, 320]
    trained = {name for name, p in system.named_parameters() if p.requires_grad}
    assert {name.split('.')[2] for name in trained if name.startswith('decoder.layers')} == {'4', '5'}
    assert not any('codec' in name for name in trained)
