import numpy as np
import pytest

from ajahr_mm.synthesis.backgrounds.scenery import facades
from ajahr_mm.synthesis.backgrounds.scenery.sky import Day
from ajahr_mm.synthesis.backgrounds.scenery.stage import Stage

DAY = Day(np.array([.5, .8, -.33]), np.ones(3, np.float32), 0., 0.)


@pytest.mark.parametrize('floors, bays', [(2, 3), (4, 5)])
def test_a_facade_has_rows_of_windows(floors, bays):
    for seed in range(4):
        image = facades.facade(np.random.default_rng(seed), floors, bays).astype(float).mean(-1)
        assert image.shape == (floors * 40 + 8, bays * 40)
        panes = [image[28, bay * 40 + 15] for bay in range(bays)]            # upper floor, one pane of each bay
        assert max(panes) < image[8:12].mean(), 'windows are darker than the wall above them'


@pytest.mark.parametrize('side, x', [(-1, -3.), (1, 5.)])
def test_houses_stand_on_their_side_of_the_street(side, x):
    stage = Stage(160, 1., .4, 1.5)
    facades.row(np.random.default_rng(0), stage, DAY, x, side)
    columns = np.nonzero(stage.canvas[20:70].any((0, 2)))[0]
    assert (columns.max() < 84) if side < 0 else (columns.min() > 76)
    assert len(columns) > 50


def test_nearer_houses_hide_farther_ones():
    """The gable of a far house must not show through the front of a near one: fronts have windows all the way."""
    stage = Stage(240, 1.2, .4, 1.5)
    facades.row(np.random.default_rng(1), stage, DAY, -3., -1)
    near = stage.canvas[40:90, :40].astype(float)
    assert near.std() > 12


def test_walls_and_fronts_cover_the_view_up_to_their_height():
    for paint in (lambda rng, stage: facades.wall(rng, stage, DAY, 4., False),
                  lambda rng, stage: facades.front(rng, stage, DAY, 4.),
                  lambda rng, stage: facades.wall(rng, stage, DAY, 4., True)):
        stage = Stage(160, 1., .4, 1.5)
        paint(np.random.default_rng(0), stage)
        filled = stage.canvas.any(-1)
        assert filled[64:int(64 + 1.5 / 4 * 160) - 2].all(), 'from the floor up to the eyes'
        assert not filled[int(64 + 1.5 / 4 * 160) + 3:].any(), 'nothing below the floor'
