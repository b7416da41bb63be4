import numpy as np
import pytest

from ajahr_mm.synthesis.backgrounds.scenery.sky import Day, paint_sky
from ajahr_mm.synthesis.backgrounds.scenery.stage import Stage


def day(sun=(.6, .7, -.39), clouds=0., warmth=0.):
    return Day(np.array(sun), np.ones(3, np.float32), clouds, warmth)


def test_days_have_a_sun_above_the_horizon():
    for seed in range(50):
        drawn = Day.draw(np.random.default_rng(seed))
        assert abs(np.linalg.norm(drawn.sun) - 1) < 1e-9 and drawn.sun[1] > .1
        assert 0 < drawn.softness < 1 and drawn.side in (-1, 0, 1)


def test_clouds_make_shadows_soft_and_the_sun_weak():
    stage = Stage(64, 1., .5, 1.5)
    clear, grey = day().light(stage), day(clouds=1.).light(stage)
    assert day().softness < .2 < .9 < day(clouds=1.).softness
    assert clear.sun.mean() > 3 * grey.sun.mean() and clear.sky.mean() < grey.sky.mean()
    np.testing.assert_allclose(clear.direction, (.6, -.7, -.39), atol=.01)
    assert day(clouds=1.).side == 0 and day().side == 1


def test_an_evening_is_warm():
    noon, evening = (day(warmth=warmth).light(Stage(64, 1., .5, 1.5)).sun for warmth in (0., 1.))
    assert evening[0] / evening[2] > 1.3 * noon[0] / noon[2]


@pytest.mark.parametrize('clouds', [0., .5, 1.])
def test_the_sky_reaches_the_horizon_and_is_blue_without_clouds(clouds):
    stage = Stage(128, 1., .4, 1.5)
    paint_sky(np.random.default_rng(0), stage, day(clouds=clouds))
    assert stage.canvas[:52].min() > 40
    top = stage.canvas[:20].reshape(-1, 3).mean(0)
    assert (top[2] > top[0] + 30) == (clouds < 1)


def test_surfaces_that_face_the_sun_are_brighter():
    texture = np.full((4, 4, 3), 100, np.uint8)
    assert day().on(texture, 1.).mean() > day().on(texture).mean() > day().on(texture, -1.).mean()
    assert day(clouds=1.).on(texture, 1.).mean() - day(clouds=1.).on(texture).mean() < 3
    np.testing.assert_allclose(day().on(texture, tint=np.array([1., .5, 0.])).mean((0, 1)), (100, 50, 0), atol=1)
