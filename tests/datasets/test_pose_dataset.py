import numpy as np
import pytest
import torch
from mmengine.dataset import default_collate
from scipy.spatial.transform import Rotation
from torch.utils.data import DataLoader

from ajahr_mm.datasets import PoseDataset
from ajahr_mm.io.errors import UserError


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    extent = np.full((8, 4), 3, np.float32)
    extent[::2, 1] = 1
    np.savez(tmp_path / 'a.npz', body_pose=rng.normal(0, 0.5, (8, 69)).astype(np.float32), limb_extent=extent)
    np.savez(tmp_path / 'b.npz', body_pose=rng.normal(0, 0.5, (3, 63)).astype(np.float32))
    return tmp_path


def test_rotations_are_those_of_scipy_for_joints_1_to_21(folder):
    data = PoseDataset('a.npz', data_root=str(folder))
    pose = np.load(folder / 'a.npz')['body_pose'].reshape(8, 23, 3)[:, :21]
    expected = Rotation.from_rotvec(pose.reshape(-1, 3)).as_matrix().reshape(8, 21, 3, 3)
    for i in range(8):
        sample = data[i]['inputs']
        assert sample['body_pose'].dtype == sample['limb_extent'].dtype == torch.float32
        np.testing.assert_allclose(sample['body_pose'], expected[i], atol=1e-6)
    assert data[2]['inputs']['limb_extent'].tolist() == [3, 1, 3, 3]


def test_filter_several_files_and_batches(folder):
    assert len(PoseDataset('a.npz', str(folder), limbs='intact')) == 4
    amputee = PoseDataset('a.npz', str(folder), limbs='amputee')
    assert all(amputee[i]['inputs']['limb_extent'][1] == 1 for i in range(4))
    both = PoseDataset(['a.npz', 'b.npz'], str(folder))
    assert list(both.group_names('amputee')) == ['amputee', 'intact'] * 4 + ['intact'] * 3
    batch = next(iter(DataLoader(both, 11, collate_fn=default_collate)))['inputs']
    assert batch['body_pose'].shape == (11, 21, 3, 3) and batch['limb_extent'].shape == (11, 4)
    part = PoseDataset(['a.npz', 'b.npz'], str(folder), indices=[10, 0])
    torch.testing.assert_close(part[0]['inputs']['body_pose'], both[10]['inputs']['body_pose'])
    assert list(part.group_names('amputee')) == ['intact', 'amputee']


def test_refusals(folder):
    with pytest.raises(UserError, match='nowhere.npz does not exist.*quickstart.sh'):
        PoseDataset('nowhere.npz', str(folder))
    with pytest.raises(UserError, match='no pose with limbs=.amputee'):
        PoseDataset('b.npz', str(folder), limbs='amputee')
    np.savez(folder / 'c.npz', body_pose=np.zeros((2, 72)))
    with pytest.raises(UserError, match=r'\(2, 72\), expected \(N, 69\)'):
        PoseDataset('c.npz', str(folder))
    np.savez(folder / 'c.npz', body_pose=np.zeros((2, 69)), limb_extent=np.full((2, 4), -1.0))
    with pytest.raises(UserError, match=r'outside \[0, 3\] in rows 0, 1'):
        PoseDataset('c.npz', str(folder))


def test_files_of_tokenhmr_and_poses_that_cannot_be_used(folder):
    pose = np.random.default_rng(1).normal(0, 0.3, (6, 63)).astype(np.float32)
    pose[4, 2] = np.nan
    np.savez(folder / 'd.npz', pose_body=pose, gender=np.array(['f'] * 6))
    with pytest.raises(UserError, match='column pose_body is NaN or infinite in row 4'):
        PoseDataset('d.npz', str(folder))
    data = PoseDataset('d.npz', str(folder), on_bad='skip', max_bad=0.2)
    assert len(data) == 5 and len(data.bad_samples) == 1
    expected = Rotation.from_rotvec(pose[5].reshape(21, 3)).as_matrix()
    np.testing.assert_allclose(data[4]['inputs']['body_pose'], expected, atol=1e-6)
    with pytest.raises(UserError, match='e.npz lacks the column body_pose; it has gender'):
        np.savez(folder / 'e.npz', gender=np.array(['f'] * 6))
        PoseDataset('e.npz', str(folder))
    with pytest.raises(UserError, match="on_bad='maybe' is not one of"):
        PoseDataset('d.npz', str(folder), on_bad='maybe')
