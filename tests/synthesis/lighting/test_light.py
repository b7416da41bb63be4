import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.lighting.light import EXPOSED, KINDS, LUMINANCE, RandomLight, in_colors_of
from ajahr_mm.synthesis.records import Background, Light

GREY = Background(np.full((64, 64, 3), 128, np.uint8), 'grey')


def lights(kind, count=60):
    return [KINDS[kind](np.random.default_rng(seed)) for seed in range(count)]


@pytest.mark.parametrize('kind', sorted(KINDS))
def test_lamps_are_above_the_horizon_and_a_camera_could_expose_for_them(kind):
    for light in lights(kind):
        assert abs(np.linalg.norm(light.direction) - 1) < 1e-5 and light.direction[1] < 0    # y is down
        assert min(light.sun.min(), light.sky.min(), light.ground.min()) > 0 and 0 <= light.softness <= 1
    level = np.mean([LUMINANCE @ (light.sun + light.sky) for light in lights(kind)])
    assert .9 * EXPOSED < level < 1.15 * EXPOSED


def test_kinds_are_what_their_names_say():
    def mean(kind, value):
        return np.mean([value(light) for light in lights(kind)])
    assert mean('hard_sun', lambda x: x.softness) < .2 < .7 < mean('overcast', lambda x: x.softness)
    assert mean('overcast', lambda x: (LUMINANCE @ x.sun) / (LUMINANCE @ x.sky)) < .3
    assert mean('evening', lambda x: -x.direction[1]) < .4 < mean('lamps', lambda x: -x.direction[1])
    assert mean('evening', lambda x: x.sun[0] / x.sun[2]) > 1.3 and mean('hard_sun', lambda x: x.sky[2] / x.sky[0]) > 1.2
    assert mean('window', lambda x: abs(x.direction[0])) > .6


def test_a_known_light_is_kept_but_for_a_little():
    known = Light(np.float32([.6, -.8, 0]), np.float32([.9, .8, .5]), np.float32([.2, .3, .5]), np.float32([.1, .1, .1]), .3)
    drawn = [RandomLight(tint=1.).sample(np.random.default_rng(seed), GREY._replace(light=known)) for seed in range(80)]
    angles = np.rad2deg([np.arccos(np.clip(light.direction @ known.direction, -1, 1)) for light in drawn])
    assert 2 < angles.mean() < 9 and angles.max() < 25
    for light in drawn:
        assert light.softness == np.float32(.3) or abs(light.softness - .3) < 1e-6
        np.testing.assert_allclose(light.sun / known.sun, (light.sun / known.sun)[0], rtol=1e-5)
        np.testing.assert_allclose(light.sun, known.sun, rtol=.3)
    balanced = RandomLight(tint=0.).sample(np.random.default_rng(0), GREY._replace(light=known))
    np.testing.assert_allclose(balanced.sun, balanced.sun[0], rtol=1e-5)


def test_unknown_light_takes_its_colours_and_side_from_the_picture():
    image = np.full((64, 64, 3), 100, np.uint8)
    image[:20] = (60, 90, 200)
    image[44:] = (60, 140, 50)
    image[:, 40:] = np.minimum(image[:, 40:].astype(int) * 2, 255)
    plain = Light(np.float32([-.6, -.8, 0]), *(np.ones(3, np.float32) for _ in range(3)))
    light = in_colors_of(image, plain)
    assert light.sky[2] > light.sky[0] and light.ground[1] > max(light.ground[0], light.ground[2])
    np.testing.assert_allclose(light.direction, [.6, -.8, 0], atol=1e-6)
    np.testing.assert_array_equal(in_colors_of(GREY.image, plain).direction, plain.direction)


def test_shares_choose_the_kind_and_are_checked():
    only = RandomLight(shares=dict(overcast=1.))
    assert all(only.sample(np.random.default_rng(seed), GREY).softness > .7 for seed in range(20))
    for shares in (dict(moon=1.), dict(overcast=-1.), dict(overcast=0.)):
        with pytest.raises(UserError, match='shares'):
            RandomLight(shares=shares)


def test_the_same_generator_gives_the_same_light():
    first, second, other = (RandomLight().sample(np.random.default_rng(seed), GREY) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.direction, second.direction)
    assert abs(first.direction - other.direction).max() > 1e-3
