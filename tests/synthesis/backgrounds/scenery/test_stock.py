import numpy as np

from ajahr_mm.synthesis.backgrounds.scenery.stock import stock


def maker(count):
    drawn = []

    @stock(count)
    def prop(rng, wide=3):
        """A prop."""
        drawn.append(wide)
        return rng.random(wide)
    return prop, drawn


def test_each_of_the_props_is_drawn_once():
    prop, drawn = maker(4)
    props = {prop(np.random.default_rng(seed)).tobytes() for seed in range(60)}
    assert len(props) == 4 and len(drawn) == 4 and prop.__doc__ == 'A prop.'
    assert len(prop(np.random.default_rng(0), 5)) == 5 and len(drawn) == 5


def test_a_prop_does_not_depend_on_what_was_drawn_before():
    (one, _), (other, _) = maker(9), maker(9)
    for seed in range(20):
        one(np.random.default_rng(seed))
    for seed in (19, 3):
        np.testing.assert_array_equal(one(np.random.default_rng(seed)), other(np.random.default_rng(seed)))
