"""Runs that are really stopped from outside: killed, interrupted at the keyboard, by a time limit, by a full disk."""
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CONFIG = '''
name = 'tiny'
custom_imports = dict(imports=['tiny_pipeline'], allow_failed_imports=False)
shard_size, pose_sets = 5, dict(train=30, test=10)
pipeline = dict(type='TinyPipeline', splits=dict(train=42, test=10), seed=3, chunk=5, pause=.01,
                backgrounds=dict(type='TinyBackgrounds'))
'''


@pytest.fixture
def start(tmp_path):
    """Function: folder, more arguments, words before the command -> the running tool, in a process group of its own."""
    (tmp_path / 'tiny.py').write_text(CONFIG)
    running = []

    def run(out, *arguments, before=()):
        process = subprocess.Popen(
            [*before, sys.executable, 'tools/synthesize_a3d.py', tmp_path / 'tiny.py', '--out', out, *map(str, arguments)],
            cwd=ROOT, env={**os.environ, 'PYTHONPATH': f'{ROOT}{os.pathsep}{os.environ["PYTHONPATH"]}'},
            stderr=subprocess.PIPE, text=True, start_new_session=True)
        running.append(process)
        return process
    yield run
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def count(folder):
    return sum(1 for _ in folder.rglob('*')) if folder.exists() else 0


def wait_until(condition, process=None, seconds=120):
    end = time.monotonic() + seconds
    while not condition() and (process is None or process.poll() is None):
        assert time.monotonic() < end
        time.sleep(.002)


def is_empty(group):
    """Whether no process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.slow
@pytest.mark.parametrize('workers', [1, 2])
def test_a_run_killed_five_times_ends_with_the_same_files(start, sums, tmp_path, workers):
    whole = start(tmp_path / 'whole', '--workers', 1)
    assert whole.wait() == 0
    total, moments = count(tmp_path / 'whole'), random.Random(workers)
    killed = 0
    # Anywhere in the work, and in its last steps: annotations, poses, card, checksums.
    for share in sorted([moments.uniform(.02, .9) for _ in range(3)]) + [.97, 1.]:
        process = start(tmp_path / 'killed', '--workers', workers)
        wait_until(lambda: count(tmp_path / 'killed') >= share * total, process)
        time.sleep(moments.uniform(0, .03))
        killed += process.poll() is None
        process.kill()
        process.wait()
        wait_until(lambda: is_empty(process.pid))              # its workers end with it
    assert killed >= 4
    last = start(tmp_path / 'killed', '--workers', workers)
    assert last.wait() == 0, last.stderr.read()
    assert sums(tmp_path / 'killed') == sums(tmp_path / 'whole')
    assert sorted(path.name for path in (tmp_path / 'killed').iterdir()) == sorted(
        path.name for path in (tmp_path / 'whole').iterdir())


@pytest.mark.slow
@pytest.mark.parametrize('launcher, send', [
    ('none', signal.SIGINT), ('mp', signal.SIGINT), ('mp', signal.SIGTERM)])
def test_stopping_takes_one_line_and_leaves_no_process_and_no_torn_file(start, tmp_path, launcher, send):
    process = start(tmp_path / 'set', '--launcher', launcher, '--workers', 1 if launcher == 'none' else 2)
    wait_until(lambda: count(tmp_path / 'set') > 20)
    os.killpg(process.pid, send)                                # as a terminal does: all processes of the group
    told = process.communicate(timeout=60)[1].splitlines()
    assert process.returncode == 130
    assert [line for line in told if 'pictures,' not in line] == ['stopped; the same command goes on where this one ends']
    wait_until(lambda: is_empty(process.pid), seconds=10)
    torn = [path for path in (tmp_path / 'set').rglob('.*') if path.is_file()]
    assert torn == [] and not (tmp_path / 'set' / 'dataset_card.json').exists()


@pytest.mark.slow
@pytest.mark.parametrize('workers', [1, 2])
def test_a_disk_that_takes_no_more_is_told_in_one_sentence(start, sums, tmp_path, workers):
    whole = start(tmp_path / 'whole', '--workers', 1)
    assert whole.wait() == 0
    process = start(tmp_path / 'set', '--workers', workers, before=['bash', '-c', 'ulimit -f 8; exec "$@"', '-'])
    told = process.communicate(timeout=120)[1].splitlines()
    assert process.returncode == 2
    assert [line for line in told if 'pictures,' not in line] == told[-1:]
    assert told[-1].startswith(f'error: {tmp_path / "set"} cannot take more files: a file may not become so large here')
    assert told[-1].endswith('Free some space and run the same command again: it goes on where it stopped.')
    assert [path for path in (tmp_path / 'set').rglob('.*') if path.is_file()] == []
    assert start(tmp_path / 'set', '--workers', workers).wait() == 0
    assert sums(tmp_path / 'set') == sums(tmp_path / 'whole')


@pytest.mark.slow
def test_three_tasks_of_a_slurm_array_at_once_give_the_bytes_of_one_process(start, sums, tmp_path, monkeypatch):
    assert start(tmp_path / 'whole', '--workers', 1).wait() == 0
    tasks = []
    for task in range(3):
        monkeypatch.setenv('SLURM_ARRAY_TASK_ID', str(task))
        monkeypatch.setenv('SLURM_ARRAY_TASK_COUNT', '3')
        tasks.append(start(tmp_path / 'array', '--launcher', 'slurm', '--workers', 1))
    told = [task.communicate(timeout=300)[1] for task in tasks]
    assert [task.returncode for task in tasks] == [0, 0, 0]
    assert any('files skipped: 5; see' in text for text in told)
    assert sums(tmp_path / 'array') == sums(tmp_path / 'whole')


@pytest.mark.slow
def test_the_same_command_twice_at_once_makes_one_set(start, sums, tmp_path):
    assert start(tmp_path / 'whole', '--workers', 1).wait() == 0
    twins = [start(tmp_path / 'twice', '--workers', 1) for _ in range(2)]
    told = [twin.communicate(timeout=300)[1] for twin in twins]
    assert [twin.returncode for twin in twins] == [0, 0], told
    assert sums(tmp_path / 'twice') == sums(tmp_path / 'whole')
