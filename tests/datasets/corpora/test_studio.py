"""Human3.6M and MPI-INF-3DHP in the files of their makers: units, joints, splits, frames, cameras."""
import cv2
import numpy as np
import pytest

from ajahr_mm.anatomy.keypoints import HMR44, PELVIS
from ajahr_mm.datasets.corpora import MPIINF3DHP, Human36M
from ajahr_mm.io.errors import UserError

from ..miniatures.pictures import pixels
from ..miniatures.studio import write_3dhp, write_3dhp_test, write_cdf, write_h36m

# Places of the 44 -> numbers of the 32 points of Human3.6M, 28 and 17 of 3DHP.
H36M = {'mpii_pelvis': 0, 'lsp_right_hip': 1, 'lsp_right_ankle': 3, 'lsp_left_knee': 7, 'h36m_spine': 12, 'lsp_neck': 13,
        'h36m_jaw': 14,
        'h36m_head': 15, 'lsp_left_shoulder': 17, 'lsp_right_wrist': 27}
TRAIN = {'mpii_pelvis': 4, 'lsp_left_hip': 18, 'lsp_right_ankle': 25, 'h36m_spine': 3, 'lsp_neck': 5, 'h36m_jaw': 6,
         'h36m_head': 7,
         'lsp_left_elbow': 10, 'lsp_right_shoulder': 14}
TEST = {'h36m_head': 0, 'lsp_neck': 1, 'lsp_right_shoulder': 2, 'lsp_left_wrist': 7, 'lsp_right_hip': 8,
        'lsp_left_ankle': 13,
        'mpii_pelvis': 14, 'h36m_spine': 15, 'h36m_jaw': 16}


def check_points(info, space, table):
    for name, number in table.items():
        np.testing.assert_allclose(info['keypoints_3d'][HMR44.index(name)], [*space[number], 1], rtol=1e-5)
        np.testing.assert_allclose(info['keypoints_2d'][HMR44.index(name), :2], pixels(space[number]), rtol=1e-5)
    assert cv2.imread(info['img_path']) is not None and info['has_pose'] == 0 and info['has_limbs'] == 1
    flat = info['keypoints_2d'][info['keypoints_2d'][:, 2] > 0, :2]
    assert info['size'] >= 1.2 * (flat.max(0) - flat.min(0)).max() - 1e-3


def test_h36m(tmp_path):
    space = write_h36m(tmp_path)
    data = Human36M(str(tmp_path))
    assert len(data) == 3  # of eleven frames every fifth
    for i in range(3):
        info = data.get_data_info(i)
        check_points(info, space[5 * i], H36M)
        assert info['img_path'].endswith(f'S1/images/S1_Walking_1.60457274/S1_Walking_1.60457274_{5 * i + 1:06d}.jpg')
    # In 3D the limbs are not taken for OpenPose's, whose hips lie elsewhere.
    assert not data.get_data_info(0)['keypoints_3d'][:25].any() and data.get_data_info(0)['keypoints_3d'][PELVIS, 3] == 1


def test_h36m_splits_by_subject_and_camera(tmp_path):
    for subject, camera in (('S1', '60457274'), ('S9', '60457274'), ('S11', '54138969')):
        write_h36m(tmp_path, subject, camera=camera)
    write_h36m(tmp_path, 'S5', action='_ALL')  # not a sequence
    counts = {split: len(Human36M(str(tmp_path), split=split, step=1)) for split in ('train', 'val', 'val_p2')}
    assert counts == dict(train=11, val=22, val_p2=11)


def test_h36m_files_that_do_not_belong_together(tmp_path):
    write_h36m(tmp_path)
    other = tmp_path / 'S1/MyPoseFeatures/D2_Positions/Walking 1.60457274.cdf'
    write_cdf(other, np.ones((1, 4, 64)))
    with pytest.raises(UserError, match='has 11 frames and .* has 4'):
        Human36M(str(tmp_path))
    write_cdf(other, np.ones((1, 4, 63)))
    with pytest.raises(UserError, match='Pose has shape .* expected 32 points with 2 numbers'):
        Human36M(str(tmp_path))


def test_3dhp_training_set(tmp_path):
    space = write_3dhp(tmp_path)
    data = MPIINF3DHP(str(tmp_path))
    names = [data.get_data_info(i)['img_path'] for i in range(len(data))]
    assert len(data) == 8 * 3 - 1  # frames 0, 10, 20 of eight cameras; one is partly outside
    assert not any('video_3/' in name or 'video_9/' in name for name in names)
    check_points(data.get_data_info(0), space[0, 0], TRAIN)
    check_points(data.get_data_info(1), space[0, 20], TRAIN)
    assert names[1].endswith('S1/Seq1/imageFrames/video_0/frame_000021.jpg')
    check_points(data.get_data_info(2), space[1, 0], TRAIN)


def test_3dhp_test_set(tmp_path):
    space = write_3dhp_test(tmp_path)
    data = MPIINF3DHP(str(tmp_path), split='test')
    assert len(data) == 3  # frame 1 is not valid
    for i, frame in enumerate((0, 2, 3)):
        info = data.get_data_info(i)
        check_points(info, space[frame], TEST)
        assert info['img_path'].endswith(f'TS1/imageSequence/img_{frame + 1:06d}.jpg')


def test_step_must_be_sensible(tmp_path):
    with pytest.raises(UserError, match='step=0 must be at least 1'):
        Human36M(str(tmp_path), step=0)
