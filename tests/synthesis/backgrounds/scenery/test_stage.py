import numpy as np
import pytest

from ajahr_mm.synthesis.backgrounds.scenery.stage import Stage, shrunk

SIZE = 200
RED, BLUE = (np.full((8, 8, 3), color, np.uint8) for color in ((255, 0, 0), (0, 0, 255)))


def where(image, channel=0):
    """(rows, columns) of the pixels that are bright in a channel."""
    return np.nonzero(image[..., channel] > 127)


def test_points_are_seen_where_a_level_camera_sees_them():
    stage = Stage(SIZE, 1.2, .4, 1.5, yaw=.3, x=.5)
    ahead = np.array([.5 + 4 * np.sin(.3), 1.5, 4 * np.cos(.3)])          # at eye height, straight ahead
    np.testing.assert_allclose(stage.see(ahead), (0, 0, 4), atol=1e-12)
    np.testing.assert_allclose(stage.pixels(stage.see(ahead[None]))[0], (100, 80))
    foot = ahead * (1, 0, 1)
    np.testing.assert_allclose(stage.pixels(stage.see(foot[None]))[0], (100, 80 + 1.5 / 4 * 240))
    right = stage.direction((np.cos(.3), 0, -np.sin(.3)))
    np.testing.assert_allclose(right, (1, 0, 0), atol=1e-6)
    np.testing.assert_allclose(stage.direction((0, 1, 0)), (0, -1, 0), atol=1e-6)


@pytest.mark.parametrize('distance', [2., 5.])
def test_a_rectangle_has_its_size_and_place(distance):
    stage = Stage(SIZE, 1., .5, 1.)
    stage.quad((-.4, 1.3, distance), (.6, 0, 0), (0, -.5, 0), RED)
    rows, columns = where(stage.canvas)
    scale = SIZE / distance
    np.testing.assert_allclose([columns.min(), columns.max() + 1, rows.min(), rows.max() + 1],
                               100 + scale * np.array([-.4, .2, -.3, .2]), atol=1.5)
    assert .3 * scale ** 2 < len(rows) < (.6 * scale + 2.1) * (.5 * scale + 2.1)      # smoothed edges lie outside


def test_textures_run_along_their_sides_in_perspective():
    """A floor of two colours, changing half way to the back: the border is where that distance is seen."""
    stage = Stage(SIZE, 1., .3, 1.2)
    texture = np.concatenate([BLUE.repeat(8, 0), RED.repeat(8, 0)])       # far half blue
    stage.quad((-3, 0, 9), (6, 0, 0), (0, 0, -8), texture)
    column = stage.canvas[:, 100]
    assert (column[:, 2] > 127).sum() == pytest.approx(1.2 / 5 * 200 - 1.2 / 9 * 200, abs=2.)
    assert (column[:, 0] > 127).sum() == pytest.approx(140 - 1.2 / 5 * 200, abs=2.)


def test_what_lies_behind_the_camera_is_cut_off():
    stage = Stage(SIZE, 1., .5, 1.)
    stage.quad((-1, 0, -5), (0, 0, 15), (0, 2, 0), RED)                   # a wall on the left, from behind to ahead
    assert len(where(stage.canvas)[0]) > 2000 and where(stage.canvas)[1].max() < 91
    empty = Stage(SIZE, 1., .5, 1.)
    empty.quad((-1, 0, -5), (2, 0, 0), (0, 2, 0), RED)
    assert not empty.canvas.any()


def test_covers_let_the_background_through():
    stage = Stage(SIZE, 1., .5, 1.)
    cover = np.zeros((8, 8), np.uint8)
    cover[:, 4:] = 255
    stage.quad((-.5, 1.5, 2), (1, 0, 0), (0, -1, 0), RED, cover)
    columns = where(stage.canvas)[1]
    assert columns.min() == pytest.approx(100, abs=2) and columns.max() == pytest.approx(149, abs=2)


def test_the_ground_shows_the_texel_of_its_place():
    """A checkerboard of one metre: every pixel's colour follows from where its ray meets the floor."""
    stage = Stage(SIZE, 1., .35, 1.4, yaw=.2, x=.3)
    texture = np.zeros((64, 64, 3), np.uint8)
    texture[:32, :32] = texture[32:, 32:] = 255
    stage.ground(texture, 2., far=12.)
    right = wrong = 0
    for row in range(78, 200, 7):
        for column in range(3, 200, 9):
            depth = 1.4 * 200 / (row + .5 - 70)
            across = (column + .5 - 100) / 200 * depth
            x, z = .3 + np.cos(.2) * across + np.sin(.2) * depth, -np.sin(.2) * across + np.cos(.2) * depth
            found = stage.canvas[row, column, 0] > 127
            if z > 12.3:
                assert not found, 'nothing beyond the far end'
            elif row > 110 and min(x % 1, 1 - x % 1, z % 1, 1 - z % 1) > .12:
                expected = (np.floor(x) + np.floor(-z)) % 2 == 0
                right, wrong = right + (expected == found), wrong + (expected != found)
    assert right > 100 and wrong == 0


def test_the_ground_ends_at_its_sides_and_does_not_flicker_far_away():
    stage = Stage(SIZE, 1., .3, 1.)
    texture = np.random.default_rng(0).integers(0, 2, (128, 128, 1)).repeat(3, 2).astype(np.uint8) * 255
    stage.ground(texture, 1.)
    rows = stage.canvas[..., 0].astype(float)
    assert rows[62:70].std() < 20 < 80 < rows[-20:].std()
    stage.canvas[:] = 0
    stage.ground(texture, 1., left=-1., right=1.)
    rows = stage.canvas[..., 0].astype(float)
    assert not rows[100, :100 - 43].any() and rows[100, 100 - 36:100].any()


def test_near_things_hide_far_ones_in_whatever_order_they_are_noted():
    for order in ((RED, 3., BLUE, 5.), (BLUE, 5., RED, 3.)):
        stage = Stage(SIZE, 1., .5, 1.)
        for texture, z in (order[:2], order[2:]):
            stage.box((0, .8, z), (.6, .4, .2), lambda side, texture=texture: texture, shadow=0)
        assert tuple(stage.finish()[100, 100]) == (255, 0, 0)


def test_a_box_shows_the_sides_that_face_the_camera():
    for x, side in ((-1.5, 'right'), (1.5, 'left')):
        stage, asked = Stage(SIZE, 1., .5, 1.), []
        stage.box((x, 0, 4), (.5, .5, .5), lambda name: asked.append(name) or RED)
        stage.finish()
        assert set(asked) == {'front', side, 'top'}
    stage, asked = Stage(SIZE, 1., .5, 1.), []
    stage.box((0, 0, 4), (.5, .5, .5), lambda name: asked.append(name) or RED, yaw=np.pi)
    stage.finish()
    assert asked.count('front') == 1


def test_shadows_darken_the_floor_where_things_stand_and_where_the_sun_throws_them():
    def brightness(sun):
        stage = Stage(SIZE, 1., .3, 1.4)
        stage.canvas[:] = 200
        stage.box((0, 0, 4), (.6, 1., .3), lambda side: np.full((8, 8, 3), 200, np.uint8), shadow=.6, sun=sun)
        return stage.finish(1.)[..., 0].astype(float)
    none, thrown = brightness(None), brightness(np.array([-.7, .7, -.1]))
    assert none[132:134, 95:105].mean() < 195 and none[128, 150] == 200
    assert thrown[128, 142] < 150 and thrown[128, 60] == 200, 'sun on the left, shadow to the right'


def test_shrinking_averages():
    image = np.arange(64, dtype=np.uint8).reshape(8, 8, 1).repeat(3, 2)
    np.testing.assert_allclose(shrunk(image, 4)[..., 0], image[..., 0].reshape(2, 4, 2, 4).mean((1, 3)), atol=.5)
    assert shrunk(image, 1) is image
