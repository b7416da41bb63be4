"""tools/misc/show_renderers.py: a row for each renderer, all rows showing the same."""
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[2]


def run(*args):
    return subprocess.run([sys.executable, '-W', 'ignore', 'tools/misc/show_renderers.py', *args], cwd=ROOT, text=True,
                          env=dict(os.environ, PYTHONPATH=str(ROOT)), capture_output=True, timeout=120)


def test_rows_agree_and_what_cannot_run_is_told(tmp_path):
    out = tmp_path / 'sheet.png'
    done = run('--out', str(out), '--renderers', 'torch', 'metal', 'torch', '--size', '96')
    assert done.returncode == 0, done.stderr
    assert "without metal: unknown renderer 'metal'" in done.stdout
    picture = cv2.imread(str(out))
    assert picture.shape == (192, 6 * 96, 3)
    np.testing.assert_array_equal(picture[:96], picture[96:])
    columns = picture[20:96].reshape(76, 6, 96, 3)
    assert ((columns < 250).any(-1).sum((0, 2)) > 500).all(), 'people in every column'
    assert len(np.unique(columns[:, 5].reshape(-1, 3), axis=0)) == 3, 'two people on white'


def test_refusals_are_one_sentence(tmp_path):
    for args, said in (('--out x.bmp', 'must end in .jpg or .png'), ('--out x.png --size 3', 'at least 32'),
                       ('--out x.png --renderers metal', 'none of the renderers runs here')):
        done = run(*args.split())
        assert done.returncode == 2 and said in done.stderr and 'Traceback' not in done.stderr
