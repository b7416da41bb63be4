"""The limb badge shows what is there, for each limb by itself."""
import itertools

import numpy as np
import pytest

from ajahr_mm.anatomy import limbs
from ajahr_mm.visualization.badge import HEIGHT, figure, limb_badge
from ajahr_mm.visualization.colors import ABSENT, PRESENT


def amount(image, color):
    return (np.abs(image.astype(int) - color).sum(-1) < 40).sum()


def test_an_intact_person_has_no_cross_bar_and_is_symmetric():
    image = figure(200, [3, 3, 3, 3])
    assert amount(image, ABSENT) == 0
    assert np.abs(image.astype(int) - image[:, ::-1]).mean() < 1.5


@pytest.mark.parametrize('limb', range(4))
def test_shorter_limbs_show_less_on_their_own_side(limb):
    pictures = []
    for extent in (3, 2.4, 2, 1.4, 1, 0.6, 0):
        extents = [3.0] * 4
        extents[limb] = extent
        pictures.append(figure(200, extents))
    blue = [amount(p, PRESENT) for p in pictures]
    assert all(a > b for a, b in zip(blue, blue[1:]))
    assert all(amount(p, ABSENT) > 10 for p in pictures[1:])
    ys, xs = np.nonzero((pictures[0] != pictures[-1]).any(-1))
    middle = pictures[0].shape[1] / 2
    assert (xs.mean() > middle) == limbs.LIMBS[limb].startswith('left'), 'seen from the front, left is on the right'
    assert (ys.mean() > 110) == limbs.LIMBS[limb].endswith('leg')


def test_mirrored_people_have_mirrored_figures():
    for extent in itertools.product([0, 1.4, 3], repeat=4):
        mirrored = figure(80, np.array(extent)[list(limbs.FLIP)])
        assert np.abs(figure(80, extent)[:, ::-1].astype(int) - mirrored).mean() < 3


@pytest.mark.parametrize('width', [384, 1344])
def test_badge_shapes_and_words(width):
    intact = limb_badge(width, [3] * 4, [0] * 4, [.9] * 4, 'verdict')
    lost = limb_badge(width, [3, 3, 3, 0], [0, 0, 0, 3], [.9] * 4, 'verdict')
    assert intact.shape == (HEIGHT, width, 3) and intact.dtype == np.uint8
    assert amount(lost[:, 90:], ABSENT) > 20 > amount(intact[:, 90:], ABSENT), 'lost limbs are written in their colour'
    np.testing.assert_array_equal(limb_badge(width, [3, 3, 3, 1.4]), limb_badge(width, [3, 3, 3, 1.4], [0, 0, 0, 2]))


@pytest.mark.parametrize('width', [300, 384, 1344])
def test_the_longest_words_fit(width):
    worst = limb_badge(width, [0, 0, 0, 0], [3, 3, 3, 3], [1, 1, 1, 1], 'verdict')
    background = worst[0, -1]
    assert (worst[:, -3:] == background).all(), 'words run over the edge'
