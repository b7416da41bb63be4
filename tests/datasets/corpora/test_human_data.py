"""HumanData of mmhuman3d: 190 points, whole or compressed, nested parameters, SMPL-X."""
import cv2
import numpy as np
import pytest

from ajahr_mm.anatomy.keypoints import HMR44, PELVIS
from ajahr_mm.datasets.corpora import HumanData
from ajahr_mm.datasets.corpora.human_data import SOURCES, human_data_to_hmr44
from ajahr_mm.io.errors import UserError

from ..miniatures.fits import write_human_data


@pytest.mark.parametrize('compressed', [True, False])
def test_human_data(tmp_path, compressed):
    told = write_human_data(tmp_path / 'coco.npz', compressed=compressed)
    data = HumanData('coco.npz', str(tmp_path))
    for i in range(3):
        info = data.get_data_info(i)
        assert cv2.imread(info['img_path']) is not None
        np.testing.assert_allclose([*info['center'], info['size']], [50, 50, 80])
        np.testing.assert_allclose(info['body_pose'].reshape(-1), told['pose'][i, 3:], rtol=1e-6)
        np.testing.assert_allclose(info['betas'], told['smpl']['betas'][i], rtol=1e-6)
        for name, number in {'left_shoulder': 16, 'lsp_right_wrist': 21, 'lsp_right_hip': 144, 'left_hip': 145,
                             'left_ankle': 7}.items():
            np.testing.assert_allclose(info['keypoints_2d'][HMR44.index(name)], told['flat'][i, number], rtol=1e-6)
            np.testing.assert_allclose(info['keypoints_3d'][HMR44.index(name)], told['space'][i, number], rtol=1e-6)
        np.testing.assert_allclose(info['keypoints_2d'][PELVIS], told['flat'][i, 144:146].mean(0), rtol=1e-6)
        assert not info['keypoints_2d'][HMR44.index('nose')].any()
        assert info['gender'] == ('female', 'male', 'neutral')[i] and info['has_pose'] == info['has_betas'] == 1


def test_padding_folder_and_people_without_box(tmp_path):
    told = write_human_data(tmp_path / 'sub/coco.npz')
    arrays = {name: told[name] for name in told if name not in ('flat', 'space', 'pose')}
    arrays['bbox_xywh'][1, 4] = 0
    np.savez(tmp_path / 'coco.npz', **arrays)
    data = HumanData('coco.npz', str(tmp_path), images='sub', padding=1.25)
    assert len(data) == 2 and data.get_data_info(0)['size'] == 100
    assert cv2.imread(data.get_data_info(1)['img_path']) is not None


def test_smplx_gives_the_body_and_no_shape(tmp_path):
    told = write_human_data(tmp_path / 'x.npz')
    arrays = {name: told[name] for name in told if name not in ('flat', 'space', 'pose', 'smpl')}
    body = np.random.default_rng(0).normal(size=(3, 21, 3))
    np.savez(tmp_path / 'x.npz', **arrays,
             smplx=dict(global_orient=np.zeros((3, 3)), body_pose=body, betas=np.ones((3, 10))))
    info = HumanData('x.npz', str(tmp_path)).get_data_info(1)
    np.testing.assert_allclose(info['body_pose'][:21], body[1], rtol=1e-6)
    assert info['has_pose'] == 1 and info['has_betas'] == 0 and not info['betas'].any() and not info['body_pose'][21:].any()


@pytest.mark.parametrize('change,message', [
    (dict(keypoints2d_mask=np.ones(144, np.uint8)), 'expected the 190 of mmhuman3d'),
    (dict(keypoints2d=np.ones((3, 12, 3))), 'keypoints2d has 12 points and its mask 13'),
    (dict(smpl=dict(betas=np.ones((3, 10)))), 'not global_orient and body_pose'),
    (dict(bbox_xywh=np.ones((2, 5))), 'bbox_xywh has 2 rows where others have 3')])
def test_contradictions(tmp_path, change, message):
    told = write_human_data(tmp_path / 'x.npz')
    np.savez(tmp_path / 'x.npz', **{**{n: told[n] for n in told if n not in ('flat', 'space', 'pose')}, **change})
    with pytest.raises(UserError, match=message):
        HumanData('x.npz', str(tmp_path))


def test_the_best_point_that_a_person_has_is_taken():
    assert all(0 <= source < 190 for sources in SOURCES for source in sources) and len(SOURCES) == 44
    points = np.zeros((2, 190, 3))
    points[0, 153 + 4], points[0, 21] = [1, 1, 1], [2, 2, 1]   # OpenPose's right wrist before the plain one
    points[1, 21] = [3, 3, 1]
    found = human_data_to_hmr44(points)
    assert found[0, 4].tolist() == [1, 1, 1] and found[1, 4].tolist() == [3, 3, 1]
    assert found[0, HMR44.index('lsp_right_wrist')].tolist() == [2, 2, 1]
