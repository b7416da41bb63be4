from types import SimpleNamespace

import pytest

from ajahr_mm.synthesis.output.quotas import asked_of, compare
from ajahr_mm.synthesis.people.subjects import SubjectQuota


def test_asked_beside_met_with_the_largest_difference():
    met = dict(label={'intact': 5, 'left hand': 3, 'right hand': 0, 'two limbs': 2}, group=dict(a=6, b=4), pictures=10)
    found = compare(dict(label={12: 4.5, 3: 3.5, 'two limbs': 2}, group=dict(a=5, b=5), height=dict(tall=9)), met)
    assert found['label'] == {'intact': dict(asked=4.5, met=5), 'left hand': dict(asked=3.5, met=3),
                              'two limbs': dict(asked=2., met=2)}
    assert (found['largest_difference'], found['where']) == (1., 'group a') and 'height' not in found
    assert compare(dict(label={'intact': 10}), met)['label']['left hand'] == dict(asked=0., met=3)


def test_a_part_tells_its_quotas_itself_or_by_its_shares():
    shares = dict(labels={'intact': .4, 'left hand': .6}, ages={'18-40': 1.}, residual=.5)
    told = SimpleNamespace(facts=lambda: shares)
    assert asked_of(told, 10) == dict(label={'intact': 4., 'left hand': 6.}, age={'18-40': 10.})
    told.asked = lambda count: dict(label={'intact': count})
    assert asked_of(told, 10) == dict(label={'intact': 10})
    assert asked_of(SimpleNamespace(), 10) is asked_of(SimpleNamespace(facts=dict), 10) is None


def test_the_quotas_of_this_package_are_understood():
    asked = asked_of(SubjectQuota(intact=.5, two_limbs=.1), 1000)
    assert asked['label']['intact'] == pytest.approx(500) and asked['label']['two limbs'] == pytest.approx(100)
    for kind in ('label', 'group', 'gender', 'age', 'build'):
        assert sum(asked[kind].values()) == pytest.approx(1000, abs=.05), kind


def test_parts_without_quotas():
    assert compare(None, dict(label={})) is None
    assert compare({}, dict(label={})) == dict(largest_difference=0., where='')
