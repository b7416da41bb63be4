"""AMASS and MOYO as downloaded, and the poses of image sets: frames, joints, genders in any form, splits, damage."""
import pickle

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ajahr_mm.datasets import AMASS, MOYO, PosesOf
from ajahr_mm.datasets.pose_corpora import AMASS_SETS
from ajahr_mm.io.errors import UserError

from .miniatures.amputees import write_a3d_official
from .miniatures.poses import write_amass, write_moyo


def check(data, poses):
    """The samples are the rotations of these axis-angle poses (n,63)."""
    assert len(data) == len(poses)
    for i, pose in enumerate(poses):
        expected = Rotation.from_rotvec(pose.reshape(21, 3)).as_matrix()
        np.testing.assert_allclose(data[i]['inputs']['body_pose'], expected, atol=1e-5)
        assert data[i]['inputs']['limb_extent'].tolist() == [3, 3, 3, 3]


@pytest.mark.parametrize('gender',
                         [np.array('female'), np.array(b'male'), np.array(['neutral'], object), np.array('male', object)])
def test_amass_without_its_ends_and_every_tenth_frame(tmp_path, gender):
    told = write_amass(tmp_path, ('CMU',), frames=50, gender=gender)
    check(AMASS(str(tmp_path)), told['CMU'][10:40:10, 3:66])  # 20 % off each end, joints 1..21, no root and no hands


def test_amass_of_smplx_and_other_steps(tmp_path):
    told = write_amass(tmp_path, ('KIT',), numbers=165)
    check(AMASS(str(tmp_path), subsets='KIT', trim=0.0, step=1), told['KIT'][:, 3:66])


def test_amass_splits_and_old_names_of_folders(tmp_path):
    write_amass(tmp_path, ('CMU', 'BioMotionLab_NTroje', 'MPI_HDM05', 'Transitions_mocap'))
    assert [len(AMASS(str(tmp_path), split=split)) for split in ('train', 'val', 'test')] == [6, 3, 3]
    assert len(AMASS(str(tmp_path), subsets=['BMLrub'])) == 3
    names = [name for sets in AMASS_SETS.values() for name in sets]
    assert len(names) == len(set(names)) == 18
    with pytest.raises(UserError, match='HumanEva is not one of the sets of split .train.'):
        AMASS(str(tmp_path), subsets='HumanEva')
    with pytest.raises(UserError, match="split='valid' is not one of train, val, test"):
        AMASS(str(tmp_path), split='valid')


def test_files_of_tokenhmr_are_taken_as_they_are(tmp_path):
    pose = np.random.default_rng(0).normal(0, 0.3, (7, 63))
    (tmp_path / 'smplh/train').mkdir(parents=True)
    np.savez(tmp_path / 'smplh/train/train_CMU.npz', pose_body=pose, betas=np.zeros((7, 10)), gender=np.array(['m'] * 7),
             name='CMU')
    check(AMASS(str(tmp_path), subsets='CMU'), pose)


@pytest.mark.parametrize('key,numbers,start', [('body_pose', 69, 0), ('fullpose', 165, 3)])
def test_moyo(tmp_path, key, numbers, start):
    pose = write_moyo(tmp_path, frames=30, key=key, numbers=numbers)
    check(MOYO(str(tmp_path)), pose[3:27:5, start:start + 63])  # 10 % off each end, every fifth
    assert MOYO.missing_files(str(tmp_path), split='train') is None
    assert 'moyo.is.tue.mpg.de' in MOYO.missing_files(str(tmp_path), split='val')[1]


def test_poses_of_a3d(tmp_path):
    told = write_a3d_official(tmp_path)
    config = dict(type='OfficialA3D', data_root=str(tmp_path), parts='COCO_train')
    data = PosesOf(config, limbs='amputee')
    assert len(data) == 2 and data[0]['inputs']['limb_extent'].tolist() == [1, 3, 3, 3]
    expected = Rotation.from_rotvec(told['COCO_train']['body_pose'][1, 3:66].reshape(21, 3)).as_matrix()
    np.testing.assert_allclose(data[1]['inputs']['body_pose'], expected, atol=1e-5)
    assert len(PosesOf(config, limbs='intact')) == 1
    assert list(PosesOf(config).group_names('amputee')) == ['amputee', 'amputee', 'intact']


@pytest.mark.parametrize('value,message,bad', [
    (np.full((50, 156), np.nan), 'run_poses.npz: 3 of the 3 poses taken from it are NaN', 3),
    (np.zeros((50, 60)), r'poses is float64\[50, 60\], expected numbers of shape \(T, 66', 1),
    (np.array([None, 1], object), 'poses is object', 1)])
def test_damaged_sequences_are_told_or_skipped_and_counted(tmp_path, value, message, bad):
    told = write_amass(tmp_path)
    np.savez(tmp_path / 'CMU/subject_01/run_poses.npz', poses=value)
    with pytest.raises(UserError, match=message):
        AMASS(str(tmp_path))
    data = AMASS(str(tmp_path), on_bad='skip', max_bad=0.6)
    check(data, told['CMU'][10:40:10, 3:66])
    assert len(data.bad_samples) == bad


def test_one_bad_pose_among_good_ones(tmp_path):
    told = write_amass(tmp_path)
    told['CMU'][20, 5] = np.nan
    np.savez(tmp_path / 'CMU/subject_01/walk_poses.npz', poses=told['CMU'])
    data = AMASS(str(tmp_path), on_bad='skip', max_bad=0.5)
    assert len(data) == 2 and len(data.bad_samples) == 1
    with pytest.raises(UserError, match='more than the 1 that max_bad allows'):
        told['CMU'][10, 5] = np.nan
        np.savez(tmp_path / 'CMU/subject_01/walk_poses.npz', poses=told['CMU'])
        AMASS(str(tmp_path), on_bad='skip', max_bad=0.1)


def test_absent_and_hostile(tmp_path):
    with pytest.raises(UserError, match='has no poses of amass.*amass.is.tue.mpg.de'):
        AMASS(str(tmp_path))
    write_moyo(tmp_path)
    path = next(tmp_path.glob('*/mosh_smpl/train/*.pkl'))
    path.write_bytes(b'cos\nsystem\n(S"true"\ntR.')
    with pytest.raises(UserError, match='asks for os.system'):
        MOYO(str(tmp_path))
    path.write_bytes(pickle.dumps(dict(betas=np.zeros(10))))
    with pytest.raises(UserError, match='neither body_pose nor fullpose'):
        MOYO(str(tmp_path))
    with pytest.raises(UserError, match='trim=0.5 must be from 0 to 0.5'):
        MOYO(str(tmp_path), trim=0.5)
