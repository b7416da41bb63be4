"""Holes filled with pieces of their surroundings."""
import numpy as np
import pytest

from ajahr_mm.synthesis.removal.patch_fill import patch_fill


def stripes(shape=(96, 128)):
    """A pattern (h,w,3) float32 that repeats every 8 px across and every 16 px down."""
    y, x = np.mgrid[:shape[0], :shape[1]]
    return np.stack([120 + 80 * np.sign(np.sin(x * np.pi / 4 + .3)), 100 + 60 * np.sign(np.sin(y * np.pi / 8 + .3)),
                     90 + 0 * x], axis=-1).astype(np.float32)


def with_hole(image, window):
    hole = np.zeros(image.shape[:2], bool)
    hole[window] = True
    return np.where(hole[..., None], image[~hole].mean(axis=0), image).astype(np.float32), hole


@pytest.mark.parametrize('window', [np.s_[30:60, 40:75], np.s_[60:, 50:80], np.s_[:25, :30]],
                         ids=['inside', 'foot', 'corner'])
def test_a_regular_pattern_goes_on_through_the_hole(window):
    truth = stripes()
    guess, hole = with_hole(truth, window)
    filled, _ = patch_fill(guess, hole, np.random.default_rng(0))
    before, after = (np.abs(picture - truth)[hole].mean() for picture in (guess, filled))
    assert before > 40 and after < .25 * before


def test_what_is_known_stays_and_the_first_guess_does_not_matter_much():
    guess, hole = with_hole(stripes(), np.s_[30:60, 40:75])
    filled, source = patch_fill(guess, hole, np.random.default_rng(0))
    np.testing.assert_array_equal(filled[~hole], guess[~hole])
    here = np.stack(np.mgrid[:96, :128], axis=-1)
    np.testing.assert_array_equal(source[~hole], here[~hole])


def test_pixels_come_from_known_places_only_and_invent_no_colours():
    guess, hole = with_hole(stripes(), np.s_[30:60, 40:75])
    filled, source = patch_fill(guess, hole, np.random.default_rng(0))
    rows, columns = source[hole].T
    assert not hole[rows, columns].any()
    assert filled.min() >= guess[~hole].min() - 1e-3 and filled.max() <= guess[~hole].max() + 1e-3


def test_the_seed_decides():
    guess, hole = with_hole(np.random.default_rng(1).uniform(0, 255, (64, 64, 3)).astype(np.float32), np.s_[20:40, 20:40])
    first, again, other = (patch_fill(guess, hole, np.random.default_rng(seed))[0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_texture_is_not_averaged_away():
    noise = np.random.default_rng(2).normal(128, 30, (96, 96, 3)).astype(np.float32)
    guess, hole = with_hole(noise, np.s_[30:60, 30:60])
    filled, _ = patch_fill(guess, hole, np.random.default_rng(0))
    assert filled[hole].std() > .4 * noise[~hole].std()


def test_without_any_known_patch_the_guess_comes_back():
    guess, hole = with_hole(stripes((20, 20)), np.s_[2:18, 2:18])
    filled, source = patch_fill(guess, hole, np.random.default_rng(0))
    np.testing.assert_array_equal(filled, guess)
    np.testing.assert_array_equal(source, np.stack(np.mgrid[:20, :20], axis=-1))
