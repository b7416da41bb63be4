"""A3D in both layouts of its authors, and ITW-amputee: labels, units, poses."""
import cv2
import numpy as np
import pytest

from ajahr_mm.anatomy import limbs
from ajahr_mm.datasets.corpora import ITWAmputee, OfficialA3D
from ajahr_mm.datasets.corpora.amputees import labels_of_names
from ajahr_mm.io.errors import UserError

from ..miniatures.amputees import write_a3d_official, write_itw
from ..miniatures.pictures import objects


@pytest.fixture(scope='module')
def told(tmp_path_factory):
    root = tmp_path_factory.mktemp('a3d')
    return root, write_a3d_official(root)


def test_the_splits_share_no_subject_and_no_picture(told):
    train, test = (OfficialA3D(str(told[0]), split=split) for split in ('train', 'test'))
    assert (len(train), len(test)) == (8 * 3, 2 * 3)
    folders = [{data.image_place(row)['img_path'].split('/Images')[0].rpartition('/')[2] for row in data.rows()}
               for data in (train, test)]
    assert folders == [{'COCO_train', 'MPII', 'S1', 'S5', 'S6', 'S7', 'S8', 'S9'}, {'COCO_val', 'S11'}]


def test_coco_part(told):
    arrays = told[1]['COCO_train']
    data = OfficialA3D(str(told[0]), parts='COCO_train')
    for i in range(3):
        info = data.get_data_info(i)
        assert cv2.imread(info['img_path']) is not None
        np.testing.assert_allclose(info['center'], arrays['center'][i, 0], rtol=1e-6)
        np.testing.assert_allclose(info['size'], arrays['scale'][i, 0] * 4 / 3, rtol=1e-6)  # px, widened to 3:4 as HMR2 does
        np.testing.assert_allclose(info['global_orient'], arrays['body_pose'][i, :3])     # not the key `global_orient`
        np.testing.assert_allclose(info['body_pose'].reshape(-1), arrays['body_pose'][i, 3:])
        np.testing.assert_allclose(info['keypoints_2d'][:25], arrays['body_keypoints_2d'][i])
        np.testing.assert_allclose(info['keypoints_2d'][25:], arrays['extra_keypoints_2d'][i])
        assert not info['keypoints_3d'][1:15].any()                                        # as HMR2's loader does
        np.testing.assert_allclose(info['keypoints_3d'][25:, :3], arrays['extra_keypoints_3d'][i, :, :3])
        assert info['has_pose'] == info['has_betas'] == info['has_limbs'] == 1
    # amp_4: left elbow; amp_9: right foot; no amp: intact
    assert [data.get_data_info(i)['limb_extent'].tolist() for i in range(3)] == [[1, 3, 3, 3], [3, 3, 3, 2], [3, 3, 3, 3]]


def test_h36m_part_with_the_keys_that_no_public_loader_reads(told):
    arrays, known = told[1]['H36M/S1']
    data = OfficialA3D(str(told[0]), parts=['H36M/S1'])
    for i in range(3):
        info = data.get_data_info(i)
        np.testing.assert_allclose(info['global_orient'], known['root'][i], atol=1e-5)
        np.testing.assert_allclose(info['body_pose'], known['pose'][i], atol=1e-5)
        np.testing.assert_allclose(info['betas'], arrays['smpl_shape'][i, 0])
        np.testing.assert_allclose(info['transl'], arrays['cam_t'][i, 0], rtol=1e-6)
        np.testing.assert_allclose(info['keypoints_2d'], arrays['gt_2d_kpts'][i, 0])
        np.testing.assert_allclose(info['keypoints_3d'], arrays['gt_3d_kpts'][i, 0, :, :4])
        assert info['has_pose'] == info['has_betas'] == 1 and cv2.imread(info['img_path']) is not None
    assert not data.get_data_info(0)['body_pose'][18].any()  # the zero matrix of the amputated elbow


def test_scale_in_units_of_200_px_is_noticed(tmp_path):
    write_a3d_official(tmp_path)
    path = tmp_path / 'MPII/annotation/mpii.npz'
    arrays = dict(np.load(path, allow_pickle=True))
    expected = arrays['scale'][:, 0] * 4 / 3
    np.savez(path, **{**arrays, 'scale': arrays['scale'] / 200})
    for unit in ('auto', '200px'):
        data = OfficialA3D(str(tmp_path), parts='MPII', unit=unit)
        np.testing.assert_allclose([data.get_data_info(i)['size'] for i in range(3)], expected, rtol=1e-6)


@pytest.mark.parametrize('label', range(13))
def test_labels_in_names(label):
    name = f'x/amp_{label}_COCO_000.jpg' if label < 12 else 'x/lamp_of_COCO.jpg'
    assert labels_of_names([name]).tolist() == [label]
    assert limbs.classes_to_label(limbs.label_to_classes(label)) == label


def test_itw_counts_every_label(tmp_path):
    write_itw(tmp_path, labels=('3', [0, 8], 12, '10', '6, 9'))
    data = ITWAmputee(str(tmp_path))
    # 3: left hand; 0 and 8: right hand and left hip; 12: intact; 10: right knee, not the label 1; 6 and 9: both feet.
    assert [data.get_data_info(i)['limb_extent'].tolist() for i in range(5)] == [
        [2, 3, 3, 3], [3, 2, 0, 3], [3, 3, 3, 3], [3, 3, 3, 1], [3, 3, 2, 2]]
    assert data.get_data_info(1)['has_limbs'] == 1 and cv2.imread(data.get_data_info(1)['img_path']) is not None


@pytest.mark.parametrize('labels,message', [
    (('3', [0, 1], 2, 3), 'right_arm carries two amputation levels'),
    (('3', 13, 2, 3), 'person 1 has the amputation label 13'),
    (('3', 'knee', 2, 3), "the label 'knee' is not one of the indices"), (('3', [], 2, 3), "the label '' is not one"),
    (('3', '-1', 2, 3), "the label '-1' is not one")])
def test_impossible_labels_are_refused(tmp_path, labels, message):
    write_itw(tmp_path, labels=labels)
    with pytest.raises(UserError, match=message):
        ITWAmputee(str(tmp_path))


def test_labels_of_another_length_and_multi_hot_rows(tmp_path):
    arrays = write_itw(tmp_path)
    path = tmp_path / 'annotation/itw.npz'
    np.savez(path, **{**arrays, 'labels': objects(['3', '4', '5'])})
    with pytest.raises(UserError, match='labels has 3 rows where others have 4'):
        ITWAmputee(str(tmp_path))
    hot = np.zeros((4, 12), int)
    hot[1, [2, 5]] = 1
    np.savez(path, **{**arrays, 'labels': hot})
    assert ITWAmputee(str(tmp_path)).get_data_info(1)['limb_extent'].tolist() == [0, 0, 3, 3]
