import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CELLS = ['forward 1', 'forward+backward 1', 'forward 2', 'forward+backward 2']


def run(*args):
    environment = dict(os.environ, PYTHONPATH=str(ROOT), OMP_NUM_THREADS='1')
    return subprocess.run([sys.executable, 'tools/benchmarks/body_model.py', '--batches', '1', '2', '--limb-batches', '1', '2',
                           '--seconds', '0', *args], cwd=ROOT, env=environment, capture_output=True, text=True)


def test_table_and_json_tell_the_same(tmp_path):
    pytest.importorskip('smplx')
    out = tmp_path / 'times.json'
    done = run('--json', str(out))
    assert done.returncode == 0, done.stderr
    report = json.loads(out.read_text())
    assert set(report['bodies']) == {'open', 'synthetic'} and report['threads'] == 1
    assert report['ratio_vs_smplx'] == report['bodies']['open']['ratio_vs_smplx']
    for body in report['bodies'].values():
        assert list(body['ratio_vs_smplx']) == CELLS and 0 < body['largest_difference'] < 1e-5
        for cell, row in body['milliseconds'].items():
            assert row['ratio'] == pytest.approx(row['smplx'] / row['ours']) and min(row.values()) > 0
            assert f'{row["ratio"]:.2f}x' in done.stdout
    assert report['bodies']['synthetic']['vertices'] == 6890
    assert set(report['limbs_ms_per_body']['2']) == {'intact', 'collapse', 'stump'}


def test_wrong_numbers_are_one_sentence():
    done = run('--threads', '0')
    assert done.returncode == 2 and done.stderr.strip().splitlines()[-1].startswith('error: batch sizes and threads')
