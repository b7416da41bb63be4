import os
import pickle

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from ajahr_mm.datasets import TarDataset, collate_bodies
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.safe_load import read_image
from ajahr_mm.io.shard_writer import ShardWriter
from ajahr_mm.registry import DATASETS

from .legacy_tars import jpeg, write_legacy

LOAD = [dict(type='ajahr_mm.datasets.transforms.LoadImage')]


@pytest.fixture
def shards(tmp_path, write_miniature):
    """The miniature A3D as two shards; the pictures keep their bytes."""
    columns = write_miniature(tmp_path, count=26)
    rows = {name: column for name, column in columns.items() if name != 'image'}
    for number in range(2):
        with ShardWriter(tmp_path / f'a3d-{number:04d}.tar') as shard:
            for i in range(13 * number, 13 * number + 13):
                shard.add(f'{i:06d}', (tmp_path / f'images/{i:06d}.png').read_bytes(),
                          {name: column[i:i + 1] for name, column in rows.items()}, suffix='png')
    return tmp_path, columns


def test_the_same_records_and_pictures_as_the_folder(shards):
    folder, columns = shards
    data = TarDataset('a3d-{0000..0001}.tar', data_root=str(folder), pipeline=LOAD, name='a3d')
    assert len(data) == 26 and data.group_names('amputee').tolist().count('intact') == 2
    for i in (0, 12, 13, 25):
        sample = data[i]
        for name in ('center', 'keypoints_2d', 'betas', 'limb_extent'):
            np.testing.assert_array_equal(sample[name], columns[name][i])
        np.testing.assert_array_equal(sample['img'], read_image(folder / f'images/{i:06d}.png'))
        assert sample['img_path'].endswith(f'a3d-000{i // 13}.tar') and sample['sample_id'] == f'a3d/{i}'
    assert list(data.group_names('group'))[:2] == ['north', 'south']
    assert len(TarDataset('a3d-*.tar', data_root=str(folder), limbs='intact')) == 2


@pytest.mark.parametrize('method', ['fork', pytest.param('spawn', marks=pytest.mark.slow)])
def test_loaded_by_workers_through_the_whole_pipeline(shards, method):
    folder, _ = shards
    steps = ('LoadImage', 'RandomFlipBody', 'RandomScaleRotate', 'CropBody', 'RandomColor', 'DetectorKeypoints',
             'PackBodyInputs')
    data = DATASETS.build(dict(type='ajahr_mm.datasets.TarDataset', shards='a3d-*.tar', data_root=str(folder),
                               pipeline=[dict(type=f'ajahr_mm.datasets.transforms.{step}') for step in steps]))
    loader = DataLoader(data, batch_size=5, num_workers=2, multiprocessing_context=method, collate_fn=collate_bodies)
    batches = list(loader)
    assert sum(len(b['data_samples']) for b in batches) == 26 and batches[0]['inputs'].dtype == torch.uint8
    assert [s.sample_id for b in batches for s in b['data_samples']] == [f'tar/{i}' for i in range(26)]


def test_public_tars_are_read_as_they_are(tmp_path):
    people = write_legacy(tmp_path / 'coco-0000.tar') + write_legacy(tmp_path / 'coco-0001.tar', (0, 3), seed=1)
    data = TarDataset('coco-*.tar', data_root=str(tmp_path), layout='hmr2', pipeline=LOAD)
    assert len(data) == 7
    for i, person in enumerate(people):
        sample = data[i]
        np.testing.assert_allclose(sample['center'], person['center'], rtol=1e-6)
        np.testing.assert_array_equal(sample['body_pose'].ravel(), person['body_pose'][3:])
        assert sample['img'].shape == (160, 200, 3) and (sample['has_pose'], sample['has_limbs']) == (1, 0)
    assert data[1]['img_part'] == data[2]['img_part'] != data[0]['img_part']  # two people of one picture
    assert data.table.column('fitting_loss').tolist() == [100, 101, 101, 102, 101, 101, 101]


def test_a_corrupt_picture_in_the_middle_of_a_tar(tmp_path):
    rng = np.random.default_rng(0)
    half = jpeg(rng)
    write_legacy(tmp_path / 'a.tar', (1,) * 20, pictures={7: half[:len(half) // 2], 9: b'<html>404</html>', 11: b''})
    settings = dict(shards='a.tar', data_root=str(tmp_path), layout='hmr2', pipeline=LOAD)
    strict = TarDataset(**settings)
    for row, word in ((7, 'breaks off'), (9, 'not an image'), (11, 'not an image')):
        with pytest.raises(UserError, match=rf'a.tar\[a_00{row:02d}\] is .*{word}'):
            strict[row]
    data = TarDataset(**settings, on_bad='skip', max_bad=0.15)
    seen = [data[i]['sample_id'] for i in range(20)]
    assert not {'tar/7', 'tar/9', 'tar/11'} & set(seen) and len(data.bad_samples) == 3
    with pytest.raises(UserError, match='3 of 20 records cannot be used, more than the 2'):
        fewer = TarDataset(**settings, on_bad='skip', max_bad=0.1)
        for i in range(20):
            fewer[i]


class Bomb:
    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.system, (f'touch {self.path}',)


def test_a_pickle_that_runs_code_is_refused_or_left_out(tmp_path):
    write_legacy(tmp_path / 'a.tar', (1,) * 10, pickles={4: pickle.dumps([dict(center=Bomb(tmp_path / 'ran'))])})
    settings = dict(shards='a.tar', data_root=str(tmp_path), layout='hmr2')
    with pytest.raises(UserError, match=r"a.tar: sample 'a_0004', data.pyd: .*system"):
        TarDataset(**settings)
    data = TarDataset(**settings, on_bad='skip', max_bad=0.1)
    assert len(data) == 9 and len(data.bad_samples) == 1 and data.bad_samples.records == 10
    assert not (tmp_path / 'ran').exists()


def test_the_index_lies_beside_the_shards_or_in_the_cache(shards, monkeypatch):
    folder, _ = shards
    TarDataset('a3d-*.tar', data_root=str(folder))
    assert any(folder.joinpath('.ajahr_cache').iterdir())
    monkeypatch.setenv('AJAHR_CACHE', str(folder / 'elsewhere'))
    TarDataset('a3d-*.tar', data_root=str(folder))
    assert any((folder / 'elsewhere').rglob('*.npz'))


def test_reading_ahead_is_only_advice(shards):
    folder, _ = shards
    data = TarDataset('a3d-*.tar', data_root=str(folder), pipeline=LOAD)
    data.will_read(np.arange(5, 20))
    (folder / 'a3d-0000.tar').unlink()
    data._tars[0] = str(folder / 'gone.tar')
    data.will_read(np.arange(5, 20))
    with pytest.raises(UserError, match='gone.tar.* cannot be read'):
        data[0]


def test_refusals(tmp_path):
    with pytest.raises(UserError, match="layout='mine' is not one of people, hmr2"):
        TarDataset('a.tar', layout='mine')
    with pytest.raises(UserError, match='a.tar does not exist'):
        TarDataset('a.tar', data_root=str(tmp_path))
    with ShardWriter(tmp_path / 'a.tar') as shard:
        shard.add('a', b'1', dict(center=np.zeros((1, 2))))
    with pytest.raises(UserError, match='a.tar lacks the column size'):
        TarDataset('a.tar', data_root=str(tmp_path))
