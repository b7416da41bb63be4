"""Rigs and clips: what fits together, skinning by the matrices of the textbook, quaternions that do not jump."""
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ajahr_mm.io.errors import UserError
from ajahr_mm.io.meshes.rig import Clip, Rig, pose_rig, strongest_weights


def test_skinning_by_homogeneous_matrices(rig, clip):
    rotations, shift = clip.rotations[3], clip.translation[3]
    world = []
    for joint, parent in enumerate(rig.parents):
        local = np.eye(4)
        local[:3, :3] = rotations[joint]
        local[:3, 3] = rig.joints[joint] + shift if parent < 0 else rig.joints[joint] - rig.joints[parent]
        world.append(local if parent < 0 else world[parent] @ local)
    points = np.c_[rig.vertices, np.ones(len(rig.vertices))]
    expected = np.zeros((len(points), 3))
    for joint, matrix in enumerate(world):
        bind = np.eye(4)
        bind[:3, 3] = -rig.joints[joint]
        expected += rig.weights[:, [joint]] * (points @ (matrix @ bind).T)[:, :3]
    np.testing.assert_allclose(pose_rig(rig, rotations, shift), expected, atol=1e-9)


def test_rest_is_rest(rig):
    np.testing.assert_allclose(pose_rig(rig, np.tile(np.eye(3), (4, 1, 1))), rig.vertices, atol=1e-6)


def test_quaternions_are_the_rotations_and_never_jump(clip):
    turns = clip.quaternions()
    np.testing.assert_allclose(Rotation.from_quat(turns.reshape(-1, 4)).as_matrix().reshape(5, 4, 3, 3), clip.rotations,
                               atol=1e-6)
    assert ((turns[1:] * turns[:-1]).sum(-1) >= 0).all() and (turns[0, :, 3] >= 0).all()
    assert (turns[:, 0, 3] < 0).any(), 'the clip turns so far that the canonical sign would jump'


def test_the_strongest_weights(rig):
    weights = strongest_weights(rig.weights, 2)
    assert ((weights > 0).sum(1) == 2).all()
    np.testing.assert_allclose(weights.sum(1), 1)
    for row, kept in zip(rig.weights[::17], weights[::17]):
        best = np.sort(row)[-2:]
        np.testing.assert_allclose(np.sort(kept)[-2:], best / best.sum())
    np.testing.assert_allclose(strongest_weights(rig.weights), rig.weights)


def test_bones_that_are_absent_go(rig):
    weights = rig.weights.copy()
    weights[:, 1] += weights[:, 2]
    weights[:, 2] = 0
    whole = Rig(rig.vertices, rig.faces, rig.joint_names, rig.parents, rig.joints, weights, [False, False, True, False])
    less = whole.without_absent()
    assert list(less.joint_names) == ['root', 'middle', 'side'] and list(less.parents) == [-1, 0, 0]
    turns = Rotation.random(4, random_state=0).as_matrix()
    np.testing.assert_allclose(pose_rig(less, turns[[0, 1, 3]]), pose_rig(whole, turns), atol=1e-12)


@pytest.mark.parametrize('change, words', [
    (dict(joints=np.zeros((3, 3))), 'joints has shape'), (dict(joints=np.full((4, 3), np.nan)), 'not finite'),
    (dict(parents=[-1, 2, 0, 0]), 'one root'), (dict(parents=[0, 0, 0, 0]), 'one root'),
    (dict(parents=[-1, -1, 0, 0]), 'root'),
    (dict(parents=[-1, 0, 0]), 'one root'), (dict(weights=np.zeros((5, 4))), 'weights has shape'),
    (dict(absent=[False, False, True, False]), 'absent joints hold'), (dict(absent=[True]), 'absent has shape'),
    (dict(vertices=np.zeros((9, 2))), 'a mesh needs')])
def test_rigs_that_do_not_fit(rig, change, words):
    fields = dict(vertices=rig.vertices, faces=rig.faces, joint_names=rig.joint_names, parents=rig.parents,
                  joints=rig.joints, weights=rig.weights)
    with pytest.raises(UserError, match=words):
        Rig(**dict(fields, **change))


def test_weights_and_absent_bones_that_are_wrong(rig):
    fields = (rig.vertices, rig.faces, rig.joint_names, rig.parents, rig.joints)
    for weights in (rig.weights * 2, rig.weights - 0.5, rig.weights * np.nan):
        with pytest.raises(UserError, match='positive and sum to 1'):
            Rig(*fields, weights)
    hand_over = np.zeros_like(rig.weights)
    hand_over[:, 0] = 1
    with pytest.raises(UserError, match='hangs on an absent one'):
        Rig(*fields, hand_over, [False, True, False, False])


@pytest.mark.parametrize('change, words', [
    (lambda r, t: (r[0], t, 30), 'frames, joints, 3, 3'), (lambda r, t: (r[:0], t[:0], 30), 'frames, joints'),
    (lambda r, t: (r, t[:-1], 30), 'translation has shape'), (lambda r, t: (r * np.nan, t, 30), 'not finite'),
    (lambda r, t: (r, t + np.inf, 30), 'not finite'), (lambda r, t: (r, t, 0), 'fps'), (lambda r, t: (r, t, np.nan), 'fps'),
    (lambda r, t: (r * [1, 1, -1], t, 30), 'joint 0 in frame 0 is not a rotation'),
    (lambda r, t: (r * 1.01, t, 30), 'rotation'),
    (lambda r, t: (r * 0, t, 30), 'rotation')])
def test_clips_that_are_none(clip, change, words):
    with pytest.raises(UserError, match=words):
        Clip(*change(clip.rotations, clip.translation))
