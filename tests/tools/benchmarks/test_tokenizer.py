import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / 'tools' / 'benchmarks'))
CONFIG = 'configs/tokenizer/tokenizer_tiny_amputee.py'


def run(*args):
    return subprocess.run([sys.executable, 'tools/benchmarks/tokenizer.py', CONFIG, '--batch', '2', '--rounds', '1', *args],
                          cwd=ROOT, env=dict(os.environ, PYTHONPATH=str(ROOT)), capture_output=True, text=True)


def test_figures_are_written_and_printed(tmp_path):
    pytest.importorskip('smplx')
    out = tmp_path / 'bench.json'
    done = run('--json', str(out))
    assert done.returncode == 0, done.stderr
    report = json.loads(out.read_text())
    assert report['first_loss']['float32'] == pytest.approx(report['first_loss']['reference'], rel=1e-3)
    for name, ratio in report['ratio_vs_reference'].items():
        assert ratio == pytest.approx(report['seconds']['reference'] / report['seconds'][name])
        assert f'{ratio:.2f} x the steps of the reference' in done.stdout


def test_reference_has_our_gradients():
    pytest.importorskip('smplx')
    tokenizer = pytest.importorskip('tokenizer')
    model = tokenizer.build(CONFIG, None, None)
    rotations = tokenizer.axis_angle_to_matrix(.3 * torch.randn(2, 21, 3, generator=torch.Generator().manual_seed(0)))
    with torch.no_grad():
        tokenizer.our_loss(model, rotations)
    reference = tokenizer.Reference(model)
    reference.loss(rotations).backward()
    tokenizer.our_loss(model, rotations).backward()
    ours = {name.replace('.', '_'): parameter.grad for name, parameter in model.codec.named_parameters()}
    assert set(reference.weights) == set(ours)
    for name, parameter in reference.weights.items():
        torch.testing.assert_close(parameter.grad, ours[name], rtol=2e-3, atol=1e-3 * float(ours[name].abs().max()))


def test_another_reference_is_not_timed(monkeypatch):
    pytest.importorskip('smplx')
    tokenizer = pytest.importorskip('tokenizer')
    monkeypatch.setattr(tokenizer.Reference, 'loss', lambda self, rotations: 2 * self.weights['encoder_out_bias'].sum())
    with pytest.raises(tokenizer.UserError, match='do not compute the same'):
        tokenizer.measure(CONFIG, 2, 1, None)
