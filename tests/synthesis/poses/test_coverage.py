import json

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from scipy.stats import entropy

from ajahr_mm.synthesis.poses import coverage
from ajahr_mm.synthesis.poses.pose_bank import PoseBank

RNG = np.random.default_rng(0)


def test_distances_are_the_mean_angle_between_rotations():
    first, second = RNG.normal(0, 1, (7, 69)), RNG.normal(0, 1, (5, 63))
    found = coverage.pose_distances(first, second)
    for i in range(7):
        for j in range(5):
            one, other = (Rotation.from_rotvec(pose[:63].reshape(21, 3)) for pose in (first[i], second[j]))
            assert found[i, j] == pytest.approx(np.degrees((one.inv() * other).magnitude()).mean(), abs=1e-3)


def test_hands_and_full_turns_make_no_difference():
    pose = RNG.normal(0, .5, (1, 69))
    same = pose.copy()
    same[:, 63:] = 2
    axis = pose[0, :3] / np.linalg.norm(pose[0, :3])
    same[0, :3] = pose[0, :3] - 2 * np.pi * axis
    assert coverage.pose_distances(pose, same)[0, 0] < 1e-3


def test_nearest_is_the_least_distance_whatever_the_chunk(monkeypatch):
    source, made = RNG.normal(0, .4, (30, 63)), RNG.normal(0, .4, (50, 63))
    expected = coverage.pose_distances(source, made).min(1)
    monkeypatch.setattr(coverage, '_CHUNK', 7)
    np.testing.assert_allclose(coverage.nearest(source, made), expected)
    assert coverage.nearest(source, source).max() < 1e-2


def test_ranges_are_quantiles_and_their_overlap_is_what_is_covered():
    source = RNG.uniform(-1, 1, (4000, 63))
    ranges = coverage.joint_ranges(source)
    np.testing.assert_allclose(ranges[..., 0], -.98, atol=.03)
    np.testing.assert_allclose(ranges[..., 1], .98, atol=.03)
    np.testing.assert_allclose(coverage.range_covered(source, source), 1)
    np.testing.assert_allclose(coverage.range_covered(source, source / 2), .5, atol=.02)
    np.testing.assert_allclose(coverage.range_covered(source, 3 * source), 1)
    np.testing.assert_allclose(coverage.range_covered(source, source + 5), 0)


def test_joints_that_hardly_turn_count_as_covered_and_still_axes_do_not_count():
    source = np.zeros((500, 63))
    source[:, 3] = RNG.uniform(-1, 1, 500)
    half = source / 2
    covered = coverage.range_covered(source, half)
    assert covered[1] == pytest.approx(.5, abs=.05) and (np.delete(covered, 1) == 1).all()


def test_entropy_is_scipys_of_the_same_cells():
    poses = RNG.normal(0, .6, (800, 63))
    found = coverage.joint_entropy(poses, cell=20.)
    for joint in (0, 9, 20):
        edges = np.radians(20.) * (np.arange(-20, 21) - .5)
        counts, _ = np.histogramdd(poses[:, 3 * joint:3 * joint + 3], bins=[edges] * 3)
        assert counts.sum() == 800 and found[joint] == pytest.approx(entropy(counts.ravel(), base=2))
    assert not coverage.joint_entropy(np.zeros((9, 63))).any()


def test_the_pose_bank_covers_its_key_poses_and_a_single_pose_does_not():
    bank = PoseBank()
    told = coverage.coverage(bank.reference(), bank.sample_many(1500, 0, 'train'))
    alone = coverage.coverage(bank.reference(), bank.reference()[:1])
    assert json.loads(json.dumps(told)) == told
    assert told['covered']['10'] > .95 and alone['covered']['10'] < .2
    assert told['distance']['mean'] < alone['distance']['mean'] / 2
    assert told['range_covered']['mean'] > .9 and told['range_covered']['least'] <= told['range_covered']['mean']
    assert told['entropy_bits']['made'] > told['entropy_bits']['source']


def test_large_sets_are_thinned_evenly():
    told = coverage.coverage(RNG.normal(0, .3, (5000, 63)), RNG.normal(0, .3, (300, 63)), most=100)
    assert told['source_poses'] == told['made_poses'] == 100
