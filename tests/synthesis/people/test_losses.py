import numpy as np
import pytest

from ajahr_mm.anatomy import limbs
from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.people.losses import LimbLosses


def draw(count=600, seed=0, **shares):
    return LimbLosses(**shares).draw(count, np.random.default_rng(seed))


def labels_of(extents):
    return [limbs.classes_to_label(classes) for classes in limbs.extent_to_classes(extents)]


def test_labels_and_several_limbs_are_exact():
    extents = draw(1000, intact=.4, two_limbs=.1, three_limbs=.05, four_limbs=.03)
    labels, lost = labels_of(extents), (extents < 3).sum(1)
    assert [(lost == number).sum() for number in range(5)] == [400, 420, 100, 50, 30]
    assert all(labels.count(label) == 35 for label in range(12))
    assert extents.dtype == np.float32 and extents.shape == (1000, 4)


def test_every_limb_and_level_occurs_among_those_who_miss_several():
    extents = draw(900, intact=0, two_limbs=.5, three_limbs=.5)
    hot = limbs.classes_to_multi_hot(limbs.extent_to_classes(extents))
    share = hot.mean(0) / hot.mean()
    assert .75 < share.min() and share.max() < 1.25


def test_own_shares_of_labels():
    extents = draw(100, intact=.5, labels={7: .3, 8: .2})
    labels = labels_of(extents)
    assert (labels.count(12), labels.count(7), labels.count(8)) == (50, 30, 20)


@pytest.mark.parametrize('residual', [0., .25, .6, 1.])
def test_the_share_of_residual_limbs_is_exact_in_all_and_for_every_label(residual):
    kept, extents = draw(800, intact=.3, two_limbs=.1), draw(800, intact=.3, two_limbs=.1, residual=residual)
    lost, between = extents < 3, extents % 1 != 0
    assert abs(between.sum() - residual * lost.sum()) <= .5
    classes = limbs.extent_to_classes(extents)
    for limb in range(4):
        for level in (1, 2, 3):
            here = classes[:, limb] == level
            assert abs(between[here, limb].sum() - residual * here.sum()) <= 1
    np.testing.assert_array_equal(classes, limbs.extent_to_classes(kept))        # labels stay as they are


def test_residual_limbs_end_well_inside_the_lost_segment():
    extents = draw(intact=0, residual=1.)
    part = extents[extents < 3] % 1
    assert .0999 < part.min() < .15 and .85 < part.max() < .9001


def test_a_share_of_amputees_of_its_own_leaves_the_losses_among_themselves():
    losses = LimbLosses(intact=.9, two_limbs=.04)
    extents = losses.draw_with(.5, 1000, np.random.default_rng(0))
    lost = (extents < 3).sum(1)
    assert [(lost == number).sum() for number in range(3)] == [500, 300, 200]


@pytest.mark.parametrize('shares, what', [(dict(intact=-.1), 'limb shares'), (dict(intact=.9, two_limbs=.2), 'limb shares'),
                                          (dict(intact=.5, residual=1.1), 'residual limb shares')])
def test_impossible_shares_are_refused(shares, what):
    with pytest.raises(UserError, match=f'{what} must be'):
        LimbLosses(**shares)
