import numpy as np

from ajahr_mm.synthesis.appearance import shapes


def test_edges_are_half_covered_and_blend_over_their_width():
    distance = np.array([-1, -.005, 0, .005, 1])
    np.testing.assert_allclose(shapes.inside(distance, .01), [0, 0, .5, 1, 1])
    np.testing.assert_allclose(shapes.line(distance, .004, 1e-4), [0, 0, 1, 0, 0], atol=1e-9)


def test_step_and_bell():
    np.testing.assert_allclose(shapes.step(np.array([0, 1, 2, 3, 4]), 1, 3), [0, 0, .5, 1, 1])
    np.testing.assert_allclose(shapes.bell(np.array([2., 3.]), 2, 1), [1, np.exp(-1)])


def test_shadow_is_strongest_at_the_edge():
    shadow = shapes.shadow(np.array([.1, 0, -.01, -.1]), .4, .01)
    np.testing.assert_allclose(shadow[:3], [.4, .4, .4 / np.e], rtol=1e-5)
    assert shadow[3] < .001


def test_waves_have_period_one_and_the_asked_share():
    at = np.linspace(0, 10, 10001)[:-1]
    for share in (.2, .5):
        wave = shapes.wave(at, share, .02)
        assert abs(wave.mean() - share) < .01
        np.testing.assert_allclose(wave[:1000], wave[3000:4000], atol=1e-6)
