import numpy as np

from ajahr_mm.synthesis.appearance.library import Library


def test_layers_are_painted_once_and_depend_on_seed_and_name_alone(canvas):
    first, again, other = Library(canvas, 0, .5, 3), Library(canvas, 0, .5, 3), Library(canvas, 1, .5, 3)
    first.get('bottoms', 1, 'jeans')
    entry = first.get('tops', 1, 'tee')
    assert first.get('tops', 4, 'tee') is entry                            # variants are counted round
    twin = again.get('tops', 1, 'tee')                                     # asked for in another order
    for one, two in zip(entry.layer.patches, twin.layer.patches):
        assert one.window == two.window
        np.testing.assert_array_equal(one.weights, two.weights)
        np.testing.assert_array_equal(one.keep, two.keep)
    np.testing.assert_array_equal(entry.layer.offset, twin.layer.offset)
    assert other.get('tops', 1, 'tee').sleeve != entry.sleeve


def test_entries_tell_how_far_they_reach(canvas):
    library = Library(canvas, 0, .5, 3)
    assert library.get('tops', 0, 'shirt').sleeve > 1.8 > .8 > library.get('tops', 0, 'tee').sleeve
    assert library.get('bottoms', 0, 'jeans').leg > 1.9 > 1. > library.get('bottoms', 0, 'shorts').leg
    assert library.get('skin', 0, 0., 0.).sleeve == library.get('hair', 0, 'short', 0.).leg == -9


def test_size_counts_all_layers(canvas):
    library = Library(canvas, 0, .5, 3)
    assert library.size == 0
    layer = library.get('footwear', 0, 'boots').layer
    expected = layer.offset.nbytes + sum(patch.weights.nbytes + patch.keep.nbytes for patch in layer.patches)
    assert library.size == expected
