import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
CONFIG = 'configs/synthesis/a3d-mini.py'
TINY = ['pipeline.splits.train=12', 'pipeline.splits.test=5', 'pose_sets.train=30', 'pose_sets.test=10', 'pipeline.chunk=5',
        'shard_size=5', 'pipeline.image_size=64']


def run(*arguments):
    return subprocess.run([sys.executable, 'tools/synthesize_a3d.py', *map(str, arguments)], cwd=ROOT, capture_output=True,
                          text=True, env={**os.environ, 'PYTHONPATH': str(ROOT), 'OMP_NUM_THREADS': '1'})


def test_the_mini_set_is_made_and_read_back(tmp_path):
    done = run(CONFIG, '--out', tmp_path / 'set', '--workers', 1, '--cfg-options', *TINY)
    assert done.returncode == 0, done.stderr
    assert '12/17' not in done.stdout and '17/17 pictures' in done.stderr
    card = json.loads((tmp_path / 'set' / 'dataset_card.json').read_text())
    assert card['name'] == 'a3d-mini' and card['splits']['train']['pictures'] == 12
    with np.load(tmp_path / 'set' / 'train' / 'annotations.npz', allow_pickle=False) as table:
        assert len(table['image']) == 12 and all((tmp_path / 'set' / 'train' / name).is_file() for name in table['image'])


@pytest.mark.parametrize('arguments, words', [
    (['configs/synthesis/none.py'], 'does not exist'), (['configs/_base_/runtime/default_runtime.py'], 'not a synthesis config'),
    ([CONFIG, '--cfg-options', 'pipeline.poses.type=PoseBunk'], 'PoseBunk'),
    ([CONFIG, '--cfg-options', 'shard_size=7'], 'multiple of pipeline.chunk')])
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
