import numpy as np
import pytest

from ajahr_mm.synthesis.composition.props import plants
from ajahr_mm.synthesis.composition.props.painting import lit_by
from ajahr_mm.synthesis.records import Light

LIT = lit_by(Light(np.float32([.4, -.8, -.45]), *(np.full(3, value, np.float32) for value in (.6, .4, .2)), .2))


def draw(painter, *more, height=100., count=6):
    return [painter(np.random.default_rng(seed), height, LIT, *more) for seed in range(count)]


@pytest.mark.parametrize('painter, more', [(plants.potted, ()), (plants.branch, ()), (plants.hedge, (150.,))])
@pytest.mark.parametrize('height', [10., 100., 280.])
def test_plants_are_mostly_green(painter, more, height):
    for patch in draw(painter, *more, height=height, count=3):
        cover = patch[..., 3] > 128
        assert .05 < cover.mean() <= 1 and patch.shape[0] == int(height)
        leaves = patch[:int(height * .7)][cover[:int(height * .7)]].astype(int)
        assert (leaves[:, 1] >= leaves[:, 2]).mean() > .8


def test_a_pot_stands_in_the_middle_of_the_base():
    for patch in draw(plants.potted):
        foot = np.flatnonzero(patch[-4, :, 3] > 128)
        assert abs(foot.mean() - patch.shape[1] / 2) < 3 and len(foot) > .2 * patch.shape[1]


def test_a_branch_comes_in_from_the_left_and_reaches_across():
    for patch in draw(plants.branch):
        columns = np.flatnonzero(patch[..., 3].any(0))
        assert columns[0] == 0 and columns[-1] > .8 * patch.shape[1]


def test_a_hedge_is_dense_below_and_ragged_on_top():
    for patch in draw(plants.hedge, 150.):
        assert (patch[60:, :, 3] == 255).mean() > .99
        top = (patch[..., 3] > 128).argmax(0)
        assert top.std() > 1.5
