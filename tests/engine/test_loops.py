"""Resuming goes on with the very samples that would have come, without reading the past."""
from itertools import islice

import pytest
from mmengine.config import Config
from mmengine.dataset import DefaultSampler, InfiniteSampler

from ajahr_mm.engine.loops import SkippingSampler, use_resumable_loop


@pytest.mark.parametrize('skip', [0, 1, 5, 12])
def test_the_stream_goes_on_where_it_was(skip):
    dataset = list(range(5))
    whole = list(islice(InfiniteSampler(dataset, seed=1), 30))
    skipped = list(islice(SkippingSampler(InfiniteSampler(dataset, seed=1), skip), 30 - skip))
    assert skipped == whole[skip:]


def test_a_finite_sampler_is_walked_round_and_skipped_only_once():
    sampler = SkippingSampler(DefaultSampler(range(5), shuffle=False), 12)
    assert list(sampler) == [2, 3, 4]
    assert list(sampler) == [0, 1, 2, 3, 4]
    assert len(sampler) == 5


def test_an_empty_sampler_ends():
    assert list(SkippingSampler([], 3)) == []


def test_the_loop_is_put_in_only_where_iterations_are_asked_for_without_a_name():
    cfg = use_resumable_loop(Config(dict(train_cfg=dict(by_epoch=False, max_iters=3))))
    assert cfg.train_cfg == dict(type='ResumableTrainLoop', max_iters=3)
    for train_cfg in (None, dict(by_epoch=True, max_epochs=2), dict(type='MyLoop')):
        assert use_resumable_loop(Config(dict(train_cfg=train_cfg))).train_cfg == train_cfg
