import numpy as np
import pytest

from ajahr_mm.anatomy import skeleton
from ajahr_mm.synthesis import joint_angles
from ajahr_mm.synthesis.self_contact import REST_JOINTS, joint_positions, penetration


def pose(**angles) -> np.ndarray:
    return joint_angles.to_body_pose(joint_angles.pack(**angles)[None])


def test_bones_keep_their_length_in_any_pose():
    joints = joint_positions(np.random.default_rng(0).normal(size=(5, 69)))
    for joint in range(1, 24):
        parent = skeleton.PARENTS[joint]
        expected = np.linalg.norm(REST_JOINTS[joint] - REST_JOINTS[parent])
        np.testing.assert_allclose(np.linalg.norm(joints[:, joint] - joints[:, parent], axis=-1), expected, rtol=1e-9)


def test_rest_pose_is_the_rest_skeleton_and_symmetric():
    np.testing.assert_allclose(joint_positions(np.zeros((1, 69)))[0], REST_JOINTS)
    np.testing.assert_allclose(REST_JOINTS[list(skeleton.FLIP)] * [-1, 1, 1], REST_JOINTS)


@pytest.mark.parametrize('angles', [dict(), dict(shoulder_raise=90), dict(hip_flex=90, knee_flex=90, hip_abduct=8)])
def test_free_poses_do_not_penetrate(angles):
    assert penetration(pose(**angles, **({} if 'shoulder_raise' in angles else dict(shoulder_raise=15))))[0] == 0


@pytest.mark.parametrize('angles', [
    dict(shoulder_raise=30, shoulder_plane=90, shoulder_rotate=-75, elbow_flex=120),    # forearm into the belly
    dict(hip_abduct=(-18, -18), hip_rotate=0),                                          # legs through each other
])
def test_limbs_pushed_through_the_body_are_found(angles):
    assert penetration(pose(**angles))[0] > .03
