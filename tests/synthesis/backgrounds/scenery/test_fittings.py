import numpy as np
import pytest

from ajahr_mm.synthesis.backgrounds.scenery import fittings

WOOD, WHITE = np.float32([150, 110, 70]), np.float32([240, 240, 236])


@pytest.mark.parametrize('make', [
    lambda rng: fittings.window(rng, (2, 3)), lambda rng: fittings.window(rng, (1, 2), (90, 60, 40), True),
    lambda rng: fittings.door(rng, WOOD, WHITE, 2), lambda rng: fittings.door(rng, WOOD, WHITE, 0, True), fittings.picture,
    fittings.radiator, lambda rng: fittings.bars(rng, WOOD, WHITE), lambda rng: fittings.books(rng, WOOD, 5),
    lambda rng: fittings.fronts(rng, WOOD, 3, 2, True), lambda rng: fittings.view_outside(rng, 60, 80)])
def test_every_fitting_is_a_picture_that_follows_its_stream(make):
    image, again = (make(np.random.default_rng(2)) for _ in range(2))
    assert image.ndim == 3 and image.shape[2] == 3 and image.dtype == np.uint8 and image.std() > 3
    np.testing.assert_array_equal(image, again)


def test_a_window_is_bright_between_its_bars():
    window = fittings.window(np.random.default_rng(0), (1, 2), (80, 80, 80))
    assert window[10:100, 20:48].mean() > 150 and window[:, 56].mean() < 110 and window[0].mean() < 110


def test_shelves_carry_books_of_different_heights():
    shelf = fittings.books(np.random.default_rng(0), WOOD, 4).astype(int)
    assert len(np.unique(shelf[20:30].reshape(-1, 3), axis=0)) > 6
