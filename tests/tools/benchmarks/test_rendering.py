import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def run(*args):
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    return subprocess.run([sys.executable, 'tools/benchmarks/rendering.py', '--size', '32', '--samples', '1', '--rounds',
                           '2', '--faces', '200', *args], cwd=ROOT, env=environment, capture_output=True, text=True)


def test_table_and_json_tell_the_same(tmp_path):
    out = tmp_path / 'times.json'
    done = run('--renderers', 'torch', 'torch', '--out', str(out))
    assert done.returncode == 0, done.stderr
    row, = json.loads(out.read_text())['rows']
    assert row['size'] == 32 and row['samples'] == 1 and row['ratio'] == {'torch': 1} and row['ms']['torch'] > 0
    assert f'{row["ms"]["torch"]:.2f} (1.0)' in done.stdout


def test_without_names_all_that_run_here_take_part():
    pytest.importorskip('warp')
    done = run()
    assert done.returncode == 0, done.stderr
    assert ' warp ' in done.stdout and ' torch' in done.stdout and '(1.0)' in done.stdout
    assert ('without gl: ' in done.stdout) != (' gl' in done.stdout.splitlines()[-2])


def test_unknown_renderer_is_one_sentence():
    done = run('--renderers', 'metal')
    assert done.returncode == 2 and done.stderr.strip().splitlines()[-1].startswith('error: unknown renderer')
