import numpy as np
import pytest
import torch

from ajahr_mm.anatomy import keypoints, limbs, skeleton
from ajahr_mm.anatomy.keypoint_sets import KEYPOINT_SETS, keypoint_set
from ajahr_mm.io import UserError

SIZES = {'smpl24': 24, 'tokens21': 21, 'hmr44': 44, 'coco17': 17, 'limb12': 12, 'h36m17': 17}


def body(seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(2, 24, 3)), rng.normal(size=(2, 44, 3))


def test_sets_have_their_sizes_and_unique_names():
    assert {name: len(s.names) for name, s in KEYPOINT_SETS.items()} == SIZES
    assert all(len(set(s.names)) == len(s.names) == len(s.sources) for s in KEYPOINT_SETS.values())


def test_selections_are_exact():
    joints, points = body()
    np.testing.assert_array_equal(keypoint_set('smpl24').take(joints, points), joints)
    np.testing.assert_array_equal(keypoint_set('tokens21').take(joints, points), joints[:, 1:22])
    np.testing.assert_array_equal(keypoint_set('hmr44').take(joints, points), points)
    coco = [0, 16, 15, 18, 17, 5, 2, 6, 3, 7, 4, 12, 9, 13, 10, 14, 11]  # COCO-17 in BODY_25
    np.testing.assert_array_equal(keypoint_set('coco17').take(joints, points), points[:, coco])
    np.testing.assert_array_equal(keypoint_set('limb12').take(joints, points), points[:, coco[5:]])


def test_human36m_and_its_14_joints():
    joints, points = body()
    h36m = keypoint_set('h36m17').take(joints, points)
    np.testing.assert_array_equal(h36m, points[:, [39, 27, 26, 25, 28, 29, 30, 41, 37, 42, 43, 34, 35, 36, 33, 32, 31]])
    fourteen = h36m[:, list(keypoints.EVAL14_IN_H36M17)]
    np.testing.assert_array_equal(fourteen, points[:, list(keypoints.EVAL14)])
    # The published list for regressor files with the left leg first: the two legs change places, nothing else.
    published, legs = (6, 5, 4, 1, 2, 3, 16, 15, 14, 11, 12, 13, 8, 10), {1: 4, 2: 5, 3: 6, 4: 1, 5: 2, 6: 3}
    assert tuple(legs.get(i, i) for i in published) == keypoints.EVAL14_IN_H36M17


def test_torch_and_numpy_agree_and_lost_coordinates_stay_where_they_are():
    joints, points = body(1)
    joints[:, 20], points[:, keypoints.HMR44.index('lsp_left_wrist')] = np.nan, np.nan
    for name, chosen in KEYPOINT_SETS.items():
        got = chosen.take(torch.from_numpy(joints), torch.from_numpy(points))
        np.testing.assert_array_equal(got.numpy(), chosen.take(joints, points))
        spoilt = np.isnan(got.numpy()).any((0, 2))
        assert all('wrist' in chosen.names[k] for k in np.flatnonzero(spoilt)) and spoilt.sum() <= 1, name


@pytest.mark.parametrize('name', SIZES)
def test_missing_points_are_those_of_the_lost_joints_and_mirror(name):
    chosen = keypoint_set(name)
    extent = np.random.default_rng(2).uniform(0, 3, (60, 4))
    extent = np.concatenate([extent, extent.round()])
    missing, lost = chosen.missing(extent), limbs.missing_joints(extent)
    assert np.array_equal(chosen.missing(torch.from_numpy(extent)).numpy(), missing)
    flip = list(chosen.flip)
    assert np.array_equal(chosen.missing(extent[:, list(limbs.FLIP)]), missing[:, flip])
    assert [flip[i] for i in flip] == list(range(len(flip)))
    for k, point in enumerate(chosen.names):
        joint = point.removeprefix('lsp_')
        if joint in skeleton.JOINTS:
            assert np.array_equal(missing[:, k], lost[:, skeleton.joint_index(joint)]), point
        elif not point.endswith(('toe', 'heel')):
            assert not missing[:, k].any(), point
    assert not chosen.missing(np.full(4, 3.)).any()


def test_unknown_set_is_refused():
    with pytest.raises(UserError, match='h36m17'):
        keypoint_set('h36m')
