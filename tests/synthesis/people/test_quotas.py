import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.people.quotas import check_shares, exact_counts, marked, shuffled


@pytest.mark.parametrize('total', [0, 1, 7, 300, 1201])
def test_counts_sum_up_and_miss_their_share_by_less_than_one(total):
    shares = dict(a=.45, b=.2, c=.2, d=.15)
    counts = exact_counts(shares, total)
    assert sum(counts.values()) == total
    assert all(abs(counts[name] - share * total) < 1 for name, share in shares.items())


def test_shares_need_not_sum_to_one():
    assert exact_counts(dict(a=2, b=1, c=1), 40) == dict(a=20, b=10, c=10)


def test_shuffling_keeps_the_counts_and_spreads_them():
    which = shuffled(dict(a=.7, b=.3), 1000, np.random.default_rng(0))
    assert (which == 0).sum() == 700 and abs((which[:500] == 0).sum() - 350) < 40
    assert not np.array_equal(which, shuffled(dict(a=.7, b=.3), 1000, np.random.default_rng(1)))


@pytest.mark.parametrize('share', [0., .1, .37, .5, 1.])
def test_marks_are_exact_in_all_and_in_every_stratum(share):
    rng = np.random.default_rng(0)
    strata = rng.integers(0, 7, 501)
    chosen = marked(strata, share, rng)
    assert abs(chosen.sum() - share * 501) <= .5
    for each in range(7):
        here = strata == each
        assert abs(chosen[here].sum() - share * here.sum()) <= 1


def test_which_of_a_stratum_are_marked_is_random():
    counts = sum(marked(np.zeros(20, int), .5, np.random.default_rng(i)).astype(int) for i in range(400))
    assert 140 < counts.min() and counts.max() < 260


@pytest.mark.parametrize('shares', [dict(), dict(a=-.1, b=1), dict(a=0, b=0), dict(a=np.nan)])
def test_impossible_shares_are_refused(shares):
    with pytest.raises(UserError, match='group shares must be'):
        check_shares(shares, 'group')
