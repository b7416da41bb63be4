import numpy as np
import pytest

from ajahr_mm.synthesis.composition.props import things
from ajahr_mm.synthesis.composition.props.painting import lit_by
from ajahr_mm.synthesis.records import Light


def lit(direction=(.4, -.8, -.45)):
    return lit_by(Light(np.float32(direction), *(np.full(3, value, np.float32) for value in (.6, .3, .1)), .2))


def draw(painter, *more, height=100., count=6, light=lit()):
    return [painter(np.random.default_rng(seed), height, light, *more) for seed in range(count)]


@pytest.mark.parametrize('painter, more, least', [
    (things.ball, (), .7), (things.bag, (), .5), (things.sign, (), .3), (things.post, (30.,), .7),
    (things.wall, (200.,), .99), (things.fence, (200.,), .4)])
@pytest.mark.parametrize('height', [8., 100., 280.])
def test_things_cover_their_patch(painter, more, least, height):
    for patch in draw(painter, *more, height=height, count=3):
        assert patch.dtype == np.uint8 and patch.shape[0] == int(height) and patch.shape[2] == 4
        assert (patch[..., 3] > 128).mean() > least - (.25 if height < 10 else 0)


def test_a_ball_is_round_and_brightest_towards_the_lamp():
    for patch in draw(things.ball, light=lit((-.7, -.7, -.14))):
        y, x = np.mgrid[:100, :100] - 49.5
        cover = patch[..., 3] > 128
        assert (cover == (np.hypot(x, y) < 49)).mean() > .96
    sides = np.array([[patch[y, y, :3].sum() for y in (25, 75)] for patch in draw(things.ball, light=lit((-.7, -.7, -.14)))])
    assert np.median(sides[:, 0] / sides[:, 1]) > 1.3


def test_posts_and_walls_reach_from_border_to_border():
    for patch in draw(things.post, 30.):
        assert (patch[..., 3] > 128).any(1).all()
    for patch in draw(things.wall, 200.):
        assert (patch[..., 3] > 128).all()


def test_one_sees_through_the_gaps_of_a_fence():
    gaps = [(patch[10:20, :, 3] < 128).mean() for patch in draw(things.fence, 200.)]
    assert .05 < np.mean(gaps) < .6


def test_signs_carry_something_like_writing():
    for patch in draw(things.sign):
        inner = patch[5:23, patch.shape[1] // 5:-patch.shape[1] // 5, :3].astype(int)
        assert inner.reshape(-1, 3).std(0).max() > 15
