import numpy as np
import pytest

from ajahr_mm.synthesis.poses.fit_checks import impossible_poses, misplaced, useless_fits


def test_nan_and_overturned_joints_are_impossible():
    poses = np.zeros((5, 69))
    poses[1, 7], poses[2, 9:12], poses[3, 9:12], poses[4, 0] = np.nan, [4, 3, 2], [3, 0, 0], np.inf
    assert impossible_poses(poses).tolist() == [False, True, True, False, True]


def table(count=8):
    keypoints = np.zeros((count, 44, 3))
    keypoints[:, :5, 2] = 1
    return dict(global_orient=np.zeros((count, 3)), body_pose=np.zeros((count, 69)), betas=np.zeros((count, 10)),
                size=np.full(count, 90.), keypoints_2d=keypoints)


@pytest.mark.parametrize('name, value, reason', [
    ('body_pose', np.nan, 'NaN'), ('global_orient', 9., 'no rotation'), ('betas', np.inf, 'NaN'), ('betas', -5.1, 'shape'),
    ('size', 0., 'no size'), ('size', np.nan, 'no size'), ('keypoints_2d', 0., '3 of its keypoints')])
def test_each_kind_of_useless_fit_is_named(name, value, reason):
    columns = table()
    columns[name][3] = value
    found = useless_fits(columns, np.arange(8))
    assert list(found) == [3] and reason in found[3]


def test_only_the_rows_asked_for_are_looked_at():
    columns = table()
    columns['betas'][[2, 5]] = 7
    assert list(useless_fits(columns, np.array([0, 1, 5, 6]))) == [5]


def test_a_fit_with_a_camera_needs_no_keypoints_and_one_without_a_shape_may_have_any():
    columns = table()
    columns['keypoints_2d'][:] = 0
    columns['camera'] = np.tile([.9, 0, 0], (8, 1))
    columns['betas'][:] = 80
    columns['has_betas'] = np.zeros(8)
    assert not useless_fits(columns, np.arange(8))
    columns['camera'][4] = 0
    columns['has_pose'] = np.array([1, 0, 1, 1, 1, 1, 1, 1.])
    assert list(useless_fits(columns, np.arange(8))) == [1, 4]


@pytest.mark.parametrize('center, size, where', [((-60, 50), 100, 'outside'), ((50, 700), 100, 'outside'),
                                                 ((320, 240), 7000, '7000 px')])
def test_boxes_that_cannot_be_in_the_picture(center, size, where):
    assert where in misplaced(np.array(center), size, (480, 640))
    assert misplaced(np.array([-20, 470]), 100, (480, 640)) is None
