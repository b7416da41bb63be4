import itertools

import numpy as np
import pytest

from ajahr_mm.synthesis.pose_bank import PoseBank
from ajahr_mm.synthesis.self_contact import penetration


@pytest.fixture(scope='module')
def bank():
    return PoseBank()


def draw(bank, split, count=60, seed=0):
    return [bank.sample(np.random.default_rng([seed, i]), split) for i in range(count)]


def test_no_pair_of_key_poses_is_shared_between_the_splits(bank):
    pairs = {split: {pair for pose in draw(bank, split) for pair in pose.source.split(' / ')} for split in ('train', 'test')}
    assert pairs['train'] and pairs['test'] and not pairs['train'] & pairs['test']


def test_the_owner_of_a_pair_ignores_order_and_respects_the_share(bank):
    pairs = list(itertools.combinations(bank.names, 2))
    owners = [bank.belongs_to(*pair) for pair in pairs]
    assert owners == [bank.belongs_to(b, a) for a, b in pairs]
    assert abs(owners.count('test') / len(owners) - .2) < .03


def test_same_generator_same_pose(bank):
    first, second = bank.sample(np.random.default_rng(7), 'train'), bank.sample(np.random.default_rng(7), 'train')
    np.testing.assert_array_equal(first.body_pose, second.body_pose)
    assert first.source == second.source and first.pitch == second.pitch


def test_poses_are_accepted_ones_finite_and_various(bank):
    poses = np.stack([pose.body_pose for pose in draw(bank, 'train')])
    assert poses.shape == (60, 69) and poses.dtype == np.float32 and np.isfinite(poses).all()
    assert (penetration(poses) > bank.max_depth).mean() < .05
    assert np.linalg.norm(poses.reshape(60, 23, 3), axis=-1).max() < np.pi + 1e-3
    assert poses.std(0).max() > .4


def test_bulk_poses_are_all_free_of_penetration_and_reproducible(bank):
    poses = bank.sample_many(300, 1, 'test')
    assert poses.shape == (300, 69) and penetration(poses).max() <= bank.max_depth
    np.testing.assert_array_equal(poses, bank.sample_many(300, 1, 'test'))
    assert not np.array_equal(poses, bank.sample_many(300, 2, 'test'))
