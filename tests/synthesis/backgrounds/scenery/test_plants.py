import numpy as np
import pytest

from ajahr_mm.synthesis.backgrounds.scenery import plants


@pytest.mark.parametrize('make', [plants.tree, plants.bush, plants.woods, plants.leaves])
def test_a_plant_is_greenish_and_open_at_the_top(make):
    for seed in range(6):
        picture, cover = make(np.random.default_rng(seed))
        assert picture.shape[:2] == cover.shape and picture.dtype == cover.dtype == np.uint8
        assert .05 < (cover > 127).mean() < .95 and cover[0].mean() < 100 and cover[-12:].max() > 200
        red, green, blue = picture[cover > 127].mean(0)
        assert green > blue and green > .85 * red


def test_the_sunny_side_of_a_tree_is_brighter():
    for seed in range(5):
        left, right = (plants.tree(np.random.default_rng(seed), side)[0].astype(float) for side in (-1, 1))
        middle = left.shape[1] // 2
        lean = [image[:130, :middle].mean() / image[:130, middle:].mean() for image in (left, right)]
        assert lean[0] > lean[1]


def test_far_woods_fade_into_the_haze():
    near, far = (plants.woods(np.random.default_rng(0), haze)[0].astype(float) for haze in (0., .6))
    assert far.mean() > near.mean() + 30 and far.std() < near.std()
