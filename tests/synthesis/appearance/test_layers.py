import numpy as np

from ajahr_mm.synthesis.appearance.layers import FULL, box, lay, make_layer, split


def test_laying_a_layer_mixes_as_a_painter_would():
    """Half a coat of pure red over grey, with a shadow beside it, against the formula."""
    coverage, shadow = np.zeros((4, 6), np.float32), np.zeros((4, 6), np.float32)
    coverage[1:3, 1:3], shadow[1:3, 3] = .5, .25
    weights = np.zeros((4, 6, 3), np.float32)
    weights[..., 0] = 1
    texture = np.full((20, 20, 3), 100, np.uint8)
    layer = make_layer((slice(5, 9), slice(7, 13)), weights, coverage, shadow)
    lay(texture, layer, np.array([[200, 0, 0], [0, 0, 0], [0, 0, 0]], np.float32))
    np.testing.assert_allclose(texture[6, 8], [150, 50, 50], atol=1.01)
    np.testing.assert_allclose(texture[6, 10], 75, atol=1.01)
    untouched = np.ones((20, 20), bool)
    untouched[6:8, 8:11] = False
    assert (texture[untouched] == 100).all()


def test_full_cover_replaces_what_is_below_and_highlights_are_clipped():
    texture = np.full((8, 8, 3), 7, np.uint8)
    weights = np.full((8, 8, 3), 0, np.float32)
    weights[..., 1] = 255 / FULL
    layer = make_layer((slice(0, 8), slice(0, 8)), weights, np.ones((8, 8), np.float32))
    assert layer.patches[0].keep is None
    lay(texture, layer, np.array([[0, 0, 0], [100, 200, 250], [0, 0, 0]], np.float32))
    assert (texture == np.clip(np.rint(np.array([100, 200, 250]) * 255 / FULL), 0, 255)).all()


def test_box_is_tight():
    where = np.zeros((30, 40), bool)
    where[3:7, 10:12] = True
    assert box(where, 0) == (slice(3, 7), slice(10, 12)) and box(where, 2) == (slice(1, 9), slice(8, 14))


def test_split_windows_hold_everything_once_and_little_else():
    where = np.zeros((200, 200), bool)
    where[10:50, 10:50] = where[150:190, 120:190] = True
    windows = split(where)
    seen = np.zeros(where.shape, int)
    for window in windows:
        seen[window] += 1
    assert (seen[where] == 1).all() and seen.max() == 1 and seen.sum() < 1.3 * where.sum() and len(windows) == 2
