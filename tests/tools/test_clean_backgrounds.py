"""The command that makes backgrounds from pictures of people."""
import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from mmengine.config import Config

ROOT = Path(__file__).parents[2]
CONFIG = 'configs/synthesis/clean_backgrounds.py'
PAPER = 'configs/synthesis/clean_backgrounds_paper.py'


def run(*arguments):
    return subprocess.run([sys.executable, 'tools/clean_backgrounds.py', *map(str, arguments)], cwd=ROOT, text=True,
                          capture_output=True, env={**os.environ, 'PYTHONPATH': str(ROOT), 'OMP_NUM_THREADS': '1'})


@pytest.fixture
def images(tmp_path):
    """A walking figure, a wall without anybody, and a file that is no picture."""
    wall = np.full((400, 320, 3), 200, np.uint8) + np.random.default_rng(0).integers(0, 8, (400, 320, 3), np.uint8)
    walker = wall.copy()
    cv2.circle(walker, (160, 78), 17, (150, 110, 90), -1)
    cv2.ellipse(walker, (160, 140), (30, 48), 0, 0, 360, (40, 60, 110), -1)
    for start, end, width in (((138, 108), (126, 185), 14), ((182, 108), (196, 185), 14), ((150, 180), (138, 296), 21),
                              ((170, 180), (184, 296), 21)):
        cv2.line(walker, start, end, (30, 40, 60), width)
    (tmp_path / 'in').mkdir()
    cv2.imwrite(str(tmp_path / 'in/walker.png'), walker)
    cv2.imwrite(str(tmp_path / 'in/wall.png'), wall)
    (tmp_path / 'in/broken.jpg').write_text('no picture')
    return tmp_path / 'in'


def test_a_walker_is_removed(tmp_path, images):
    done = run(CONFIG, '--images', images, '--out', tmp_path / 'out')
    assert done.returncode == 0, done.stderr
    assert '1 of 2 pictures may become backgrounds' in done.stderr and 'LPIPS not measured' in done.stderr
    assert done.stderr.count('\nskipped: ') == 1 and 'broken.jpg is not an image' in done.stderr
    report = json.loads((tmp_path / 'out/report.json').read_text())
    assert report['pictures']['walker.png']['people'] >= 1
    assert report['pictures']['wall.png']['dropped'].startswith('keep_empty: nobody was found')
    cleaned = cv2.imread(str(tmp_path / 'out/pictures/walker.png.png'))
    assert (cleaned < 120).any(axis=-1).mean() < .25 * (cv2.imread(str(images / 'walker.png')) < 120).any(axis=-1).mean()
    assert [path.name for path in (tmp_path / 'out/pictures').iterdir()] == ['walker.png.png']


@pytest.mark.parametrize('arguments, words', [
    ([CONFIG, '--images', 'IN', '--strict'], 'broken.jpg'),
    (['configs/synthesis/a3d-mini.py', '--images', 'IN'], 'has no cleaner'),
    ([CONFIG, '--images', 'IN', '--cfg-options', 'cleaner.segmenter.type=GrebCut'], 'GrebCut'),
    ([PAPER, '--images', 'IN'], 'fasterrcnn_resnet50_fpn_v2_coco-dd69338a.pth does not exist')])
def test_mistakes_end_with_one_sentence(tmp_path, images, arguments, words):
    done = run(*[images if argument == 'IN' else argument for argument in arguments], '--out', tmp_path / 'out')
    assert done.returncode == 2 and 'Traceback' not in done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith('error: ')]
    assert len(errors) == 1 and words in errors[0]


def test_the_configs_are_the_papers_stages():
    for path in (CONFIG, PAPER):
        cleaner = Config.fromfile(ROOT / path).cleaner
        assert cleaner.checks[0] == dict(type='SSIMCheck', minimum=.5) and cleaner.checks[1].type == 'NoPersonCheck'
    assert (cleaner.segmenter.type, cleaner.inpainter.type) == ('SAMSegmenter', 'LaMaInpainter')
    assert cleaner.checks[1].keypoints.type == 'TransformersViTPose' and cleaner.quality.alexnet
