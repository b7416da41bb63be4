"""BEDLAM: SMPL and SMPL-X labels, quarter turns, cameras, AGORA left out, TokenHMR's tars."""
import cv2
import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from ajahr_mm.anatomy.keypoints import HMR44
from ajahr_mm.body_models.body_model import BodyModel
from ajahr_mm.datasets.corpora import BEDLAM
from ajahr_mm.datasets.transforms import LoadImage
from ajahr_mm.io.errors import UserError

from ..miniatures.bedlam import CLOSEUP, STATIC, write_bedlam, write_bedlam_tar

OPEN = dict(type='BodyModel', source='open')


def test_smpl_labels(tmp_path):
    told = write_bedlam(tmp_path)
    data = BEDLAM(str(tmp_path))
    assert len(data) == 6  # the scenes in the order of their names; AGORA's is not read
    for i, (scene, person) in enumerate([(STATIC, 0), (STATIC, 1), (STATIC, 2), (CLOSEUP, 0), (CLOSEUP, 1), (CLOSEUP, 2)]):
        arrays, info = told[scene], data.get_data_info(i)
        assert f'/{scene}/png/seq_000000/' in info['img_path'] and info['has_pose'] == info['has_betas'] == 1
        np.testing.assert_allclose(info['size'], 200 * arrays['scale'][person], rtol=1e-6)
        np.testing.assert_allclose(info['global_orient'], arrays['pose_cam'][person, :3], rtol=1e-6)
        np.testing.assert_allclose(info['body_pose'].reshape(-1), arrays['pose_cam'][person, 3:], rtol=1e-6)
        np.testing.assert_allclose(info['transl'], arrays['trans_cam'][person] + arrays['cam_ext'][person, :3, 3], rtol=1e-5)
        np.testing.assert_allclose(info['keypoints_2d'][HMR44.index('left_wrist'), :2], arrays['gtkps'][person, 20, :2],
                                   rtol=1e-6)
        assert info['focal'] == 200 and not info['keypoints_3d'].any()
        assert 'gender' not in info  # the labels are of the neutral body


def test_closeups_are_turned_to_where_their_annotations_are(tmp_path):
    write_bedlam(tmp_path)
    data = BEDLAM(str(tmp_path))
    still, turned = (LoadImage()(data.get_data_info(i)) for i in (0, 3))
    assert still['img_shape'] == (120, 160) and turned['img_shape'] == (120, 160)
    lying = cv2.cvtColor(cv2.imread(turned['img_path']), cv2.COLOR_BGR2RGB)
    np.testing.assert_array_equal(turned['img'], cv2.rotate(lying, cv2.ROTATE_90_CLOCKWISE))
    late = LoadImage(defer=True)(data.get_data_info(3))
    assert late['img_shape'] == (120, 160)
    np.testing.assert_array_equal(late['encoded_img'].decode()[0], turned['img'])
    assert turned['img'][:8, -8:].min() > 200  # the white corner went from the upper left to the upper right


def test_smplx_labels_give_the_body_and_no_shape(tmp_path):
    told = write_bedlam(tmp_path, numbers=165, folder='all_npz_12_training')
    info = BEDLAM(str(tmp_path)).get_data_info(0)
    pose = told[STATIC]['pose_cam'][0]
    np.testing.assert_allclose(info['body_pose'][:21].reshape(-1), pose[3:66], rtol=1e-6)
    assert not info['body_pose'][21:].any() and not info['betas'].any()
    assert info['has_pose'] == 1 and info['has_betas'] == 0
    np.testing.assert_allclose(info['keypoints_2d'][HMR44.index('right_wrist'), :2], told[STATIC]['gtkps'][0, 21, :2],
                               rtol=1e-6)


def test_a_body_model_gives_all_44_keypoints_where_the_camera_sees_them(tmp_path):
    told = write_bedlam(tmp_path)
    info = BEDLAM(str(tmp_path), body=OPEN).get_data_info(1)
    arrays = told[STATIC]
    rotations = torch.from_numpy(Rotation.from_rotvec(arrays['pose_cam'][1].reshape(24, 3)).as_matrix()).float()
    out = BodyModel('open').eval()(rotations[None, 0], rotations[None, 1:], torch.from_numpy(arrays['shape'][1:2]).float())
    space = out.keypoints[0].detach().numpy() + arrays['trans_cam'][1] + arrays['cam_ext'][1, :3, 3]
    np.testing.assert_allclose(info['keypoints_3d'][:, :3], space, atol=1e-5)
    np.testing.assert_allclose(info['keypoints_2d'][:, 0], 200 * space[:, 0] / space[:, 2] + 80, atol=1e-2)
    np.testing.assert_allclose(info['root_offset'], out.joints[0, 0].detach().numpy(), atol=1e-5)


def test_corrupt_shapes_and_marked_points(tmp_path):
    told = write_bedlam(tmp_path)
    path = tmp_path / f'all_npz_12_smpl_training/{STATIC}.npz'
    arrays = told[STATIC]
    arrays['shape'][1] = 40                # some people of one of the files have shapes like this
    arrays['gtkps'][0, 20, 2] = -2
    arrays['gtkps'][0, 21, 2] = 0
    np.savez(path, **arrays)
    data = BEDLAM(str(tmp_path))
    assert len(data) == 5
    points = data.get_data_info(0)['keypoints_2d']
    assert not points[HMR44.index('left_wrist')].any() and not points[HMR44.index('right_wrist')].any()
    np.testing.assert_allclose(data.get_data_info(1)['betas'], arrays['shape'][2], rtol=1e-6)


def test_tars_of_tokenhmr(tmp_path):
    arrays = write_bedlam_tar(tmp_path / 'bedlam_tars/scene/000000.tar')
    data = BEDLAM(str(tmp_path), form='tars')
    for i in range(2):
        info = data.get_data_info(i)
        np.testing.assert_allclose(info['body_pose'].reshape(-1), arrays['pose_cam'][i, 3:], rtol=1e-6)
        np.testing.assert_allclose(info['size'], 200 * arrays['scale'][i], rtol=1e-6)
        assert info['has_betas'] == 1
    assert LoadImage()(data.get_data_info(0))['img_shape'] == (160, 200)  # a close-up of 200 x 160, turned
    assert LoadImage()(data.get_data_info(1))['img_shape'] == (160, 200)
    with_body = BEDLAM(str(tmp_path), form='tars', body=OPEN).get_data_info(0)
    assert (with_body['keypoints_3d'][:, 3] == 1).all() and not data.get_data_info(0)['keypoints_3d'].any()


def test_a_pose_of_too_few_numbers_is_refused(tmp_path):
    told = write_bedlam(tmp_path)
    np.savez(tmp_path / f'all_npz_12_smpl_training/{STATIC}.npz',
             **{**told[STATIC], 'pose_cam': told[STATIC]['pose_cam'][:, :60]})
    with pytest.raises(UserError, match='pose_cam and shape have 60 and 10 numbers'):
        BEDLAM(str(tmp_path))
