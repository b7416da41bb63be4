"""Tars and npz of 4D-Humans: where they may lie, its filters, converted tars, broken shards."""
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from ajahr_mm.datasets.corpora import AVA, InstaVariety
from ajahr_mm.datasets.corpora.hmr2_forms import hmr2_filter

from ..legacy_tars import write_legacy
from ..miniatures.fits import write_hmr2

ROOT = Path(__file__).resolve().parents[3]
TARS = 'ava-train-midframes-1fps-vitpose'


def columns(count=6):
    rng = np.random.default_rng(0)
    points = rng.uniform(1, 100, (count, 44, 3)).astype(np.float32)
    points[..., 2] = 0.9
    return dict(keypoints_2d=points, betas=rng.uniform(-1, 1, (count, 10)).astype(np.float32),
                has_pose=np.ones(count, np.float32),
                has_betas=np.ones(count, np.float32), fitting_loss=np.full(count, 100, np.float32))


def test_filters_of_hmr2b():
    people = columns()
    people['keypoints_2d'][0, :5, 2] = 0.29       # not sure enough
    people['betas'][1, 3] = -3.1                  # beyond 3 sd: no shape, and so no pose
    people['has_pose'][2] = 0                     # no pose, and so no shape
    people['keypoints_2d'][3, 4:, 2] = 0          # four keypoints are too few
    people['fitting_loss'][4] = 31000             # fits badly
    untouched = {name: column.copy() for name, column in people.items()}
    found = hmr2_filter(people)
    assert all(np.array_equal(people[name], untouched[name]) for name in people)
    assert len(found['has_pose']) == 4 and found['has_pose'].tolist() == [1, 0, 0, 1]
    assert not found['keypoints_2d'][0, :5].any() and found['keypoints_2d'][0, 5:].all()
    assert found['has_betas'].tolist() == [1, 1, 1, 1]  # what is not known is drawn to the mean
    assert not found['betas'][1].any() and not found['betas'][2].any() and found['betas'][0].any()


@pytest.mark.parametrize('place', [TARS, f'dataset_tars/{TARS}', f'hmr2_training_data/dataset_tars/{TARS}'])
def test_tars_wherever_4d_humans_puts_them(tmp_path, place):
    (tmp_path / place).mkdir(parents=True)
    people = write_legacy(tmp_path / place / '000000.tar', counts=(1, 2))
    data = AVA(str(tmp_path))
    assert len(data) == 3 and data.name == 'ava'
    info = data.get_data_info(0)
    np.testing.assert_allclose(info['body_pose'].reshape(-1), people[0]['body_pose'][3:], rtol=1e-6)
    width, height = people[0]['scale'] * 200
    np.testing.assert_allclose(info['size'], max(height, width * 4 / 3), rtol=1e-5)


def test_converted_tars_give_the_same(tmp_path):
    (tmp_path / 'old' / TARS).mkdir(parents=True)
    write_legacy(tmp_path / 'old' / TARS / '000000.tar')
    spec = importlib.util.spec_from_file_location('convert_legacy_tars',
                                                  ROOT / 'tools/dataset_converters/convert_legacy_tars.py')
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    tool.convert([str(tmp_path / 'old' / TARS / '000000.tar')], tmp_path / 'new' / TARS, 'raise')
    old, new = AVA(str(tmp_path / 'old')), AVA(str(tmp_path / 'new'))
    assert len(old) == len(new)
    for i in range(len(old)):
        for name in ('center', 'size', 'body_pose', 'betas', 'keypoints_2d', 'keypoints_3d', 'has_pose'):
            np.testing.assert_array_equal(old.get_data_info(i)[name], new.get_data_info(i)[name])


def test_insta_passes_the_shards_over_that_are_broken_in_the_public_copy(tmp_path):
    folder = tmp_path / 'insta-train-vitpose-replicate'
    folder.mkdir()
    for number in (2993, 3001):
        write_legacy(folder / f'{number:06d}.tar', counts=(1, 1))
    for number in range(2994, 3001):
        (folder / f'{number:06d}.tar').write_bytes(b'broken')
    assert len(InstaVariety(str(tmp_path))) == 4


def test_npz_form(tmp_path):
    arrays = write_hmr2(tmp_path / 'insta_train.npz')
    info = InstaVariety(str(tmp_path)).get_data_info(1)
    np.testing.assert_allclose(info['betas'], arrays['betas'][1], rtol=1e-6)
    assert InstaVariety(str(tmp_path), form='npz').get_data_info(1)['img_path'] == info['img_path']
