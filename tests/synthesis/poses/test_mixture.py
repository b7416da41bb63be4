import json

import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.poses.mixture import PoseMixture
from ajahr_mm.synthesis.poses.pose_bank import PoseBank
from ajahr_mm.synthesis.records import Pose


class Constant:
    """A part whose poses are all one number, plus a draw, so that streams can be compared."""

    def __init__(self, value, **skipped):
        self.value, self.skipped = value, skipped

    def sample(self, rng, split):
        return Pose(np.full(69, self.value + rng.random() * .5, np.float32), 0., f'{self.value}')

    def sample_batch(self, rngs, split):
        return [self.sample(rng, split) for rng in rngs]

    def sample_many(self, count, seed, split):
        return np.full((count, 69), self.value, np.float32)

    def reference(self, count=0):
        return np.full((3, 69), self.value, np.float32)

    def facts(self):
        return dict(value=self.value, limits=['none', f'only {self.value}'])


def test_weights_decide_and_a_batch_is_what_each_generator_gives_alone():
    mixture = PoseMixture([Constant(1), Constant(2), Constant(3)], [.5, .3, .2])
    together = mixture.sample_batch([np.random.default_rng([0, i]) for i in range(2000)], 'train')
    for i in range(0, 2000, 101):
        alone = mixture.sample(np.random.default_rng([0, i]), 'train')
        assert alone.source == together[i].source
        np.testing.assert_array_equal(alone.body_pose, together[i].body_pose)
    sources = [pose.source for pose in together]
    for name, share in (('1', .5), ('2', .3), ('3', .2)):
        assert abs(sources.count(name) / 2000 - share) < .04


def test_a_part_without_weight_is_never_drawn():
    mixture = PoseMixture([Constant(1), Constant(2)], [1, 0])
    assert {pose.source for pose in mixture.sample_batch([np.random.default_rng(i) for i in range(200)], 'test')} == {'1'}
    assert len(mixture.facts()['parts']) == 1 and mixture.reference().shape == (3, 69)


def test_bulk_poses_keep_the_shares_exactly_in_random_order():
    mixture = PoseMixture([Constant(1), Constant(2)], [.25, .75])
    poses = mixture.sample_many(100, 0, 'train')
    assert (poses == 1).all(1).sum() == 25 and 5 < (poses[:50, 0] == 1).sum() < 20
    np.testing.assert_array_equal(poses, mixture.sample_many(100, 0, 'train'))


def test_configs_facts_and_skipped_files():
    mixture = PoseMixture([dict(type='PoseBank'), Constant(2, file='why')])
    assert isinstance(mixture.parts[0], PoseBank) and mixture.skipped == dict(file='why')
    facts = json.loads(json.dumps(mixture.facts()))
    assert [part['weight'] for part in facts['parts']] == [.5, .5] and facts['limits'][-2:] == ['none', 'only 2']


@pytest.mark.parametrize('weights', [[1.], [-1., 2.], [0., 0.], [np.nan, 1.]])
def test_impossible_weights_are_refused(weights):
    with pytest.raises(UserError, match='one non-negative weight a part'):
        PoseMixture([Constant(1), Constant(2)], weights)
