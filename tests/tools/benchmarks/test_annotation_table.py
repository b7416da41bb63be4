import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
def test_a_large_table_costs_a_small_part_of_its_size(tmp_path):
    """80,000 rows are 175 MB on disk. The limits leave room for the noise of the allocator, not for a copy."""
    out = tmp_path / 'out.json'
    done = subprocess.run([sys.executable, 'tools/benchmarks/annotation_table.py', '--rows', '80000', '--reads', '2000',
                           '--folder', str(tmp_path), '--json', str(out)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    report = json.loads(out.read_text())
    assert report['megabytes'] > 150 and (tmp_path / 'table_80000.npz').stat().st_size > 150 << 20
    for method in ('fork', 'spawn'):
        assert report[method]['main_own'] < 30 and report[method]['worker_own'] < 10
    assert f'{report["fork"]["main_own"]:.1f}' in done.stdout


def test_impossible_settings_are_one_sentence():
    done = subprocess.run([sys.executable, 'tools/benchmarks/annotation_table.py', '--rows', '0'], cwd=ROOT,
                          capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.startswith('error: --rows must be at least 1')
