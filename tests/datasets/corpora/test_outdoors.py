"""3DPW and EMDB: SMPL from the world into the camera, valid frames, genders, boxes; pickles that run nothing."""
import os
import pickle

import cv2
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ajahr_mm.anatomy.keypoints import HMR44, PELVIS
from ajahr_mm.datasets.corpora import EMDB, ThreeDPW
from ajahr_mm.io.errors import UserError

from ..miniatures.fits import write_hmr2, write_tokenhmr_emdb
from ..miniatures.outdoors import turned, write_3dpw, write_emdb
from ..miniatures.pictures import INTRINSICS, pixels

# Places of the 44 -> SMPL joints.
JOINTS = {'neck': 12, 'left_wrist': 20, 'mid_hip': 0, 'right_hip': 2, 'lsp_left_hip': 1, 'left_ankle': 7}
OPEN = dict(type='BodyModel', source='open')


def check_root(info, root, matrices, frame):
    found = Rotation.from_rotvec(info['global_orient']).as_matrix()
    np.testing.assert_allclose(found, turned(root, matrices)[frame], atol=1e-5)


def check_pelvis(info, camera):
    """SMPL's pelvis is its translation and its offset, whatever the pose."""
    np.testing.assert_allclose(info['transl'] + info['root_offset'], camera[0], atol=1e-4)


def test_3dpw(tmp_path):
    people, matrices = write_3dpw(tmp_path)
    data = ThreeDPW(str(tmp_path))
    # Of the first person frame 1 has no camera and frame 2 no detection.
    for i, (person, frame) in enumerate([(0, 0), (0, 3), (1, 0), (1, 1), (1, 2), (1, 3)]):
        known, info = people[person], data.get_data_info(i)
        assert info['img_path'].endswith(f'imageFiles/downtown_walking_00/image_{frame:05d}.jpg')
        assert cv2.imread(info['img_path']) is not None and info['gender'] == ('male', 'female')[person]
        check_root(info, known['root'], matrices, frame)
        np.testing.assert_allclose(info['body_pose'].reshape(-1), known['body'][frame], rtol=1e-5)
        np.testing.assert_allclose(info['betas'], known['betas'], rtol=1e-5)
        camera = known['camera'][frame]
        check_pelvis(info, camera)
        np.testing.assert_allclose(info['root_offset'], known['offset'], atol=1e-5)
        for name, joint in JOINTS.items():
            np.testing.assert_allclose(info['keypoints_3d'][HMR44.index(name)], [*camera[joint], 1], atol=1e-4)
            np.testing.assert_allclose(info['projected_2d'][HMR44.index(name), :2], pixels(camera[joint]), atol=0.02)
        np.testing.assert_allclose(info['keypoints_3d'][PELVIS, :3], (camera[1] + camera[2]) / 2, atol=1e-4)
        # keypoints_2d are OpenPose's detections: 18 points as (3, 18), of which number 4 is the right wrist.
        np.testing.assert_allclose(info['keypoints_2d'][HMR44.index('right_wrist')], known['detected'][frame, :, 4],
                                   rtol=1e-5)
        assert not info['keypoints_2d'][HMR44.index('left_ear')].any()
        seen = known['detected'][frame, :2, :17]
        np.testing.assert_allclose(info['size'], 1.2 * (seen.max(1) - seen.min(1)).max(), rtol=1e-5)
        assert info['has_pose'] == 1 and info['has_betas'] == 0 and info['focal'] == 200
    assert len(data) == 6


def test_3dpw_splits_and_python_3_pickles(tmp_path):
    for split, folder in (('train', 'train'), ('val', 'validation'), ('test', 'test')):
        write_3dpw(tmp_path, folder, name=f'{folder}_00', python2=split == 'test')
    assert [len(ThreeDPW(str(tmp_path), split=split)) for split in ('train', 'val', 'test')] == [6, 6, 6]


def test_3dpw_as_npz_of_hmr2(tmp_path):
    arrays = write_hmr2(tmp_path / '3dpw_test.npz')
    info = ThreeDPW(str(tmp_path)).get_data_info(2)
    np.testing.assert_allclose(info['size'], np.maximum(arrays['scale'][2, 1], arrays['scale'][2, 0] * 4 / 3), rtol=1e-6)
    assert info['img_path'].endswith('images/0002.jpg') and info['has_betas'] == 1


def test_bodies_by_gender_fill_the_44_keypoints(tmp_path):
    people, _ = write_3dpw(tmp_path)
    data = ThreeDPW(str(tmp_path), body=dict(male=OPEN, female=OPEN))
    info = data.get_data_info(0)
    assert (info['keypoints_3d'][:, 3] == 1).all()
    space = info['keypoints_3d'][:, :3]
    np.testing.assert_allclose(space[HMR44.index('mid_hip')], info['transl'] + info['root_offset'], atol=1e-4)
    np.testing.assert_allclose(info['projected_2d'][:, :2], pixels(space), atol=0.02)
    with pytest.raises(UserError, match='no model for male people'):
        ThreeDPW(str(tmp_path), body=dict(female=OPEN))
    with pytest.raises(UserError, match='is no gender'):
        ThreeDPW(str(tmp_path), body=dict(child=OPEN))


@pytest.mark.parametrize('missing', ['poses', 'trans', 'campose_valid', 'poses2d', 'jointPositions'])
def test_3dpw_without_a_key(tmp_path, missing):
    write_3dpw(tmp_path, without=[missing])
    with pytest.raises(UserError, match=f'downtown_walking_00.pkl lacks {missing}'):
        ThreeDPW(str(tmp_path))


class Evil:
    def __reduce__(self):
        return os.mkdir, ('ran',)


def test_a_pickle_that_runs_something_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_3dpw(tmp_path)
    (tmp_path / 'sequenceFiles/test/downtown_walking_00.pkl').write_bytes(pickle.dumps(dict(poses=Evil()), protocol=2))
    with pytest.raises(UserError, match='asks for .*mkdir'):
        ThreeDPW(str(tmp_path))
    assert not os.path.exists('ran')
    (tmp_path / 'sequenceFiles/test/downtown_walking_00.pkl').write_bytes(pickle.dumps([1, 2]))
    with pytest.raises(UserError, match='holds a list where the dict of a sequence is expected'):
        ThreeDPW(str(tmp_path))


def test_emdb(tmp_path):
    known = write_emdb(tmp_path)
    write_emdb(tmp_path, 'P2/20_outdoor_walk', emdb1=False, seed=5)
    data = EMDB(str(tmp_path))
    for i, frame in enumerate((0, 1, 4, 5)):  # 2 is no good frame, 3 has no box
        info, camera = data.get_data_info(i), known['camera'][frame]
        assert info['img_path'].endswith(f'P1/14_outdoor_climb/images/{frame:05d}.jpg')
        assert cv2.imread(info['img_path']) is not None
        check_root(info, known['root'], known['extrinsics'], frame)
        np.testing.assert_allclose(info['body_pose'].reshape(-1), known['body'][frame], rtol=1e-5)
        np.testing.assert_allclose(info['betas'], known['betas'], rtol=1e-5)
        np.testing.assert_allclose([*info['center'], info['size']], [60, 60, 1.2 * 80])
        np.testing.assert_allclose(info['root_offset'], known['offset'], atol=2e-3)  # found from where the pelvis is seen
        np.testing.assert_allclose(info['transl'] + info['root_offset'], camera[0], atol=5e-3)
        for name, joint in JOINTS.items():
            np.testing.assert_allclose(info['keypoints_2d'][HMR44.index(name)], [*pixels(camera[joint]), 1], rtol=1e-5)
        assert info['gender'] == 'female' and info['focal'] == INTRINSICS[0, 0]
        assert info['has_pose'] == 1 and info['has_betas'] == 0
    assert len(data) == 4
    assert len(EMDB(str(tmp_path), split='emdb2')) == 4 and len(EMDB(str(tmp_path), split='all')) == 8


def test_emdb_as_npz_of_tokenhmr_has_its_boxes_in_units_of_200_px(tmp_path):
    arrays = write_tokenhmr_emdb(tmp_path / 'emdb.npz')
    data = EMDB(str(tmp_path))
    for i in range(3):
        info, scale = data.get_data_info(i), arrays['scale'][i] * 200
        np.testing.assert_allclose(info['size'], max(scale[1], scale[0] * 4 / 3), rtol=1e-6)
        np.testing.assert_allclose(info['keypoints_2d'], arrays['keypoints_2d'][i], rtol=1e-6)
    assert [data.get_data_info(i)['gender'] for i in range(3)] == ['male', 'female', 'neutral']
    assert [data.get_data_info(i)['has_betas'] for i in range(3)] == [0, 0, 1]


def test_emdb_without_cameras(tmp_path):
    write_emdb(tmp_path)
    path = next(tmp_path.glob('P1/*/*_data.pkl'))
    data = pickle.loads(path.read_bytes())
    del data['camera']
    path.write_bytes(pickle.dumps(data))
    with pytest.raises(UserError, match='lacks the dict camera'):
        EMDB(str(tmp_path))
