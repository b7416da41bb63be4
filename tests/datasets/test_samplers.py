import itertools
from collections import Counter

import numpy as np
import pytest

from ajahr_mm.datasets import samplers
from ajahr_mm.datasets.samplers import RatioSampler
from ajahr_mm.datasets.share_tree import ShareTree
from ajahr_mm.io.errors import UserError


class Grouped:
    """A dataset of 30 amputees and 70 intact people, in mixed order."""

    def __init__(self, amputees=30, total=100):
        self.names = np.array(['amputee'] * amputees + ['intact'] * (total - amputees))
        np.random.default_rng(0).shuffle(self.names)

    def __len__(self):
        return len(self.names)

    def group_names(self, by):
        assert by == 'amputee'
        return self.names


class Parts:
    def __init__(self, *parts):
        self.datasets = parts

    def __len__(self):
        return sum(map(len, self.datasets))


def take(sampler, count):
    return list(itertools.islice(sampler, count))


def test_half_and_half_in_every_batch():
    data = Grouped()
    indices = take(RatioSampler(data, dict(amputee=0.5, intact=0.5), groups='amputee', seed=1), 8 * 40)
    for batch in np.reshape(indices, (40, 8)):
        assert Counter(data.names[batch]) == dict(amputee=4, intact=4)


def test_no_sample_comes_back_before_its_group_is_used_up():
    data = Grouped()
    indices = np.array(take(RatioSampler(data, dict(amputee=0.5, intact=0.5), groups='amputee', seed=1), 560))
    amputees = indices[data.names[indices] == 'amputee']
    everyone = np.flatnonzero(data.names == 'amputee')
    rounds = [amputees[i:i + 30] for i in range(0, 270, 30)]
    assert all(sorted(r) == everyone.tolist() for r in rounds)
    assert not np.array_equal(rounds[0], rounds[1])  # another order each round


@pytest.mark.parametrize('ratios', [(0.11, 0.3, 0.59), (1, 1, 1), (0.5, 0.05, 0.05, 0.4), (0.97, 0.01, 0.02), (1,),
                                    (0.5, .05, .05, .05, .05, .09, .02, .065, .065, .06)])
def test_no_group_is_ever_a_whole_sample_away_from_its_share(ratios):
    parts = Parts(*(range(11 + 3 * k) for k in range(len(ratios))))
    count = 2500
    ends = np.cumsum([len(p) for p in parts.datasets])
    part = np.searchsorted(ends, take(RatioSampler(parts, ratios, seed=0), count), side='right')
    running = np.stack([(part == k).cumsum() for k in range(len(ratios))], 1)
    exact = np.arange(1, count + 1)[:, None] * np.array(ratios) / sum(ratios)
    assert np.abs(running - exact).max() < 1


@pytest.mark.parametrize('skipped', [0, 1, 8, 37, 803, 10 ** 9])
def test_skip_continues_where_it_would_have_been(skipped):
    def build():
        return RatioSampler(Grouped(), dict(amputee=1, intact=2), groups='amputee', seed=3)
    resumed = build()
    resumed.skip(skipped)
    got = take(resumed, 100)
    if skipped < 1000:
        assert got == take(build(), skipped + 100)[skipped:]
    assert take(resumed, 5) == take(build(), 5)  # only the next iteration skips


def test_ranks_share_nothing_and_see_the_same_shares(monkeypatch):
    data, seen = Grouped(), []
    for rank in range(2):
        monkeypatch.setattr(samplers, 'get_dist_info', lambda rank=rank: (rank, 2))
        sampler = RatioSampler(data, dict(amputee=1, intact=1), groups='amputee', seed=5)
        seen.append(take(sampler, 28))
        assert len(sampler) == 50
        for batch in np.reshape(seen[-1], (7, 4)):
            assert Counter(data.names[batch]) == dict(amputee=2, intact=2)
    assert not set(seen[0]) & set(seen[1])  # 28 of 30 amputees have been used, none of them twice


class Nested(Parts):
    """Three sets; the second and third share one half."""
    part_names = ['a', 'b.one', 'b.two']
    share_tree = ShareTree([0.5, 0.5], [0, ShareTree([0.7, 0.3], [1, 2])])


@pytest.mark.parametrize('ranks', [1, 2, 3, 7])
def test_ranks_use_every_set_up_together_before_it_begins_again(monkeypatch, ranks):
    data, streams = Nested(range(23), range(40), range(11)), []
    for rank in range(ranks):
        monkeypatch.setattr(samplers, 'get_dist_info', lambda rank=rank: (rank, ranks))
        sampler = RatioSampler(data, seed=4)
        streams.append(take(sampler, 420))
        resumed = RatioSampler(data, seed=4)
        resumed.skip(137)
        assert take(resumed, 283) == streams[-1][137:]
    merged = np.stack(streams, 1)  # at every step, one sample of each rank
    for low, size in ((0, 23), (23, 40), (63, 11)):
        own = merged[(merged[:, 0] >= low) & (merged[:, 0] < low + size)].ravel()
        assert ((own >= low) & (own < low + size)).all()  # all ranks draw from the same set at the same time
        for start in range(0, len(own) - size + 1, size):
            assert sorted(own[start:start + size]) == list(range(low, low + size))
    for stream in streams:
        for batch in np.reshape(stream, (-1, 6)):
            assert (batch < 23).sum() == 3


def test_seed_and_order():
    def indices(**kwargs):
        return take(RatioSampler(Grouped(), dict(intact=1), groups='amputee', **kwargs), 70)
    assert indices(seed=1) == indices(seed=1) != indices(seed=2)
    assert indices(seed=1, shuffle=False) == np.flatnonzero(Grouped().names == 'intact').tolist()


def test_groups_reach_through_concatenated_parts():
    parts = Parts(Grouped(5, 10), Grouped(0, 10))
    sampler = RatioSampler(parts, dict(amputee=1, intact=1), groups='amputee', seed=0)
    names = np.concatenate([p.names for p in parts.datasets])
    assert Counter(names[take(sampler, 40)]) == dict(amputee=20, intact=20)


@pytest.mark.parametrize('ratios,groups,message', [
    (dict(amputee=1, whole=1), 'amputee', 'no group whole; the dataset has amputee, intact'),
    ([1, 2, 3], 'amputee', '3 ratios for 2 groups'),
    ([0, 0], 'amputee', 'not all zero'),
    ([-1, 2], 'amputee', 'must not be negative'),
    ([1, 1], None, 'needs a ConcatDataset'),
    (None, 'amputee', 'needs ratios'),
    ([float('nan'), 1], 'amputee', 'must not be negative'),
])
def test_refusals(ratios, groups, message):
    with pytest.raises(UserError, match=message):
        RatioSampler(Grouped(), ratios, groups=groups, seed=0)


def test_a_wanted_group_without_samples_is_refused():
    with pytest.raises(UserError, match='part 1 has a share but no samples'):
        RatioSampler(Parts(range(4), range(0)), [1, 1], seed=0)
