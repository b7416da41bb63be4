import numpy as np

from ajahr_mm.synthesis.appearance import facial_hair, hair_styles, headwear
from ajahr_mm.synthesis.appearance.grooming import STYLES, groom
from ajahr_mm.synthesis.people.subjects import GROUP_SHARES


def people(gender: str, group: str, age: float = 35., hats: float = 0., count: int = 300) -> list:
    return [groom(np.random.default_rng(seed), gender, group, age, hats) for seed in range(count)]


def test_everything_that_is_drawn_can_be_painted():
    for gender in ('female', 'male'):
        for group in GROUP_SHARES:
            for person in people(gender, group, 60., .3, 60):
                assert person.hair == 'bald' or person.hair in hair_styles.STYLES
                assert person.beard == 'none' or person.beard in facial_hair.STYLES
                assert person.headwear is None or person.headwear in headwear.KINDS
                assert person.receding in (0., .7)
    assert set(STYLES) == {'female', 'male'}


def test_women_have_no_beards_and_old_men_less_hair():
    assert {person.beard for person in people('female', 'White')} == {'none'}
    def bare(age: float) -> float:
        return np.mean([person.hair in ('bald', 'balding') for person in people('male', 'White', age)])
    assert bare(22.) < .15 < bare(75.)
    assert np.mean([person.receding for person in people('male', 'White', 70.)]) > .4


def test_hats_and_headscarves_are_worn_by_share():
    assert all(person.headwear is None for person in people('male', 'Asian'))
    assert all(person.headwear in ('cap', 'beanie', 'headband') for person in people('male', 'Asian', hats=1.))
    scarves = np.mean([person.headwear == 'hijab' for person in people('female', 'MiddleEastern')])
    assert .25 < scarves < .45
