from collections import Counter
from itertools import islice

import numpy as np
import pytest

from ajahr_mm.datasets.share_tree import ShareTree, even_pattern

AWKWARD = [(0.11, 0.3, 0.59), (1, 1, 1), (0.5, 0.05, 0.05, 0.4), (0.97, 0.01, 0.02), (7,), (1 / 3, 2 / 7, 0.38)]


def leaves(tree, count):
    return np.array([tree.locate(n)[0] for n in range(count)])


def test_shares_without_a_short_period_are_rounded_finely():
    ratios = np.array([0.3333, 0.2357, 0.4309, 0.0711, 0.0123])
    pattern = even_pattern(ratios)
    assert len(pattern) <= 20000
    np.testing.assert_allclose(np.bincount(pattern) / len(pattern), ratios / ratios.sum(), atol=1e-4)


@pytest.mark.parametrize('shares', AWKWARD)
@pytest.mark.parametrize('batch', [1, 7, 32, 48, 100])
def test_what_a_batch_lacks_the_next_one_makes_up(shares, batch):
    """After every batch each group has had its share of all samples so far, rounded up or down."""
    groups = leaves(ShareTree(shares, range(len(shares))), 40 * batch)
    had = np.stack([(groups == g).reshape(40, batch).sum(1).cumsum() for g in range(len(shares))], 1)
    exact = np.arange(1, 41)[:, None] * batch * np.array(shares) / sum(shares)
    assert (np.abs(had - exact) < 1 + 1e-3).all()  # the third decimal: shares are taken to 1/10000
    assert (had.sum(1) == np.arange(1, 41) * batch).all()


@pytest.mark.parametrize('share', [0.25, 0.5, 0.75, 1.0])
@pytest.mark.parametrize('batch', [4, 48, 64])
def test_shares_inside_shares_are_exact_in_every_batch(share, batch):
    """Fig. D's shares of A3D with the nine sets of A3D inside, and the nine intact ones of TokenHMR."""
    ours = ShareTree([.11, .11, .11, .11, .10, .10, .12, .12, .12], range(9))
    others = ShareTree([.10, .10, .10, .10, .18, .04, .13, .13, .12], range(9, 18))
    groups = leaves(ShareTree([share, 1 - share], [ours, others]), 60 * batch)
    for one in groups.reshape(60, batch):
        assert (one < 9).sum() == batch * share
    intact = groups[groups >= 9] - 9
    if len(intact):
        exact = np.arange(1, len(intact) + 1)[:, None] * [.10, .10, .10, .10, .18, .04, .13, .13, .12]
        running = (intact[:, None] == range(9)).cumsum(0)
        assert np.abs(running - exact).max() < 1


def test_locate_counts_within_the_leaf():
    tree = ShareTree([2, 1], [ShareTree([1, 3], [0, 1]), 2])
    seen = Counter()
    for position in range(500):
        leaf, used = tree.locate(position)
        assert used == seen[leaf]
        assert tree.counts(position) == {0: seen[0], 1: seen[1], 2: seen[2]}
        seen[leaf] += 1
    assert set(tree.leaves()) == {0, 1, 2} and set(ShareTree([1, 0], [4, 5]).leaves()) == {4}


def test_positions_far_out_cost_nothing():
    tree = ShareTree([1, 1], [0, 1])
    assert tree.locate(10 ** 12 + 1)[1] == 5 * 10 ** 11
    assert list(islice(tree.leaves(), 2)) == [0, 1]
