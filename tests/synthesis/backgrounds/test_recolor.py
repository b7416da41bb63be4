import numpy as np

from ajahr_mm.synthesis.backgrounds.recolor import recolor

RAMP = np.arange(256, dtype=np.uint8).repeat(3).reshape(16, 16, 3)


def test_nothing_changes_without_an_amount():
    image, balance = recolor(RAMP, np.random.default_rng(0), 0.)
    np.testing.assert_array_equal(image, RAMP)
    np.testing.assert_allclose(balance, 1)


def test_brighter_stays_brighter_and_a_grey_takes_on_the_balance():
    for seed in range(20):
        image, balance = recolor(RAMP, np.random.default_rng(seed))
        assert (np.diff(image.reshape(256, 3).astype(int), axis=0) >= 0).all() and abs(balance.mean() - 1) < 1e-9
        middle = image.reshape(256, 3)[60].astype(float)
        np.testing.assert_allclose(middle / middle.mean(), balance, atol=.03)
    assert abs(image.astype(int) - RAMP).max() > 3
