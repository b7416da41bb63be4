import numpy as np
import pytest

from ajahr_mm.synthesis.backgrounds.scenery import furniture, interior


@pytest.fixture
def room():
    return interior.enter(np.random.default_rng(0), 128, 5., 6., 2.6, turned=.2)


def test_the_camera_stands_inside(room):
    stage, shell = room
    corner = stage.see(np.array([[-2.5, 0, 6.], [2.5, 0, 6.]]))
    assert (corner[:, 2] > 2).all() and corner[0, 0] < 0 < corner[1, 0] and .25 < stage.horizon < .5
    assert (shell.width, shell.depth, shell.height) == (5., 6., 2.6)


def test_daylight_comes_from_the_window(room):
    stage, shell = room
    for seed in range(12):
        light, opening = interior.daylight(np.random.default_rng(seed), stage, shell)
        middle = shell.spot(opening.wall, opening.u + opening.w / 2, 0) + (0, opening.v + opening.h * .8, 0)
        np.testing.assert_allclose(light.direction, stage.direction(middle - (0, 1., 2.5)), atol=1e-6)
        assert light.direction[1] < 0 and opening.v + opening.h < 2.6
        levels = {wall: interior.level(np.random.default_rng(seed), wall, opening) for wall in interior.SIDES}
        assert min(levels, key=levels.get) == opening.wall


def test_lamps_hang_above(room):
    light = interior.lamps(np.random.default_rng(0), room[0])
    assert light.direction[1] < -.8 and abs((light.sun + light.sky).mean() - 1) < .1


def test_window_and_daylight_are_painted(room):
    stage, shell = room
    stage.canvas[:] = 60
    opening = interior.Opening('back', 1.5, .9, 1.6, 1.2)
    interior.shine(np.random.default_rng(0), shell, opening)
    lit, before = stage.canvas.max(), stage.canvas[:50].copy()
    interior.glaze(np.random.default_rng(0), shell, opening)
    assert lit > 75 and (before == 60).all() and (stage.canvas[:60] > 180).any()


@pytest.mark.parametrize('wall, side', [('left', -1), ('right', 1)])
def test_furniture_stands_with_its_back_to_the_wall(room, wall, side):
    seen = []
    interior.against(np.random.default_rng(0), room[1], wall, 3., lambda stage, rng, middle, yaw: seen.append((middle, yaw)))
    (middle, yaw), = seen
    assert middle[0] * side == pytest.approx(2.1, abs=.06) and middle[1] == 0
    ahead = np.array([np.sin(yaw), np.cos(yaw)])          # where its back is
    np.testing.assert_allclose(ahead, (side, 0), atol=1e-9)
    interior.against(np.random.default_rng(0), room[1], wall, 3., furniture.chair)
