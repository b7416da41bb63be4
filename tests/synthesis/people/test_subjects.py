import itertools
import json

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from ajahr_mm.anatomy import limbs
from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.people.subjects import AGE_SHARES, BUILD_SHARES, GROUP_SHARES, SubjectQuota, exact_counts


def labels_of(people) -> list:
    return [limbs.classes_to_label(limbs.extent_to_classes(person.limb_extent)) for person in people]


def band_of(person) -> str:
    return next(band for band in AGE_SHARES if int(band[:2]) <= person.age <= int(band[3:]))


def test_quotas_are_exact():
    people = SubjectQuota().draw(300, np.random.default_rng(0))
    labels = labels_of(people)
    assert labels.count(12) == 135 and labels.count(-1) == 21
    assert all(labels.count(label) == 12 for label in range(12))
    groups = [person.group for person in people]
    assert all(groups.count(name) == round(300 * share) for name, share in GROUP_SHARES.items())
    assert [person.gender for person in people].count('female') == 150
    assert [person.build for person in people].count('average') == 126


@pytest.mark.parametrize('count', [1, 97, 1003])
def test_every_quota_holds_to_within_one_person_whatever_the_count(count):
    people = SubjectQuota(three_limbs=.02).draw(count, np.random.default_rng(1))
    assert len(people) == count
    for values, shares in (([p.group for p in people], GROUP_SHARES), ([p.build for p in people], BUILD_SHARES),
                           ([band_of(p) for p in people], AGE_SHARES),
                           ([p.gender for p in people], dict(female=.5, male=.5))):
        assert all(abs(values.count(name) - share * count) < 1 for name, share in shares.items())


def test_label_group_gender_age_and_build_are_independent_up_to_chance():
    people = SubjectQuota().draw(6000, np.random.default_rng(2))
    facts = dict(label=labels_of(people), group=[p.group for p in people], gender=[p.gender for p in people],
                 band=[band_of(p) for p in people], build=[p.build for p in people])
    for (one, first), (other, second) in itertools.combinations(facts.items(), 2):
        table = np.zeros((len(set(first)), len(set(second))))
        np.add.at(table, (np.unique(first, return_inverse=True)[1], np.unique(second, return_inverse=True)[1]), 1)
        assert chi2_contingency(table).pvalue > .001, (one, other)
        assert np.abs(table / table.sum() - np.outer(table.sum(1), table.sum(0)) / table.sum() ** 2).max() < .012


def test_the_order_says_nothing_about_the_people():
    people = SubjectQuota().draw(2000, np.random.default_rng(3))
    half = [sum(p.group == 'Asian' for p in part) for part in (people[:1000], people[1000:])]
    assert sum(half) == 400 and abs(half[0] - 200) < 40


def test_ages_fill_their_bands_in_whole_years():
    ages = np.array([person.age for person in SubjectQuota(ages={'30-33': 1}).draw(400, np.random.default_rng(0))])
    assert set(ages) == {30., 31., 32., 33.} and np.bincount(ages.astype(int))[30:].min() > 70


def test_two_limb_people_miss_exactly_two_limbs():
    people = SubjectQuota(intact=0, two_limbs=1).draw(50, np.random.default_rng(0))
    assert all((person.limb_extent < 3).sum() == 2 for person in people)


def test_shapes_of_other_bodies_are_normal_clipped_and_independent_of_the_words():
    quota = SubjectQuota(physique=None, shape_sigma=3., shape_limit=2.)
    first, second = (quota.draw(400, np.random.default_rng(5)) for _ in range(2))
    betas = np.stack([person.betas for person in first])
    assert betas.shape == (400, 10) and abs(betas).max() == 2
    np.testing.assert_array_equal(betas, np.stack([person.betas for person in second]))
    assert labels_of(first) == labels_of(second)
    female = np.array([person.gender == 'female' for person in first])
    assert np.abs(betas[female].mean(0) - betas[~female].mean(0)).max() < .6


def test_shapes_of_the_open_body_show_the_gender():
    people = SubjectQuota().draw(600, np.random.default_rng(6))
    betas, female = np.stack([p.betas for p in people]), np.array([p.gender == 'female' for p in people])
    assert betas[~female, 0].mean() - betas[female, 0].mean() > 1


def test_people_are_a_sequence():
    people = SubjectQuota().draw(20, np.random.default_rng(0))
    assert [p.group for p in people] == [people[i].group for i in range(20)] == [p.group for p in people[:]]
    np.testing.assert_array_equal(people[-1].betas, people[19].betas)
    with pytest.raises(IndexError):
        people[20]


def test_residual_limbs_keep_their_label():
    joints, between = (SubjectQuota(residual=share).draw(200, np.random.default_rng(0)) for share in (0, 1))
    extents = np.stack([person.limb_extent for person in between])
    lost = extents < 3
    assert lost.any() and (extents[lost] % 1 != 0).all()
    assert sorted(labels_of(joints)) == sorted(labels_of(between))


def test_pose_set_extents_have_the_asked_share_of_amputees():
    extents = SubjectQuota().draw_extents(1000, .5, np.random.default_rng(0))
    assert extents.shape == (1000, 4) and (extents < 3).any(1).sum() == 500


def test_facts_are_the_shares_asked_for():
    facts = json.loads(json.dumps(SubjectQuota(groups=dict(a=3, b=1)).facts()))
    assert facts['groups'] == dict(a=.75, b=.25) and facts['labels']['two limbs'] == pytest.approx(.07)
    assert facts['labels']['left knee'] == pytest.approx(.04) and sum(facts['labels'].values()) == pytest.approx(1, abs=1e-4)


def test_what_is_asked_is_met_to_within_one_person_and_one_limb():
    quota = SubjectQuota(three_limbs=.03, residual=.35)
    people, asked = quota.draw(777, np.random.default_rng(4)), quota.asked(777)
    extents = np.stack([person.limb_extent for person in people])
    several = {name: ((extents < 3).sum(1) == number).sum() for number, name in ((2, 'two limbs'), (3, 'three limbs'))}
    met = dict(label={**{name: labels_of(people).count(label) for label, name in enumerate(limbs.LABEL_NAMES)}, **several},
               group={name: [p.group for p in people].count(name) for name in GROUP_SHARES},
               limb_end={'at a joint': ((extents < 3) & (extents % 1 == 0)).sum(),
                         'between two joints': (extents % 1 > 0).sum()})
    for kind, counts in met.items():
        assert asked[kind].keys() == counts.keys()
        assert all(abs(asked[kind][name] - number) < 1 for name, number in counts.items()), kind
    assert sum(asked['limb_end'].values()) == (extents < 3).sum()


def test_counts_come_from_here_as_well():
    assert exact_counts(dict(a=.5, b=.5), 10) == dict(a=5, b=5)


@pytest.mark.parametrize('arguments, what', [
    (dict(intact=-.1), 'shares must be'), (dict(groups=dict(Asian=0.)), 'shares must be'),
    (dict(genders=dict(f=1.)), "'f' is not"),
    (dict(builds=dict(giant=1.)), "'giant' is not"), (dict(ages={'old': 1.}), 'no band of ages'),
    (dict(ages={'40-30': 1.}), 'no band of ages'), (dict(physique='smpl'), "'smpl' is not")])
def test_impossible_arguments_are_refused(arguments, what):
    with pytest.raises(UserError, match=what):
        SubjectQuota(**arguments)
