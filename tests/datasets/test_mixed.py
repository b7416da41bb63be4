import itertools

import numpy as np
import pytest

from ajahr_mm.datasets import MixedDataset, RatioSampler
from ajahr_mm.datasets.mixed import resolve_shares
from ajahr_mm.io.errors import UserError


@pytest.fixture
def parts(tmp_path, write_miniature):
    for name, count in (('one', 4), ('two', 7)):
        (tmp_path / name).mkdir()
        write_miniature(tmp_path / name, count=count)
    return {name: dict(type='ajahr_mm.datasets.A3DDataset', data_root=str(tmp_path / name), name=name)
            for name in ('one', 'two')}


def test_parts_pipeline_and_shares(parts):
    parts['two']['pipeline'] = []
    mixed = MixedDataset(parts, dict(one=3, two=1), pipeline=[dict(type='ajahr_mm.datasets.transforms.LoadImage')])
    assert len(mixed) == 11
    assert 'img' in mixed[0] and mixed[0]['dataset_name'] == 'one'
    assert 'img' not in mixed[4] and mixed[4]['dataset_name'] == 'two'
    indices = list(itertools.islice(RatioSampler(mixed, seed=0), 400))
    assert (np.array(indices) < 4).sum() == 300


def test_a_part_without_a_share_is_not_opened(parts):
    parts['two']['data_root'] = 'nowhere'
    assert len(MixedDataset(parts, dict(one=1, two=0))) == 4
    with pytest.raises(UserError, match='nowhere'):
        MixedDataset(parts, dict(one=1, two=1))


def test_only_keeps_the_named_parts(parts):
    parts['two']['data_root'] = 'nowhere'
    assert MixedDataset(parts, dict(one=1, two=1), only='one').shares == dict(one=1.0)


@pytest.fixture
def nested(parts):
    one, two = parts['one'], parts['two']
    inner = dict(type='ajahr_mm.datasets.MixedDataset', shares=dict(b=3, c=1), parts=dict(b=dict(two, name='b'),
                                                                                       c=dict(one, name='c')))
    return dict(a=one, rest_of_it=inner)


def test_shares_inside_a_share(nested):
    mixed = MixedDataset(nested, dict(a=0.5, rest_of_it='rest'), on_bad='skip',
                         pipeline=[dict(type='ajahr_mm.datasets.transforms.LoadImage')])
    assert mixed.part_names == ['a', 'rest_of_it.b', 'rest_of_it.c'] and len(mixed) == 15
    assert mixed.shares == dict(a=0.5, rest_of_it=0.5)
    assert [part.on_bad for part in mixed.datasets] == ['skip'] * 3 and all('img' in mixed[i] for i in (0, 5, 14))
    assert mixed.bad_counts() == {'a': (0, 4), 'rest_of_it.b': (0, 7), 'rest_of_it.c': (0, 4)}
    indices = np.array(list(itertools.islice(RatioSampler(mixed, seed=0), 80)))
    part = np.searchsorted([4, 11, 15], indices, side='right')
    for batch in part.reshape(10, 8):
        assert np.bincount(batch, minlength=3).tolist() == [4, 3, 1]
    for number, size in enumerate([4, 7, 4]):  # each part is used up before it begins again
        own = indices[part == number]
        for start in range(0, len(own) - size + 1, size):
            assert len(set(own[start:start + size])) == size


@pytest.mark.parametrize('share', [0, 0.25, 0.5, 0.75, 1])
def test_one_number_sets_the_mixture(nested, share):
    mixed = MixedDataset(nested, dict(a=share, rest_of_it='rest'))
    indices = np.array(list(itertools.islice(RatioSampler(mixed, seed=0), 400)))
    first = indices < 4 if share else np.zeros(400, bool)
    assert all(batch.sum() == 16 * share for batch in first.reshape(25, 16))
    assert ('a' in mixed.part_names) == (share > 0) and (len(mixed.part_names) == 1) == (share == 1)


def test_rest_is_what_the_others_leave():
    assert resolve_shares(dict(a=0.2, b='rest', c=0.3)) == pytest.approx(dict(a=0.2, b=0.5, c=0.3))
    assert resolve_shares(dict(a=0.7, b=0.3, c='rest'))['c'] == 0


@pytest.mark.parametrize('shares,message', [
    (dict(a=0.8, b=0.7, c='rest'), 'sum to 1.5, more than 1'), (dict(a='rest', b='rest'), 'a and b cannot both'),
    (dict(a='half'), "share of a is 'half'"), (dict(a=-1), 'share of a is -1'), (dict(a=float('nan')), 'share of a is nan'),
])
def test_impossible_shares(shares, message):
    with pytest.raises(UserError, match=message):
        resolve_shares(shares)


def test_refusals(parts):
    with pytest.raises(UserError, match='names no part'):
        MixedDataset(parts, dict(one=1, two=1), only='three')
    with pytest.raises(UserError, match='must name the same corpora'):
        MixedDataset(parts, dict(one=1))
    with pytest.raises(UserError, match='no part has a share'):
        MixedDataset(parts, dict(one=0, two=0))
