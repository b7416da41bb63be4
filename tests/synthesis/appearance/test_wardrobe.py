import numpy as np
import pytest

from ajahr_mm.synthesis.appearance import bottoms, footwear, top_cuts, wardrobe


def outfits(gender: str, count: int = 300, **shares) -> list:
    shares = {**dict(bare_torso=0., barefoot=0.), **shares}
    return [wardrobe.dress(np.random.default_rng(seed), gender, 'Hispanic', **shares) for seed in range(count)]


def test_everything_on_the_lists_can_be_painted():
    for table in wardrobe.OCCASIONS.values():
        assert set(table) == set(wardrobe.OCCASION_SHARES)
        for occasion in table.values():
            assert set(occasion.tops) <= set(top_cuts.KINDS) and set(occasion.over) <= set(top_cuts.OVER)
            assert set(occasion.bottoms) <= set(bottoms.KINDS) and set(occasion.shoes) <= set(footwear.KINDS)


@pytest.mark.parametrize('gender', ['female', 'male'])
def test_everybody_wears_trousers_a_top_and_shoes(gender):
    for outfit in outfits(gender):
        rooms = [garment.room for garment in outfit]
        assert rooms.count('bottoms') == 1 and rooms.count('footwear') == 1 and 1 <= rooms.count('tops') <= 2
        assert rooms.index('bottoms') < rooms.index('tops')
        for garment in outfit:
            assert garment.colors.shape == (3, 3) and garment.colors.min() >= 0 and garment.colors.max() <= 255


def test_jackets_are_worn_over_something():
    everybody = outfits('male') + outfits('female')
    kinds = [[garment.kind for garment in outfit if garment.room == 'tops'] for outfit in everybody]
    over = [names for names in kinds if set(names) & set(top_cuts.OVER)]
    assert .05 < len(over) / len(kinds) < .4 and all(len(names) == 2 and names[1] in top_cuts.OVER for names in over)


def test_switches_take_shirts_and_shoes_off():
    bare = outfits('male', bare_torso=1., barefoot=1.)
    assert not any(garment.room in ('tops', 'footwear') for outfit in bare for garment in outfit)
    assert all(any(garment.room == 'tops' for garment in outfit) for outfit in outfits('female', bare_torso=1.))


def test_genders_dress_differently_and_groups_have_customs_of_their_own():
    worn = {gender: {garment.kind for outfit in outfits(gender) for garment in outfit} for gender in ('female', 'male')}
    assert 'blouse' in worn['female'] - worn['male'] and 'jersey' in worn['male'] - worn['female']
    kurtas = [any(garment.kind == 'kurta' for garment in wardrobe.dress(np.random.default_rng(seed), 'male', 'Indian', 0, 0))
              for seed in range(300)]
    assert abs(np.mean(kurtas) - wardrobe.TRADITIONAL['Indian']) < .06
