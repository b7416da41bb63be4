import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ajahr_mm.anatomy import skeleton
from ajahr_mm.synthesis.poses import joint_angles
from ajahr_mm.synthesis.poses.self_contact import joint_positions


def position(side: str, joint: str, **angles) -> np.ndarray:
    """Position of a joint when the named angles are set on both sides; left = +x, up = +y, forward = +z."""
    points = joint_positions(joint_angles.to_body_pose(joint_angles.pack(**angles)[None]))[0]
    return points[skeleton.joint_index(f'{side}_{joint}')]


def inward(side: str) -> float:
    return -1. if side == 'left' else 1.


@pytest.mark.parametrize('side', ['left', 'right'])
class TestDirections:

    def test_knee_bends_backwards(self, side):
        assert position(side, 'ankle', knee_flex=90)[2] < position(side, 'knee')[2] - .3

    def test_hip_bends_forwards_and_outwards(self, side):
        assert position(side, 'knee', hip_flex=90)[2] > .3
        assert -inward(side) * position(side, 'knee', hip_abduct=40)[0] > .3

    def test_toes_rise_and_turn_out(self, side):
        assert position(side, 'foot', ankle_flex=20)[1] > position(side, 'foot')[1] + .02
        assert -inward(side) * (position(side, 'foot', hip_rotate=40)[0] - position(side, 'foot')[0]) > .03

    def test_arm_hangs_rises_sideways_and_forwards(self, side):
        shoulder = position(side, 'shoulder')
        assert position(side, 'wrist')[1] < shoulder[1] - .4
        assert -inward(side) * position(side, 'wrist', shoulder_raise=90)[0] > .6
        assert position(side, 'wrist', shoulder_raise=90, shoulder_plane=90)[2] > .4
        assert position(side, 'wrist', shoulder_raise=170)[1] > shoulder[1] + .4

    def test_elbow_of_hanging_and_spread_arm_bends_forwards(self, side):
        assert position(side, 'wrist', elbow_flex=90)[2] > .2
        assert position(side, 'wrist', shoulder_raise=90, elbow_flex=90)[2] > .2

    def test_elbow_of_an_arm_held_forwards_bends_upwards(self, side):
        arm = dict(shoulder_raise=90, shoulder_plane=90)
        assert position(side, 'wrist', **arm, elbow_flex=90)[1] > position(side, 'elbow', **arm)[1] + .2

    def test_outward_rotation_lifts_the_forearm_of_a_spread_arm(self, side):
        arm = dict(shoulder_raise=90, elbow_flex=90)
        assert position(side, 'wrist', **arm, shoulder_rotate=70)[1] > position(side, 'wrist', **arm)[1] + .15


def test_zero_hanging_arms_and_t_pose():
    """Arms raised by 90 degrees with the collar's share are the SMPL rest pose up to that share's direction."""
    joints = joint_positions(joint_angles.to_body_pose(joint_angles.pack(shoulder_raise=90)[None]))[0]
    rest = joint_positions(np.zeros((1, 69)))[0]
    legs = [skeleton.joint_index(f'{side}_{name}') for side in ('left', 'right')
            for name in ('hip', 'knee', 'ankle', 'foot')]
    np.testing.assert_allclose(joints[legs], rest[legs], atol=1e-6)
    arm = joints[skeleton.joint_index('left_wrist')] - joints[skeleton.joint_index('left_elbow')]
    np.testing.assert_allclose(arm / np.linalg.norm(arm), [1, 0, 0], atol=.05)


def test_mirror_is_the_mirror_image_of_the_skeleton():
    angles = np.random.default_rng(0).uniform(joint_angles.LOWEST, joint_angles.HIGHEST, size=(20, joint_angles.NUM_ANGLES))
    joints = joint_positions(joint_angles.to_body_pose(angles))
    mirrored = joint_positions(joint_angles.to_body_pose(joint_angles.mirror(angles)))
    np.testing.assert_allclose(mirrored[:, list(skeleton.FLIP)] * [-1, 1, 1], joints, atol=1e-6)
    np.testing.assert_array_equal(joint_angles.mirror(joint_angles.mirror(angles)), angles)


def test_shoulder_and_collar_together_make_the_asked_direction():
    """Whatever the collar takes, the upper arm points where the angles say."""
    angles = joint_angles.pack(shoulder_raise=120, shoulder_plane=30)
    pose = joint_angles.to_body_pose(angles[None])[0].reshape(23, 3)
    collar, shoulder = (Rotation.from_rotvec(pose[skeleton.joint_index(f'left_{name}') - 1])
                        for name in ('collar', 'shoulder'))
    raised, plane = np.deg2rad([120, 30])
    expected = [np.sin(raised) * np.cos(plane), -np.cos(raised), np.sin(raised) * np.sin(plane)]
    np.testing.assert_allclose((collar * shoulder).apply([1, 0, 0]), expected, atol=1e-6)


def test_the_closed_form_is_what_scipy_makes_of_the_words():
    """Each joint spelled out once more with scipy's rotations, left side."""
    rng = np.random.default_rng(3)
    angles = rng.uniform(joint_angles.LOWEST, joint_angles.HIGHEST, size=(100, joint_angles.NUM_ANGLES))
    value = {name: np.deg2rad(angles[:, i]) for name, i in joint_angles.INDEX.items()}
    zero = np.zeros(100)

    def euler(axes, *parts):
        return Rotation.from_euler(axes, np.stack(parts, -1))

    left = {name.removeprefix('left_'): v for name, v in value.items() if name.startswith('left_')}
    raised, plane = left['shoulder_raise'], left['shoulder_plane']
    lift = .22 * np.maximum(raised - np.deg2rad(30), 0)
    collar = Rotation.from_rotvec(np.stack([zero, -.4 * lift * np.sin(plane), lift * np.cos(.5 * plane)], -1))
    arm = (Rotation.from_rotvec(np.stack([-np.sin(plane), zero, np.cos(plane)], -1) * raised[:, None])
           * Rotation.from_rotvec([0, 0, -np.pi / 2]) * euler('X', -left['shoulder_rotate']))
    expected = dict(
        spine2=euler('YZX', value['spine_twist'] / 3, -value['spine_side'] / 3, value['spine_flex'] / 3),
        neck=euler('YZX', .55 * value['neck_twist'], -.55 * value['neck_side'], .55 * value['neck_flex']),
        head=euler('YZX', .45 * value['neck_twist'], -.45 * value['neck_side'], .45 * value['neck_flex']),
        left_hip=euler('XZY', -left['hip_flex'], left['hip_abduct'], left['hip_rotate']),
        left_knee=euler('X', left['knee_flex']), left_ankle=euler('XZ', -left['ankle_flex'], left['ankle_tilt']),
        left_foot=euler('X', -left['toe_flex']), left_elbow=euler('YX', -left['elbow_flex'], -.5 * left['forearm_turn']),
        left_wrist=euler('XZY', -.5 * left['forearm_turn'], -left['wrist_flex'], left['wrist_side']),
        left_hand=euler('Z', -left['finger_flex']), left_collar=collar, left_shoulder=collar.inv() * arm)
    pose = joint_angles.to_body_pose(angles).reshape(100, 23, 3)
    for name, rotation in expected.items():
        found = Rotation.from_rotvec(pose[:, skeleton.joint_index(name) - 1])
        assert (found.inv() * rotation).magnitude().max() < 1e-6, name


def test_a_pose_does_not_depend_on_the_poses_beside_it():
    angles = np.random.default_rng(4).uniform(joint_angles.LOWEST, joint_angles.HIGHEST, size=(60, joint_angles.NUM_ANGLES))
    whole = joint_angles.to_rotations(angles)
    for start, stop in ((0, 1), (7, 8), (3, 28), (1, 60)):
        np.testing.assert_array_equal(joint_angles.to_rotations(angles[start:stop]), whole[start:stop])


def test_pack_and_limit():
    vector = joint_angles.pack(knee_flex=(10, 20), spine_flex=500)
    assert vector[joint_angles.INDEX['right_knee_flex']] == 20
    assert joint_angles.limit(vector)[joint_angles.INDEX['spine_flex']] == 70
    with pytest.raises(KeyError):
        joint_angles.pack(knee_flexion=10)
