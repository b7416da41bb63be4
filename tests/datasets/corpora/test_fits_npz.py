"""npz layouts that circulate: which is which, units, joint orders, which confidence."""
import numpy as np
import pytest

from ajahr_mm.anatomy.keypoints import HMR44
from ajahr_mm.datasets.corpora import Human36M
from ajahr_mm.datasets.corpora.fits_npz import read_fits
from ajahr_mm.io.errors import UserError

from ..miniatures.fits import write_hmr2, write_spin, write_tokenhmr_emdb


@pytest.mark.parametrize('columns', [1, 2])
def test_hmr2_boxes_are_px_and_widened(tmp_path, columns):
    arrays = write_hmr2(tmp_path / 'x.npz', scale_columns=columns)
    found = read_fits(tmp_path / 'x.npz')
    width, height = arrays['scale'][:, 0], arrays['scale'][:, -1]
    np.testing.assert_allclose(found['size'], np.maximum(height, width * 4 / 3), rtol=1e-6)
    assert found['image'].tolist() == [f'images/{i:04d}.jpg' for i in range(3)]  # bytes in the file


def test_hmr2_silences_the_first_joints_in_3d(tmp_path):
    arrays = write_hmr2(tmp_path / 'x.npz')
    found = read_fits(tmp_path / 'x.npz')
    assert not found['keypoints_3d'][:, 1:15, 3].any() and (found['keypoints_3d'][:, 0, 3] == 1).all()
    np.testing.assert_allclose(found['keypoints_3d'][:, 25:], arrays['extra_keypoints_3d'], rtol=1e-6)
    np.testing.assert_allclose(found['keypoints_2d'][:, :25], arrays['body_keypoints_2d'], rtol=1e-6)
    assert found['has_betas'].tolist() == [1, 0, 1] and found['has_pose'].tolist() == [1, 1, 1]


def test_hmr2_without_fits(tmp_path):
    arrays = write_hmr2(tmp_path / 'x.npz')
    np.savez(tmp_path / 'x.npz', **{name: arrays[name] for name in ('imgname', 'center', 'scale', 'body_keypoints_2d')})
    found = read_fits(tmp_path / 'x.npz')
    assert not found['has_pose'].any() and not found['has_betas'].any() and not found['keypoints_3d'].any()


def test_spin(tmp_path):
    arrays = write_spin(tmp_path / 'h36m_train.npz')
    data = Human36M(str(tmp_path))
    for i in range(3):
        info = data.get_data_info(i)
        np.testing.assert_allclose(info['size'], 200 * arrays['scale'][i], rtol=1e-6)  # square already
        np.testing.assert_allclose(info['keypoints_2d'][25:44], arrays['part'][i, :19], rtol=1e-6)
        np.testing.assert_allclose(info['keypoints_3d'][25:44], arrays['S'][i, :19], rtol=1e-6)
        np.testing.assert_allclose(info['keypoints_2d'][:4], arrays['openpose'][i, :4], rtol=1e-6)
        # OpenPose did not see the wrist.
        np.testing.assert_allclose(info['keypoints_2d'][4], arrays['part'][i, 6], rtol=1e-6)
        np.testing.assert_allclose(info['keypoints_3d'][HMR44.index('left_eye')], arrays['S'][i, 20], rtol=1e-6)
        assert info['has_pose'] == info['has_betas'] == [1, 0, 1][i]


def test_cliff_pseudo_ground_truth(tmp_path):
    arrays = write_spin(tmp_path / 'x.npz')
    del arrays['openpose']
    np.savez(tmp_path / 'x.npz', **arrays, global_t=np.zeros((3, 3)), focal_l=np.array([900.0, 901, 902]),
             annot_id=np.arange(3))
    found = read_fits(tmp_path / 'x.npz')
    assert found['focal'].tolist() == [900, 901, 902]
    np.testing.assert_allclose(found['keypoints_2d'][:, HMR44.index('nose')], arrays['part'][:, 19], rtol=1e-6)


@pytest.mark.parametrize('number,known', [(44, True), (25, True), (24, True), (17, True), (23, False)])
def test_tokenhmr_keypoints_by_their_number(tmp_path, number, known):
    arrays = write_tokenhmr_emdb(tmp_path / 'x.npz')
    np.savez(tmp_path / 'x.npz', **{**arrays, 'keypoints_2d': np.ones((3, number, 3))})
    if known:
        assert read_fits(tmp_path / 'x.npz')['keypoints_2d'].shape == (3, 44, 3)
    else:
        with pytest.raises(UserError, match='keypoints_2d has 23 points'):
            read_fits(tmp_path / 'x.npz')


def test_one_person(tmp_path):
    write_hmr2(tmp_path / 'x.npz', count=1)
    assert read_fits(tmp_path / 'x.npz')['center'].shape == (1, 2)


def test_an_npz_of_no_known_layout(tmp_path):
    np.savez(tmp_path / 'x.npz', poses=np.zeros((2, 156)))
    with pytest.raises(UserError, match="none of the known layouts .*HMR2.*SPIN.* it has poses"):
        read_fits(tmp_path / 'x.npz')
