import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

ROOT = Path(__file__).parents[3]
sys.path[:0] = [str(ROOT / 'tools/benchmarks'), str(ROOT / 'tools/model_converters')]
recipe = pytest.importorskip('hmr2_recipe')
photo = pytest.importorskip('parity.recipe').photo


@pytest.fixture(scope='module')
def stored():
    with np.load(ROOT / 'tests/data/parity/geometry.npz') as archive:
        return dict(archive)


def silent(stage):
    pass


def still(flip=False, scale=1.0, rotation=0.0, shift=(0, 0), color=(1, 1, 1)):
    return recipe.Draw(bool(flip), float(scale), float(rotation), np.array(shift, float), np.array(color, float))


def rgb(seed, height, width):
    return cv2.cvtColor(photo(seed, int(height), int(width)), cv2.COLOR_BGR2RGB)


def check_crop(crop, stored):
    """Most pixels are equal; other versions of OpenCV round the rest to the next grey level (0.0175) or two."""
    difference = np.abs(crop[:, ::8, ::8] - stored)
    assert (difference < 1e-3).mean() > 0.8 and difference.mean() < 0.005 and difference.max() < 0.1


def test_the_recipe_gives_the_training_crops_of_the_official_code(stored):
    for i in range(len(stored['aug_center'])):
        picture = rgb(621 + i, 400, 600)
        draw = still(stored['aug_flip'][i], stored['aug_scale'][i], stored['aug_rot_deg'][i], stored['aug_txty'][i],
                     stored['aug_color'][i])
        center, side = stored['aug_center'][i].astype(float), float(stored['aug_box_wh'][i].max())
        crop = recipe.crop(picture, center, side, draw, None, silent)
        check_crop(crop, stored['aug_crop_sub'][i])
        record = dict(keypoints_2d=stored['aug_kp2d_in'][i], keypoints_3d=stored['aug_kp3d_in'][i], betas=np.zeros(10),
                      global_orient=stored['aug_pose_in'][i][:3], body_pose=stored['aug_pose_in'][i][3:].reshape(23, 3))
        labels = recipe.labels(record, 600, center, side, draw)
        np.testing.assert_allclose(labels['keypoints_2d'], stored['aug_kp2d_out'][i], atol=1e-5)
        np.testing.assert_allclose(labels['keypoints_3d'], stored['aug_kp3d_out'][i], atol=1e-5)
        np.testing.assert_allclose(labels['global_orient'], stored['aug_global_orient_out'][i], atol=1e-5)
        np.testing.assert_allclose(labels['body_pose'].reshape(-1), stored['aug_body_pose_out'][i], atol=1e-5)


@pytest.mark.parametrize('blur', ['blur_skimage', 'blur_opencv'])
def test_the_recipe_blurs_as_the_official_code(stored, blur):
    sizes = stored['crop_box_size']
    assert (sizes / 512 > 1.1).any()
    for i, (height, width) in enumerate(stored['crop_image_hw']):
        center = stored['crop_boxes_xyxy'][i].astype(float).reshape(2, 2).mean(0)
        crop = recipe.crop(rgb(611 + i, height, width), center, float(sizes[i]), still(), getattr(recipe, blur), silent)
        check_crop(crop, stored['crop_sub'][i])
        if sizes[i] / 512 > 1.1:  # blurred, and warped in float: nothing is rounded
            np.testing.assert_allclose(crop[:, ::8, ::8], stored['crop_sub'][i], atol=1e-5)


def test_small_run_writes_its_figures(tmp_path):
    out = tmp_path / 'bench' / 'data.json'
    done = subprocess.run([sys.executable, 'tools/benchmarks/dataloading.py', '--pictures', '4', '--rounds', '1', '--json',
                           str(out), '--sizes', '640x480'], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    cell = json.loads(out.read_text())['sizes']['640x480']
    assert cell['ratio'] == pytest.approx(cell['ours']['images_per_second'] / cell['recipe']['images_per_second'])
    for way in ('ours', 'recipe', 'recipe_without_blur', 'recipe_opencv'):
        stages = cell[way]['stages_ms']
        assert sum(stages.values()) == pytest.approx(cell[way]['ms']) and stages['decode'] > 0
    assert cell['psnr_db']['smallest'] > 25  # both see the same picture
    assert f'ratio {cell["ratio"]:.2f}' in done.stdout


def test_impossible_settings_are_one_sentence():
    done = subprocess.run([sys.executable, 'tools/benchmarks/dataloading.py', '--rounds', '0'], cwd=ROOT,
                          capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.startswith('error: --pictures must be at least 2')
