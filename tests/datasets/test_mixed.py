import itertools

import numpy as np
import pytest

from ajahr_mm.datasets import MixedDataset, RatioSampler
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


def test_refusals(parts):
    with pytest.raises(UserError, match='names no part'):
        MixedDataset(parts, dict(one=1, two=1), only='three')
    with pytest.raises(UserError, match='must name the same corpora'):
        MixedDataset(parts, dict(one=1))
    with pytest.raises(UserError, match='no part has a share'):
        MixedDataset(parts, dict(one=0, two=0))
