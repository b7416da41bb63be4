import numpy as np
import pytest

from ajahr_mm.synthesis.backgrounds.scenery import open_air, plants


@pytest.fixture
def outside():
    stage, day = open_air.go_out(np.random.default_rng(4), 160, 0., cloudy=0.)
    stage.canvas[int(stage.horizon * 160) + 1:] = (0, 255, 0)
    return stage, day


def changed(stage, before):
    return np.nonzero(abs(stage.canvas.astype(int) - before).sum(-1) > 60)


def test_woods_stand_on_the_horizon(outside):
    stage, day = outside
    before = stage.canvas.astype(int)
    open_air.backdrop(np.random.default_rng(0), stage, day)
    rows, columns = changed(stage, before)
    line = stage.horizon * 160
    assert len(np.unique(columns)) > 140 and abs(rows.max() - line) < 7 and rows.min() > line - 40


@pytest.mark.parametrize('note', [
    lambda rng, stage, day: open_air.plant(rng, stage, day, plants.tree(rng, day.side), 0., 12., 5.),
    lambda rng, stage, day: open_air.bench(rng, stage, day, 0., 6.),
    lambda rng, stage, day: open_air.post(rng, stage, day, 0., 8., 3.),
    lambda rng, stage, day: open_air.fence(rng, stage, day, 10.)])
def test_things_stand_in_the_middle_and_darken_the_ground(outside, note):
    stage, day = outside
    before = stage.canvas.astype(int)
    note(np.random.default_rng(0), stage, day)
    scene = open_air.finished(stage, day)
    rows, columns = changed(stage, before)
    assert len(rows) > 30 and abs(np.median(columns) - 80) < 30 and rows.max() > stage.horizon * 160
    assert scene.image is stage.canvas and scene.horizon == stage.horizon and scene.light.direction[1] < 0
