import numpy as np
import pytest

from ajahr_mm.synthesis.backgrounds.scenery.shell import Shell, covering
from ajahr_mm.synthesis.backgrounds.scenery.stage import Stage


@pytest.fixture
def shell():
    return Shell(Stage(200, 1., .4, 1.4), 4., 5., 2.6)


def test_walls_are_told_from_left_to_right_as_seen_from_inside(shell):
    np.testing.assert_allclose(shell.spot('back', 0, 0), (-2, 0, 5))
    np.testing.assert_allclose(shell.spot('back', 4, .5), (2, 0, 4.5))
    for wall, x in (('left', -2), ('right', 2)):
        np.testing.assert_allclose(shell.spot(wall, shell.along(wall, 3.), 0), (x, 0, 3))
        assert abs(shell.spot(wall, 1., .5)[0]) == pytest.approx(1.5), 'out is into the room'
        steps = shell.stage.pixels(shell.stage.see(np.array([shell.spot(wall, shell.along(wall, z), 0) for z in (3., 4.)])))
        later = shell.along(wall, 4.) > shell.along(wall, 3.)
        assert (steps[1, 0] > steps[0, 0]) == later, 'u runs to the right in the picture'


def test_a_thing_on_a_wall_is_where_it_was_put(shell):
    shell.put('back', 1., .5, .8, 1.2, np.full((8, 8, 3), 255, np.uint8))
    rows, columns = np.nonzero(shell.stage.canvas[..., 0] > 127)
    expected = np.array([(1. - 2) / 5, (1.8 - 2) / 5, (1.4 - 1.7) / 5, (1.4 - .5) / 5]) * 200 + (100, 100, 80, 80)
    np.testing.assert_allclose([columns.min(), columns.max() + 1, rows.min(), rows.max() + 1], expected, atol=1.5)


def test_the_whole_room_closes(shell):
    rng, white = np.random.default_rng(0), np.full((64, 64, 3), 200, np.uint8)
    shell.floor(white, 2., np.ones((4, 4), np.float32))
    shell.ceiling(white)
    for wall in ('back', 'left', 'right'):
        shell.wall(rng, wall, white, 2., .9)
    assert shell.stage.canvas.min() > 80, 'no hole between floor, ceiling and walls'
    before = shell.stage.canvas.copy()
    shell.band(0, .1, np.zeros((4, 4, 3), np.uint8))
    assert (shell.stage.canvas != before).any()


@pytest.mark.parametrize('kind', ['paint', 'paper', 'brick', 'panel', 'tile'])
def test_coverings_are_textures_with_a_size(kind):
    texture, metres = covering(np.random.default_rng(0), kind, np.float32([180, 170, 160]))
    assert texture.ndim == 3 and texture.dtype == np.uint8 and .5 < metres < 5 and texture.std() > .4
