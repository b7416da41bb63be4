import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ajahr_mm.anatomy import skeleton
from ajahr_mm.synthesis.poses import joint_angles
from ajahr_mm.synthesis.poses.self_contact import REST_JOINTS, joint_positions, overlap, penetration, positions


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


def test_the_rest_skeleton_is_the_mean_of_the_open_body():
    from ajahr_mm.body_models.assets import load_body
    body = load_body('open')
    np.testing.assert_allclose(REST_JOINTS, body.J_regressor @ body.v_template, atol=.001)


def test_positions_are_those_of_the_body_model():
    import torch

    from ajahr_mm.body_models import build_body
    body, rng = build_body('open'), np.random.default_rng(1)
    turned = Rotation.random(2 * 24, random_state=1).as_matrix().reshape(2, 24, 3, 3)
    betas = torch.from_numpy(rng.normal(size=(2, 10)).astype(np.float32))
    eye = torch.eye(3).expand(2, 24, 3, 3)
    rest = body(eye[:, 0], eye[:, 1:], betas).joints.numpy()
    tensor = torch.from_numpy(turned.astype(np.float32))
    expected = body(tensor[:, 0], tensor[:, 1:], betas).joints.numpy()
    np.testing.assert_allclose(positions(turned, rest)[0], expected, atol=1e-5)


@pytest.mark.parametrize('angles', [dict(), dict(shoulder_raise=90), dict(hip_flex=90, knee_flex=90, hip_abduct=8)])
def test_free_poses_do_not_penetrate(angles):
    assert penetration(pose(**angles, **({} if 'shoulder_raise' in angles else dict(shoulder_raise=15))))[0] == 0


@pytest.mark.parametrize('angles', [
    dict(shoulder_raise=30, shoulder_plane=90, shoulder_rotate=-75, elbow_flex=120),    # forearm into the belly
    dict(shoulder_raise=118, shoulder_plane=12, shoulder_rotate=62, elbow_flex=132),    # hands into the head
    dict(shoulder_raise=15, hip_abduct=-18, knee_flex=10),                               # legs through each other
])
def test_limbs_pushed_through_the_body_are_found(angles):
    assert penetration(pose(**angles))[0] > .02


def test_what_lies_beside_it_in_the_batch_does_not_change_a_depth():
    angles = np.random.default_rng(4).uniform(joint_angles.LOWEST, joint_angles.HIGHEST, size=(40, joint_angles.NUM_ANGLES))
    rotations = joint_angles.to_rotations(angles)
    whole = overlap(rotations)
    assert (whole > 0).any() and (whole == 0).any()
    for start, stop in ((0, 1), (7, 8), (3, 28)):
        np.testing.assert_array_equal(overlap(rotations[start:stop]), whole[start:stop])
    np.testing.assert_allclose(penetration(joint_angles.to_body_pose(angles)), whole, atol=1e-5)


def test_mirrored_poses_are_as_deep():
    angles = np.random.default_rng(5).uniform(joint_angles.LOWEST, joint_angles.HIGHEST, size=(40, joint_angles.NUM_ANGLES))
    both = [overlap(joint_angles.to_rotations(each)) for each in (angles, joint_angles.mirror(angles))]
    np.testing.assert_allclose(*both, atol=1e-5)
