import numpy as np
import pytest

from ajahr_mm.synthesis.composition.props import furniture
from ajahr_mm.synthesis.composition.props.painting import lit_by
from ajahr_mm.synthesis.records import Light

LIT = lit_by(Light(np.float32([.4, -.8, -.45]), *(np.full(3, value, np.float32) for value in (.6, .4, .2)), .2))
PAINTERS = [furniture.chair, furniture.table, furniture.bench, furniture.carton, furniture.cupboard, furniture.suitcase,
            furniture.wheelchair]


@pytest.mark.parametrize('painter', PAINTERS)
@pytest.mark.parametrize('height', [12., 90., 240.])
def test_things_fill_their_patch_and_stand_on_its_base(painter, height):
    for seed in range(6):
        patch = painter(np.random.default_rng(seed), height, LIT)
        cover = patch[..., 3] > 0
        assert patch.dtype == np.uint8 and abs(patch.shape[0] - height) <= 1
        rows, columns = np.flatnonzero(cover.any(1)), np.flatnonzero(cover.any(0))
        assert rows[0] <= 3 and rows[-1] >= patch.shape[0] - 4
        assert columns[0] <= 4 and columns[-1] >= patch.shape[1] - 5
        assert (patch[..., :3].max(-1) <= np.maximum(patch[..., 3], 1) * 1.25 + 2).all()


def test_one_sees_between_the_legs_of_a_table_and_not_through_a_box():
    table, box = (np.mean([(painter(np.random.default_rng(seed), 100, LIT)[60:, :, 3] > 0).mean() for seed in range(8)])
                  for painter in (furniture.table, furniture.carton))
    assert table < .55 < box


def test_tops_are_brighter_than_sides_under_a_lamp_above():
    above = lit_by(Light(np.float32([0, -1, 0]), *(np.full(3, value, np.float32) for value in (.8, .3, .1)), .2))
    stack = [furniture.Box((0, .5, 0), (1, 1, 1), np.full(3, 200.))]
    patch = furniture._build(np.random.default_rng(0), stack, 100, above, 'rough', 0.)
    middle = patch.shape[1] // 2
    assert patch[5, middle, 0] > 1.15 * patch[80, middle, 0]


def test_the_same_generator_paints_the_same_and_others_something_else():
    first, again, other = (furniture.chair(np.random.default_rng(seed), 80, LIT) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert first.shape != other.shape or (first != other).any()
