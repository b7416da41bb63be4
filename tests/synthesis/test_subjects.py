import numpy as np
import pytest

from ajahr_mm.anatomy import limbs
from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.subjects import GROUP_SHARES, SubjectQuota, exact_counts


def labels_of(people) -> list:
    return [limbs.classes_to_label(limbs.extent_to_classes(person.limb_extent)) for person in people]


@pytest.mark.parametrize('total', [1, 7, 300, 1201])
def test_counts_sum_up_and_miss_their_share_by_less_than_one(total):
    shares = dict(a=.45, b=.2, c=.2, d=.15)
    counts = exact_counts(shares, total)
    assert sum(counts.values()) == total
    assert all(abs(counts[name] - share * total) < 1 for name, share in shares.items())


def test_quotas_are_exact():
    people = SubjectQuota().draw(300, np.random.default_rng(0))
    labels = labels_of(people)
    assert labels.count(12) == 135 and labels.count(-1) == 21
    assert all(labels.count(label) == 12 for label in range(12))
    groups = [person.group for person in people]
    assert all(groups.count(name) == round(300 * share) for name, share in GROUP_SHARES.items())
    assert [person.gender for person in people].count('female') == 150


def test_two_limb_people_miss_exactly_two_limbs():
    people = SubjectQuota(intact=0, two_limbs=1).draw(50, np.random.default_rng(0))
    assert all((person.limb_extent < 3).sum() == 2 for person in people)


def test_shapes_are_clipped_and_the_draw_is_reproducible():
    quota = SubjectQuota(shape_sigma=3., shape_limit=2.)
    first, second = (quota.draw(40, np.random.default_rng(5)) for _ in range(2))
    betas = np.stack([person.betas for person in first])
    assert betas.shape == (40, 10) and abs(betas).max() == 2
    np.testing.assert_array_equal(betas, np.stack([person.betas for person in second]))
    assert labels_of(first) == labels_of(second)


def test_residual_limbs_keep_their_label():
    joints, between = (SubjectQuota(residual=share).draw(200, np.random.default_rng(0)) for share in (0, 1))
    extents = np.stack([person.limb_extent for person in between])
    lost = extents < 3
    assert lost.any() and (extents[lost] % 1 != 0).all()
    assert sorted(labels_of(joints)) == sorted(labels_of(between))


def test_pose_set_extents_have_the_asked_share_of_amputees():
    extents = SubjectQuota().draw_extents(1000, .5, np.random.default_rng(0))
    assert extents.shape == (1000, 4) and (extents < 3).any(1).sum() == 500


@pytest.mark.parametrize('arguments', [dict(intact=-.1), dict(groups=dict(Asian=0.))])
def test_impossible_shares_are_refused(arguments):
    with pytest.raises(UserError, match='shares must be'):
        SubjectQuota(**arguments)
