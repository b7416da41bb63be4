import numpy as np
import pytest

from ajahr_mm.synthesis.backgrounds.scenery import furniture
from ajahr_mm.synthesis.backgrounds.scenery.stage import Stage

PIECES = (furniture.cabinet, furniture.shelf, furniture.sofa, furniture.table, furniture.chair, furniture.bed,
          furniture.couch, furniture.walking_bars, furniture.lamp, furniture.plant)


@pytest.mark.parametrize('piece', PIECES)
@pytest.mark.parametrize('yaw', [0., np.pi / 2])
def test_a_piece_stands_on_the_floor_where_it_was_put(piece, yaw):
    stage = Stage(200, 1., .3, 1.4)
    stage.canvas[:] = (0, 255, 0)
    piece(stage, np.random.default_rng(1), np.array([.4, 0, 5.]), yaw)
    image = stage.finish(.5).astype(int)
    rows, columns = np.nonzero(abs(image - (0, 255, 0)).sum(-1) > 150)
    assert 20 < len(rows) < 12_000
    foot = 60 + 1.4 / 5 * 200
    assert abs(columns.mean() - (100 + .4 / 5 * 200)) < 12 and foot - 8 < rows.max() < foot + 55
    assert rows.min() > 60 + (1.4 - 2.3) / 3.5 * 200


def test_sides_are_lit_differently():
    of = furniture.faces(np.full((16, 16, 3), 150, np.uint8))
    assert of('top').mean() > of('front').mean() > of('left').mean()
    other = furniture.faces(np.full((16, 16, 3), 150, np.uint8), np.full((16, 16, 3), 20, np.uint8))
    assert other('front').mean() < 25 < other('left').mean()
