"""Motions in the layouts that are about, and the axes they come in."""
import json

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ajahr_mm.body_models.motion_files import load_motion
from ajahr_mm.io import UserError

VECTORS = np.random.default_rng(0).normal(scale=.4, size=(5, 24, 3))
MATRICES = Rotation.from_rotvec(VECTORS.reshape(-1, 3)).as_matrix().reshape(5, 24, 3, 3)
SHIFT = np.arange(15.).reshape(5, 3)


def load(tmp_path, axes=None, fps=None, **arrays):
    np.savez(tmp_path / 'motion.npz', **arrays)
    return load_motion(tmp_path / 'motion.npz', axes, fps)


@pytest.mark.parametrize('arrays', [
    dict(poses=VECTORS.reshape(5, 72)), dict(global_orient=VECTORS[:, 0], body_pose=VECTORS[:, 1:].reshape(5, 69)),
    dict(global_orient=VECTORS[:, :1], body_pose=VECTORS[:, 1:]),
    dict(global_orient=MATRICES[:, 0], body_pose=MATRICES[:, 1:]),
    dict(global_orient=MATRICES[:, :1], body_pose=MATRICES[:, 1:])])
def test_layouts_of_the_same_motion(tmp_path, arrays):
    motion = load(tmp_path, trans=SHIFT, **arrays)
    np.testing.assert_allclose(motion.clip.rotations, MATRICES, atol=1e-12)
    np.testing.assert_array_equal(motion.clip.translation, SHIFT)
    assert motion.clip.fps == 30 and motion.betas is None and motion.limb_extent is None


def test_three_frames_are_not_mistaken_for_one_matrix(tmp_path):
    motion = load(tmp_path, global_orient=VECTORS[:3, 0], body_pose=VECTORS[:3, 1:].reshape(3, 69))
    np.testing.assert_allclose(motion.clip.rotations, MATRICES[:3], atol=1e-12)
    one = load(tmp_path, global_orient=MATRICES[0, 0], body_pose=MATRICES[0, 1:])
    np.testing.assert_allclose(one.clip.rotations, MATRICES[:1], atol=1e-12)


@pytest.mark.parametrize('width', [156, 165])
def test_amass_stands_up_and_keeps_its_rate(tmp_path, width):
    poses = np.zeros((5, width))
    poses[:, :72] = VECTORS.reshape(5, 72)
    motion = load(tmp_path, poses=poses, trans=SHIFT, mocap_framerate=120., betas=np.arange(16.))
    assert motion.clip.fps == 120 and len(motion.betas) == 16
    # Up (+z of the file) is +y here, and what was in front of the camera (-y) comes towards the viewer.
    np.testing.assert_allclose(motion.clip.translation, SHIFT[:, [0, 2, 1]] * [1, 1, -1])
    up = Rotation.from_rotvec([-np.pi / 2, 0, 0]).as_matrix()
    np.testing.assert_allclose(motion.clip.rotations[:, 0], up @ MATRICES[:, 0], atol=1e-12)
    np.testing.assert_allclose(motion.clip.rotations[:, 1:22], MATRICES[:, 1:22], atol=1e-12)
    np.testing.assert_array_equal(motion.clip.rotations[:, 22:], np.tile(np.eye(3), (5, 2, 1, 1)))  # fingers are not hands
    assert load_motion(tmp_path / 'motion.npz', 'y-up', 25).clip.fps == 25


def test_the_json_of_a_person(tmp_path):
    person = dict(smpl=dict(global_orient=[np.pi, 0, 0], body_pose=VECTORS[0, 1:].tolist(), betas=[.5] * 10),
                  limb_extent=[3, 3, 1, 3], amputation='collapse', image='x.jpg')
    (tmp_path / 'a.json').write_text(json.dumps(person))
    motion = load_motion(tmp_path / 'a.json')
    # Upright in a picture is a half turn about x in camera axes, and no turn here.
    np.testing.assert_allclose(motion.clip.rotations[0, 0], np.eye(3), atol=1e-12)
    np.testing.assert_allclose(motion.clip.rotations[0, 1:], MATRICES[0, 1:], atol=1e-12)
    assert motion.betas.tolist() == [.5] * 10 and motion.limb_extent.tolist() == [3, 3, 1, 3]
    assert motion.amputation == 'collapse' and motion.clip.translation.tolist() == [[0, 0, 0]]


@pytest.mark.parametrize('arrays, words', [
    (dict(a=1), 'it needs "poses"'), (dict(poses=np.zeros((5, 63))), r'poses has shape \(5, 63\)'),
    (dict(poses=np.full((5, 72), np.nan)), 'not'), (dict(poses=np.zeros((0, 72))), 'frames'),
    (dict(poses=np.array(['a'])), 'could not convert'),
    (dict(poses=np.zeros((5, 72)), trans=np.zeros((4, 3))), 'translation'),
    (dict(global_orient=np.zeros((5, 3)), body_pose=np.zeros((4, 69))), 'global_orient has 5 frames and body_pose 4'),
    (dict(global_orient=np.zeros((5, 3)), body_pose=np.zeros((5, 30))), 'turns 11 joints'),
    (dict(global_orient=MATRICES[:, 0] * 2, body_pose=MATRICES[:, 1:]), 'joint 0 in frame 0 is not a rotation'),
    (dict(poses=np.zeros((5, 72)), fps=0.), 'fps')])
def test_what_is_no_motion(tmp_path, arrays, words):
    with pytest.raises(UserError, match=words) as caught:
        load(tmp_path, **arrays)
    assert str(caught.value).startswith(str(tmp_path / 'motion.npz')) and '\n' not in str(caught.value)


def test_other_refusals(tmp_path):
    (tmp_path / 'a.json').write_text('{"people": []}')
    with pytest.raises(UserError, match='no "smpl"'):
        load_motion(tmp_path / 'a.json')
    with pytest.raises(UserError, match='does not exist'):
        load_motion(tmp_path / 'absent.npz')
    with pytest.raises(UserError, match='y-up, z-up, camera'):
        load(tmp_path, axes='x-up', poses=np.zeros((1, 72)))
