"""What all corpora share: forms, caches, limbs, and one sentence or a counted skip for every kind of damage."""
import os
import pickle

import numpy as np
import pytest

from ajahr_mm.datasets.corpora import BEDLAM, COCO, EMDB, Human36M, HumanData, InstaVariety, ThreeDPW
from ajahr_mm.datasets.corpora.corpus import join_npz
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.npz_columns import write_npz
from ajahr_mm.registry import DATASETS

from ..legacy_tars import write_legacy
from ..miniatures.drawn import write_coco
from ..miniatures.fits import write_hmr2
from ..miniatures.outdoors import write_3dpw

LOAD = [dict(type='ajahr_mm.datasets.transforms.LoadImage')]
REGISTERED = dict(OfficialA3D='a3d', ITWAmputee='itw_amputee', BEDLAM='bedlam', Human36M='h36m', MPIINF3DHP='mpi_inf_3dhp',
                  COCO='coco', COCOViTPose='coco_vitpose', MPII='mpii', InstaVariety='insta', AVA='ava', AIChallenger='aic',
                  ThreeDPW='3dpw', EMDB='emdb', ThreeDOH50K='3doh50k', HumanData='human_data')


@pytest.mark.parametrize('kind', REGISTERED)
def test_an_absent_corpus_says_what_is_looked_for_and_where_to_get_it(tmp_path, kind):
    with pytest.raises(UserError) as caught:
        DATASETS.build(dict(type=kind, data_root=str(tmp_path)))
    corpus = DATASETS.get(kind)
    assert corpus.SOURCE in str(caught.value) and 'Expected: ' in str(caught.value)
    path, source = corpus.missing_files(data_root=str(tmp_path))
    assert path.startswith(str(tmp_path)) and corpus.SOURCE in source
    assert corpus.NAME == REGISTERED[kind] and corpus.DATA_ROOT.startswith('data/')


def test_names_of_forms_and_splits(tmp_path):
    with pytest.raises(UserError, match="COCO: split='valid' is not one of train, val"):
        COCO(str(tmp_path), split='valid')
    with pytest.raises(UserError, match="form='json' is not one of auto, tars, npz, original"):
        COCO(str(tmp_path), form='json')
    with pytest.raises(UserError, match="form 'tars' has no split 'val_p2', only train"):
        Human36M(str(tmp_path), split='val_p2', form='tars')
    assert COCO.missing_files(str(tmp_path), split='valid') is None  # told when it is built


def test_files_of_ones_own(tmp_path):
    write_hmr2(tmp_path / 'mine/a.npz', seed=0)
    write_hmr2(tmp_path / 'mine/b.npz', seed=1)
    data = InstaVariety(str(tmp_path), files='mine/*.npz', data_prefix=dict(img='mine'))
    assert len(data) == 6 and data.bad_samples.records == 6
    assert os.path.isfile(data.get_data_info(0)['img_path'])
    with pytest.raises(UserError, match='other/.*npz below'):
        InstaVariety(str(tmp_path), files='other/*.npz')


def test_limbs_of_people_who_are_not_asked(tmp_path):
    write_coco(tmp_path)
    told = COCO(str(tmp_path)).get_data_info(0)
    assert told['has_limbs'] == 1 and told['limb_extent'].tolist() == [3, 3, 3, 3]
    assert COCO(str(tmp_path), intact=False).get_data_info(0)['has_limbs'] == 0


def test_annotations_are_read_once(tmp_path, monkeypatch):
    write_3dpw(tmp_path)
    write_3dpw(tmp_path, name='office_00', seed=1)
    first = ThreeDPW(str(tmp_path))

    def fail(*_):
        raise AssertionError('read again')
    monkeypatch.setattr('ajahr_mm.datasets.corpora.outdoors.load_pickle', fail)
    again = ThreeDPW(str(tmp_path))
    for name, column in first.table.columns.items():
        np.testing.assert_array_equal(column, again.table.columns[name])
    with pytest.raises(AssertionError):  # other settings, other columns
        ThreeDPW(str(tmp_path), body=dict(type='BodyModel', source='open'))


def test_a_changed_file_is_read_again_and_the_others_are_not(tmp_path, monkeypatch):
    write_3dpw(tmp_path)
    write_3dpw(tmp_path, name='office_00', seed=1)
    assert len(ThreeDPW(str(tmp_path))) == 12
    read = []
    from ajahr_mm.datasets.corpora import outdoors
    real = outdoors.load_pickle
    monkeypatch.setattr(outdoors, 'load_pickle', lambda path, allow: read.append(path.name) or real(path, allow))
    write_3dpw(tmp_path, name='office_00', seed=1, count=5)
    assert len(ThreeDPW(str(tmp_path))) == 14 and read == ['office_00.pkl']


def test_workers_get_the_path_and_not_the_data(tmp_path):
    write_coco(tmp_path)
    data = COCO(str(tmp_path), pipeline=LOAD)
    sent = pickle.dumps(data)
    assert len(sent) < 20000
    np.testing.assert_array_equal(pickle.loads(sent)[1]['img'], data[1]['img'])


# ---------------------------------------------------------------------- damage, a kind at a time

def damage_nan_pose(root):
    path = root / 'sequenceFiles/test/downtown_walking_00.pkl'
    data = pickle.loads(path.read_bytes())
    data['poses'][1][2, 7] = np.nan
    path.write_bytes(pickle.dumps(data))


def damage_cut_off(root):
    path = root / 'sequenceFiles/test/downtown_walking_00.pkl'
    path.write_bytes(path.read_bytes()[:-500])


def damage_lengths(root):
    path = root / 'sequenceFiles/test/downtown_walking_00.pkl'
    data = pickle.loads(path.read_bytes())
    data['trans'][0] = data['trans'][0][:-1]
    path.write_bytes(pickle.dumps(data))


def damage_ragged(root):
    path = root / 'sequenceFiles/test/downtown_walking_00.pkl'
    data = pickle.loads(path.read_bytes())
    data['jointPositions'][0] = [np.zeros(72), np.zeros(71), np.zeros(72), np.zeros(72)]
    path.write_bytes(pickle.dumps(data))


@pytest.mark.parametrize('damage,message,left', [
    (damage_nan_pose, r'downtown_walking_00.pkl: body_pose is NaN or infinite for 1 of 6 people, the first in the picture '
                      r'imageFiles/downtown_walking_00/image_00002.jpg', 6 + 5),
    (damage_cut_off, 'downtown_walking_00.pkl is not a readable pickle', 6),
    (damage_lengths, 'downtown_walking_00.pkl, person 0: trans has 3 rows where others have 4', 6),
    (damage_ragged, 'jointPositions is a list of arrays of different lengths', 6)])
def test_damaged_annotations_are_told_or_skipped_and_counted(tmp_path, damage, message, left):
    write_3dpw(tmp_path)
    write_3dpw(tmp_path, name='office_00', seed=1)
    damage(tmp_path)
    with pytest.raises(UserError, match=message):
        ThreeDPW(str(tmp_path))
    data = ThreeDPW(str(tmp_path), on_bad='skip', max_bad=0.2)
    assert len(data) == left and len(data.bad_samples) == 1
    assert all(np.isfinite(data.get_data_info(i)['body_pose']).all() for i in range(left))


def test_a_cut_off_npz_and_wrong_lengths_and_objects(tmp_path):
    arrays = write_hmr2(tmp_path / 'insta_train.npz')
    path = tmp_path / 'insta_train.npz'
    whole = path.read_bytes()
    path.write_bytes(whole[:len(whole) // 2])
    with pytest.raises(UserError, match='insta_train.npz is not a readable npz file'):
        InstaVariety(str(tmp_path))
    np.savez(path, **{**arrays, 'betas': arrays['betas'][:2]})
    with pytest.raises(UserError, match='betas has 2 rows where others have 3'):
        InstaVariety(str(tmp_path))
    np.savez(path, **{**arrays, 'betas': np.array([None, 1, 'x'], object)})
    with pytest.raises(UserError, match='betas holds Python objects where numbers are expected'):
        InstaVariety(str(tmp_path))
    np.savez(path, **{**arrays, 'body_pose': arrays['body_pose'][:, :69]})
    with pytest.raises(UserError, match=r'body_pose has shape \(3, 69\), expected \(3, 72\)'):
        InstaVariety(str(tmp_path))
    np.savez(path, **{name: value for name, value in arrays.items() if name != 'center'})
    with pytest.raises(UserError, match='known layouts'):
        InstaVariety(str(tmp_path))


def test_missing_pictures(tmp_path):
    write_coco(tmp_path)
    (tmp_path / 'train2014/COCO_train2014_000000000001.jpg').unlink()
    with pytest.raises(UserError, match='COCO_train2014_000000000001.jpg does not exist'):
        COCO(str(tmp_path), pipeline=LOAD)[1]
    data = COCO(str(tmp_path), pipeline=LOAD, on_bad='skip', max_bad=0.5)
    assert data[1]['img_path'] != data.get_data_info(1)['img_path'] and len(data.bad_samples) == 1


def test_a_split_with_nobody_in_it(tmp_path):
    write_3dpw(tmp_path)
    path = tmp_path / 'sequenceFiles/test/downtown_walking_00.pkl'
    data = pickle.loads(path.read_bytes())
    data['campose_valid'] = [np.zeros(4, int)] * 2
    path.write_bytes(pickle.dumps(data))
    for on_bad in ('raise', 'skip'):
        with pytest.raises(UserError, match='nobody is left to use'):
            ThreeDPW(str(tmp_path), on_bad=on_bad)
    arrays = write_hmr2(tmp_path / 'empty/insta_train.npz')
    np.savez(tmp_path / 'empty/insta_train.npz', **{name: value[:0] for name, value in arrays.items()})
    with pytest.raises(UserError, match='nobody is left to use'):
        InstaVariety(str(tmp_path / 'empty'))


def test_a_damaged_tar(tmp_path):
    folder = tmp_path / 'insta-train-vitpose-replicate'
    folder.mkdir()
    write_legacy(folder / '000000.tar', counts=(1, 1, 1), pickles={1: b'\x80\x04garbage'})
    with pytest.raises(UserError, match='000000_0001'):
        InstaVariety(str(tmp_path))
    data = InstaVariety(str(tmp_path), on_bad='skip', max_bad=0.5)
    assert len(data) == 2 and len(data.bad_samples) == 1


def test_confidence_that_is_not_known_is_not_zero(tmp_path):
    arrays = write_hmr2(tmp_path / 'insta_train.npz')
    arrays['body_keypoints_2d'][1, 3] = [-7, -7, -1]      # some mark absent points so
    arrays['body_keypoints_2d'][2, 4, 2] = np.nan
    np.savez(tmp_path / 'insta_train.npz', **arrays)
    with pytest.raises(UserError, match='keypoints_2d is NaN or infinite for 1 of 3 people'):
        InstaVariety(str(tmp_path))
    data = InstaVariety(str(tmp_path), on_bad='skip', max_bad=0.5)
    assert len(data) == 2 and not data.get_data_info(1)['keypoints_2d'][3].any()


def test_parts_with_different_columns_are_filled_up(tmp_path):
    write_npz(tmp_path / 'a.npz', dict(x=np.ones((2, 3)), name=np.array(['ab', 'c'])))
    write_npz(tmp_path / 'b.npz', dict(x=np.zeros((1, 3)), y=np.ones(1)))
    joined = join_npz([tmp_path / 'a.npz', tmp_path / 'b.npz'], ['lost'])
    write_npz(tmp_path / 'c.npz', joined)
    found = np.load(tmp_path / 'c.npz')
    assert found['x'].shape == (3, 3) and found['y'].tolist() == [0, 0, 1] and found['name'].tolist() == ['ab', 'c', '']
    assert str(found['left_out']) == '["lost"]'


def test_settings_that_change_what_is_read_have_caches_of_their_own(tmp_path):
    write_coco(tmp_path)
    assert not COCO(str(tmp_path)).get_data_info(0)['keypoints_2d'][7].any()
    assert COCO(str(tmp_path), hidden='kept').get_data_info(0)['keypoints_2d'][7].any()
    assert not COCO(str(tmp_path)).get_data_info(0)['keypoints_2d'][7].any()


def test_defaults_are_those_of_the_benchmarks():
    assert (EMDB.DATA_ROOT, ThreeDPW.DATA_ROOT, BEDLAM.DATA_ROOT, HumanData.DATA_ROOT) == (
        'data/emdb', 'data/3dpw', 'data/bedlam', 'data/human_data')
