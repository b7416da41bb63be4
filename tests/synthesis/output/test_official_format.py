"""Both layouts of the authors, written and read back by the class that reads theirs."""
import cv2
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ajahr_mm.anatomy import limbs
from ajahr_mm.datasets.corpora import OfficialA3D
from ajahr_mm.datasets.corpora.amputees import PARTS as READ
from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.output.official_format import PARTS, OfficialFormat, is_sayable
from ajahr_mm.synthesis.output.shards import Shard


@pytest.fixture
def sayable(made):
    return [sample for sample in made if is_sayable(sample.row)]


def row_of(info, made):
    """The row that a picture was made with, by the number in its name."""
    return made[int(info['img_path'].rpartition('_')[2][:6])].row


def check(data, made, sayable):
    assert len(data) == len(sayable) == 39
    for i in range(len(data)):
        info = data.get_data_info(i)
        row = row_of(info, made)
        np.testing.assert_array_equal(info['keypoints_2d'], row['keypoints_2d'])
        np.testing.assert_array_equal(info['limb_extent'], row['limb_extent'])
        np.testing.assert_array_equal(info['center'], row['center'])
        np.testing.assert_allclose(info['betas'], row['betas'], rtol=1e-6)
        assert info['size'] == row['size'] and info['has_pose'] == info['has_betas'] == info['has_limbs'] == 1
        found, wanted = (Rotation.from_rotvec(np.concatenate([each['global_orient'].reshape(1, 3), np.reshape(
            each['body_pose'], (23, 3))])) for each in (info, row))
        assert (found * wanted.inv()).magnitude().max() < 1e-5
        label = limbs.classes_to_label(limbs.extent_to_classes(info['limb_extent']))
        assert label == row['label']
        assert 'amp_' not in info['img_path'] if label == 12 else f'amp_{label}_' in info['img_path']
        assert cv2.imread(info['img_path']).shape == (64, 64, 3)


@pytest.mark.parametrize('layout, folder', [('coco', 'COCO_train'), ('mpii', 'MPII')])
def test_coco_and_mpii_parts(fill, made, sayable, tmp_path, layout, folder):
    fill(OfficialFormat(layout), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {folder, 'COCO_val', 'table_train.npz', 'table_test.npz'}
    assert {path.name for path in (tmp_path / folder).iterdir()} == {'Images', 'annotation', 'masks'}
    data = OfficialA3D(str(tmp_path), split='train')
    check(data, made, sayable)
    for i in range(len(data)):
        info = data.get_data_info(i)
        row = row_of(info, made)
        np.testing.assert_array_equal(info['keypoints_3d'][25:], row['keypoints_3d'][25:])
        np.testing.assert_allclose(info['body_pose'].reshape(-1), row['body_pose'], rtol=1e-6)
    assert len(OfficialA3D(str(tmp_path), split='test')) == 8


def test_h36m_parts(fill, made, sayable, tmp_path):
    fill(OfficialFormat('h36m'), tmp_path)
    data = OfficialA3D(str(tmp_path), split='train')
    check(data, made, sayable)
    folders = {data.get_data_info(i)['img_path'].split('/Images')[0].rpartition('/')[2] for i in range(len(data))}
    assert folders == {'S1', 'S5', 'S6', 'S7', 'S8', 'S9'}
    for i in range(len(data)):
        info = data.get_data_info(i)
        row = row_of(info, made)
        np.testing.assert_array_equal(info['keypoints_3d'], row['keypoints_3d'])
        np.testing.assert_array_equal(info['transl'], np.float32(row['transl']))
    test = OfficialA3D(str(tmp_path), split='test')
    assert len(test) == 8 and '/H36M/S11/Images/' in test.get_data_info(0)['img_path']


def test_people_whom_the_layout_cannot_tell_are_left_out_or_refused(fill, made, tmp_path):
    fill(OfficialFormat(), tmp_path)
    names = {path.name for path in (tmp_path / 'COCO_train/Images').iterdir()}
    assert len(names) == 39 and not any('000013' in name or '000014' in name for name in names)
    with pytest.raises(UserError, match='picture 13 of train.*cannot tell.*on_unsayable="skip"'):
        OfficialFormat(on_unsayable='raise').write(Shard('train', 0, 20), made[:20], tmp_path / 'strict')
    assert not list((tmp_path / 'strict').rglob('*.jpg'))


def test_a_set_of_nobody_who_can_be_told_is_refused(made, tmp_path):
    shard = Shard('train', 13, 15)
    OfficialFormat().write(shard, made[13:15], tmp_path)
    with pytest.raises(UserError, match='table_train.npz would be empty'):
        OfficialFormat().finish('train', [shard], tmp_path)


def test_the_folders_are_those_that_are_read():
    for split in ('train', 'test'):
        assert {part for layout in PARTS.values() for part in layout[split]} == set(READ[split])


def test_other_layouts_and_splits_are_refused(made, tmp_path):
    with pytest.raises(UserError, match="layout='lsp' of OfficialFormat is not one of coco, mpii, h36m"):
        OfficialFormat('lsp')
    with pytest.raises(UserError, match="on_unsayable='lie' of OfficialFormat is neither"):
        OfficialFormat(on_unsayable='lie')
    with pytest.raises(UserError, match="train and test, not 'val'"):
        OfficialFormat().write(Shard('val', 0, 5), made[:5], tmp_path)
