import numpy as np
import pytest

from ajahr_mm.synthesis.lighting.shadows import GroundShadow
from ajahr_mm.synthesis.records import Light

SIZE, FOCAL = 256, 300.
#: a camera 1.6 m above the floor that looks down by 15 degrees
UP = np.float32([0, -np.cos(np.deg2rad(15)), -np.sin(np.deg2rad(15))])
AHEAD = np.float32([0, -np.sin(np.deg2rad(15)), np.cos(np.deg2rad(15))])
FOOT = -1.6 * UP + 4.5 * AHEAD
RIGHT = np.float32([1, 0, 0])


def light(toward, sun=.8, sky=.3, softness=.05):
    toward = np.asarray(toward, np.float32)
    return Light(toward / np.linalg.norm(toward), *(np.full(3, value, np.float32) for value in (sun, sky, .2)), softness)


def post(height=1.4, width=.3):
    """Points (V,3) on an upright post at the foot."""
    rng = np.random.default_rng(0)
    x, y = rng.uniform(-width / 2, width / 2, (2, 6000))
    upright = FOOT + np.outer(rng.uniform(0, height, 6000), UP)
    return (upright + np.outer(x, RIGHT) + np.outer(y, AHEAD)).astype(np.float32)


def pixel(point):
    return tuple((point[:2] / point[2] * FOCAL + SIZE / 2).round().astype(int)[::-1])


@pytest.mark.parametrize('side', [-1, 1])
def test_the_shadow_lies_where_the_lamp_throws_it(side):
    """A lamp at 45 degrees from one side: the shadow of a post is as long as the post, to the other side."""
    taken = GroundShadow().cast(post(), light(UP + side * RIGHT), UP, FOCAL, SIZE)
    assert taken.shape == (SIZE, SIZE) and taken.dtype == np.float32 and 0 <= taken.min() and taken.max() < 1
    for reach in (.5, 1., 1.3):
        assert taken[pixel(FOOT - side * reach * RIGHT)] > .3
        assert taken[pixel(FOOT + side * reach * RIGHT)] < .1
    assert taken[pixel(FOOT - side * 1.8 * RIGHT)] < .1


def test_a_lamp_behind_the_camera_throws_the_shadow_away_from_it():
    taken = GroundShadow().cast(post(), light(UP - AHEAD), UP, FOCAL, SIZE)
    assert taken[pixel(FOOT + 1. * AHEAD)] > .3 and taken[pixel(FOOT - 1. * AHEAD)] < .1


def test_darkness_is_the_share_of_the_lamp():
    """In brightness of the picture, which is about the square root of light."""
    spot = pixel(FOOT - 1. * RIGHT)
    sun = .8 / np.sqrt(2)
    for sky in (.1, .5):
        taken = GroundShadow().cast(post(), light(UP + RIGHT, sky=sky), UP, FOCAL, SIZE)
        assert abs(taken[spot] - (1 - np.sqrt(sky / (sun + sky)))) < .06
    assert GroundShadow(strength=.3).cast(post(), light(UP + RIGHT), UP, FOCAL, SIZE)[spot] < .2


def test_soft_light_blurs_it_and_leaves_a_dark_spot_under_the_feet():
    hard, soft = (GroundShadow().cast(post(), light(UP + RIGHT, softness=s), UP, FOCAL, SIZE) for s in (.02, .8))
    y, _ = pixel(FOOT)
    assert np.abs(np.diff(hard[y])).max() > 1.5 * np.abs(np.diff(soft[y])).max()
    overcast = GroundShadow().cast(post(), light(UP + RIGHT, sun=0.), UP, FOCAL, SIZE)
    assert overcast[pixel(FOOT)] > .2 and overcast[pixel(FOOT - RIGHT)] < .05


def test_nothing_is_taken_above_the_horizon_even_of_a_low_sun():
    taken = GroundShadow().cast(post(), light(.1 * UP - AHEAD), UP, FOCAL, SIZE)
    y, x = np.mgrid[:SIZE, :SIZE]
    rays = np.stack([(x - SIZE / 2) / FOCAL, (y - SIZE / 2) / FOCAL, np.ones((SIZE, SIZE))], -1)
    assert taken.max() > .2 and not taken[rays @ UP > .02].any()


def test_a_body_that_cannot_stand_so_is_in_the_air():
    """A beam whose only support is at one end: the contact goes, the shadow stays."""
    rng = np.random.default_rng(0)
    along = rng.uniform(0, 1, 6000)
    beam = FOOT + np.outer(along * 1.8, RIGHT) + np.outer(along * .9, UP) + rng.normal(size=(6000, 3)) * .03
    beam = beam.astype(np.float32)
    straight_down = light(UP, sun=0.)
    falls, flies = (GroundShadow(balance=b).cast(beam, straight_down, UP, FOCAL, SIZE) for b in (9., .5))
    spot = pixel(FOOT + .1 * RIGHT)
    assert falls[spot] > flies[spot] + .05
    assert flies.max() > .03


def test_the_crop_camera_sees_a_shadow_too(bodies):
    vertices = bodies[0][0] + np.float32([0, 0, 36])
    taken = GroundShadow().cast(vertices, light((.6, -.7, -.4)), np.float32([0, -1, 0]), 5000., SIZE)
    assert (taken > .2).mean() > .01
