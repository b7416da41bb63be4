import os
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / 'tools' / 'slurm_synthesize.sh'


@pytest.fixture
def submit(tmp_path):
    """Function: arguments, environment -> the finished script, and what it handed to ``sbatch``."""
    (tmp_path / 'sbatch').write_text('#!/usr/bin/env bash\nprintf "%s\\0" "$@" > "$SEEN"\n')
    (tmp_path / 'sbatch').chmod(0o755)

    def run(*arguments, **environment):
        seen = tmp_path / 'seen'
        done = subprocess.run(['bash', SCRIPT, *map(str, arguments)], capture_output=True, text=True, env={
            **os.environ, 'PATH': f'{tmp_path}:{os.environ["PATH"]}', 'SEEN': str(seen), **environment})
        return done, seen.read_text().split('\0')[:-1] if seen.exists() else None
    return run


def test_an_array_of_tasks_is_asked_for(submit):
    done, seen = submit('cpu', 'a3d', 20, 'a3d_open.py', '/shared/my set', '--num', 5000, CPUS_PER_TASK='8', TIME='2:00:00',
                        SBATCH_ARGS='--account me')
    assert done.returncode == 0, done.stderr
    assert {'--array=0-19', '--cpus-per-task=8', '--time=2:00:00', '--account', 'me', '--job-name=a3d'} <= set(seen)
    assert seen[:2] == ['-p', 'cpu'] and seen[-2] == '--wrap'
    command = shlex.split(seen[-1])
    assert command[0] == 'exec' and command[3].endswith('tools/synthesize_a3d.py')
    assert command[4:] == ['a3d_open.py', '--out', '/shared/my set', '--launcher', 'slurm', '--workers', '8',
                           '--num', '5000']


@pytest.mark.parametrize('arguments', [
    (), ('cpu', 'a3d', 4, 'config.py'), ('cpu', 'a3d', 0, 'config.py', 'out'), ('cpu', 'a3d', 'all', 'config.py', 'out')])
def test_wrong_arguments_are_told_and_nothing_is_submitted(submit, arguments):
    done, seen = submit(*arguments)
    assert done.returncode == 2 and seen is None and len(done.stderr.splitlines()) == 1
