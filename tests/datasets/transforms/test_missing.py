import numpy as np
import torch

from ajahr_mm.anatomy.keypoints import ABSENT, HMR44, OCCLUDED, VISIBLE
from ajahr_mm.datasets.transforms import CropBody, PackBodyInputs
from ajahr_mm.datasets.transforms.missing import hide_missing
from ajahr_mm.models.losses.body_losses import BodyLosses
from ajahr_mm.structures import BodySample

LOST = ('left_wrist', 'left_elbow', 'lsp_left_wrist', 'lsp_left_elbow')


def record():
    points = np.ones((44, 3), np.float32)
    return dict(keypoints_2d=points, projected_2d=points.copy(), visibility=np.zeros(44, np.uint8),
                limb_extent=np.array([0.6, 3, 3, 3], np.float32), keypoints_3d=np.ones((44, 4), np.float32))


def test_the_lost_joint_and_all_beyond_it():
    result = record()
    hide_missing(result)
    gone = np.array([name in LOST for name in HMR44])
    for name in ('keypoints_2d', 'projected_2d'):
        np.testing.assert_array_equal(result[name], np.where(gone[:, None], np.zeros(3), 1))
        assert result[name].dtype == np.float32
    np.testing.assert_array_equal(result['visibility'], np.where(gone, ABSENT, VISIBLE))
    np.testing.assert_array_equal(result['keypoints_3d'], 1)  # stays supervised


def test_hidden_joints_are_known_but_not_supervised():
    result = dict(record(), limb_extent=np.full(4, 3, np.float32))
    knee = HMR44.index('right_knee')
    result['visibility'][knee] = OCCLUDED
    hide_missing(result)
    np.testing.assert_array_equal(result['keypoints_2d'][knee], 0)
    np.testing.assert_array_equal(result['projected_2d'][knee], 1)
    assert result['visibility'][knee] == OCCLUDED and result['keypoints_2d'][:, 2].sum() == 43


def test_the_loss_does_not_see_them(sample):
    """From the record to the gradient: exactly zero in 2D where a joint is lost or hidden, alive in 3D."""
    sample['limb_extent'] = np.array([0.6, 3, 3, 3], np.float32)
    sample['visibility'][HMR44.index('right_knee')] = OCCLUDED
    data = PackBodyInputs()(CropBody()(sample))['data_samples']
    gt = BodySample.stack([data])
    pred = {name: gt[name].clone() for name in ('global_orient', 'body_pose', 'betas')}
    pred['keypoints_2d'] = torch.full((1, 44, 2), 400.0, requires_grad=True)
    pred['keypoints_3d'] = torch.randn((1, 44, 3), generator=torch.Generator().manual_seed(0)).requires_grad_()
    sum(BodyLosses()(pred, gt).values()).backward()
    unseen = np.array([name in (*LOST, 'right_knee') for name in HMR44])
    moved_2d, moved_3d = (pred[f'keypoints_{d}d'].grad[0].abs().sum(1).numpy() > 0 for d in (2, 3))
    np.testing.assert_array_equal(moved_2d, ~unseen)
    assert moved_3d[unseen].all()
