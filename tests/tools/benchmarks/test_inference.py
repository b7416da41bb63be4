import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / 'tools' / 'benchmarks'))


def test_products_are_counted_by_part():
    import torch
    from torch import nn
    inference = pytest.importorskip('inference')
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten(), nn.Linear(8 * 4, 5))
    query = torch.randn(2, 4, 6, 16)

    def run():
        model(torch.randn(2, 3, 4, 4))
        nn.functional.scaled_dot_product_attention(query, query, query)

    products = inference.record({'first': model[0], 'last': model[2]}, run)
    counted = [(product.part, product.operations, product.weight_bytes) for product in products]
    assert counted == [('first', 2 * 2 * 4 * 8 * 27, 4 * 8 * 27), ('last', 2 * 2 * 32 * 5, 4 * 32 * 5),
                       ('rest', 2 * 2 * (2 * 4 * 6 * 6 * 16), 0)]
    assert [tuple(product.run().shape) for product in products] == [(2, 8, 2, 2), (2, 5), (2, 4, 6, 16)]


def test_small_run_writes_its_figures(tmp_path):
    out = tmp_path / 'bench' / 'inference.json'
    done = subprocess.run(
        [sys.executable, 'tools/benchmarks/inference.py', 'configs/ajahr/ajahr_tiny_a3d-mini.py', '--batch', '2', '--rounds', '1',
         '--json', str(out)], cwd=ROOT, env=dict(os.environ, PYTHONPATH=str(ROOT)), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    report = json.loads(out.read_text())
    for dtype in ('float32', 'bfloat16'):
        cell = report['dtypes'][dtype]['batches']['2']
        assert cell['ratio'] == pytest.approx(cell['forward_ms'] / cell['products_ms'])
        assert set(cell['parts']) == {'backbone', 'limb_classifier', 'decoder', 'pose_head', 'params_head', 'body'}
        assert f'ratio {cell["ratio"]:.2f}' in done.stdout
    assert report['bfloat16_speedup']['2'] > 0 and report['joints_moved_mm']['2'] >= 0


def test_missing_config_is_one_sentence():
    done = subprocess.run([sys.executable, 'tools/benchmarks/inference.py', 'configs/nowhere.py'], cwd=ROOT,
                          env=dict(os.environ, PYTHONPATH=str(ROOT)), capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.strip().splitlines()[-1].startswith('error: ')
