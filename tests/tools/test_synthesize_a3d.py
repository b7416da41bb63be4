import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
CONFIG = 'configs/synthesis/a3d-mini.py'
TINY = ['pose_sets.train=30', 'pose_sets.test=10', 'pipeline.chunk=5', 'shard_size=5', 'pipeline.image_size=64']


def run(*arguments, **environment):
    return subprocess.run([sys.executable, 'tools/synthesize_a3d.py', *map(str, arguments)], cwd=ROOT, capture_output=True,
                          text=True, env={**os.environ, 'PYTHONPATH': str(ROOT), 'OMP_NUM_THREADS': '1', **environment})


def test_the_mini_set_is_made_and_read_back(tmp_path):
    done = run(CONFIG, '--out', tmp_path / 'set', '--num', 17, '--seed', 4, '--workers', 1, '--strict', '--cfg-options', *TINY)
    assert done.returncode == 0, done.stderr
    assert '17/17 pictures' in done.stderr and 'files skipped: 0' in done.stderr and not done.stdout
    card = json.loads((tmp_path / 'set' / 'dataset_card.json').read_text())
    assert card['name'] == 'a3d-mini' and card['seed'] == 4
    assert {split: counts['pictures'] for split, counts in card['splits'].items()} == dict(train=15, test=2)
    with np.load(tmp_path / 'set' / 'train' / 'annotations.npz', allow_pickle=False) as table:
        assert len(table['image']) == 15 and all((tmp_path / 'set' / 'train' / name).is_file() for name in table['image'])


@pytest.mark.slow
def test_two_workers_that_find_no_compiled_kernels_give_the_bytes_of_one_process(tmp_path):
    arguments = [CONFIG, '--num', 40, '--cfg-options', *TINY, 'shard_size=10']
    for workers in (1, 2):
        done = run(*arguments, '--out', tmp_path / str(workers), '--workers', workers, WARP_CACHE_PATH=str(tmp_path / 'cache'))
        assert done.returncode == 0, done.stderr
        if workers == 1:
            shutil.rmtree(tmp_path / 'cache', ignore_errors=True)
    files = [{path.relative_to(folder): path.read_bytes() for path in folder.rglob('*')
              if path.is_file() and path.name not in ('cost.json', 'dataset_card.md')}
             for folder in (tmp_path / '1', tmp_path / '2')]
    assert len(files[0]) > 40 and files[0] == files[1]


def test_a_share_says_what_is_missing(tmp_path):
    done = run(CONFIG, '--out', tmp_path / 'set', '--num', 22, '--workers', 1, '--shard', '1/3', '--cfg-options', *TINY)
    assert done.returncode == 0, done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith('3 of 5 shards of ') and 'the same command without --shard, complete it' in last
    assert not (tmp_path / 'set' / 'dataset_card.json').exists()


@pytest.mark.parametrize('arguments, words', [
    (['configs/synthesis/none.py'], 'does not exist'), (['configs/_base_/runtime/default_runtime.py'], 'not a synthesis config'),
    ([CONFIG, '--cfg-options', 'pipeline.poses.type=PoseBunk'], 'PoseBunk'), ([CONFIG, '--num', '1'], '--num 1 leaves nothing'),
    ([CONFIG, '--cfg-options', 'shard_size=7'], 'multiple of pipeline.chunk'), ([CONFIG, '--shard', '4/4'], '--shard 4/4'),
    ([CONFIG, '--launcher', 'none', '--workers', '2'], '--launcher none is one process'),
    ([CONFIG, '--launcher', 'slurm'], 'SLURM_ARRAY_TASK_ID')])
def test_mistakes_end_with_one_sentence(tmp_path, arguments, words):
    done = run(arguments[0], '--out', tmp_path / 'set', *arguments[1:])
    assert done.returncode == 2 and 'Traceback' not in done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith('error: ')]
    assert len(errors) == 1 and words in errors[0]
    assert not (tmp_path / 'set').exists()


def test_the_shipped_config_meets_the_size_of_the_main_job():
    from mmengine.config import Config
    config = Config.fromfile(ROOT / CONFIG)
    assert config.pipeline.splits.train >= 1200 and config.pipeline.splits.test >= 200 and config.pipeline.image_size == 256
