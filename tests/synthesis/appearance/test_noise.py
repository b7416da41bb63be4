import numpy as np

from ajahr_mm.synthesis.appearance.noise import Noise


def test_noise_is_centred_smooth_and_its_own():
    noise, other = (Noise(np.random.default_rng(seed)) for seed in (0, 1))
    at = np.random.default_rng(2).uniform(-3, 3, size=(4000, 3)).astype(np.float32)
    values = noise(at, .1)
    assert abs(values.mean()) < .08 and .3 < values.std() < .8 and abs(values).max() < 3.5
    assert abs(noise(at + np.float32(.001), .1) - values).max() < .12
    np.testing.assert_array_equal(values, Noise(np.random.default_rng(0))(at, .1))
    assert abs(np.corrcoef(values, other(at, .1))[0, 1]) < .1


def test_period_is_the_size_of_a_bump():
    """Half a period away values are alike, several periods away they are not."""
    noise = Noise(np.random.default_rng(3))
    at = np.random.default_rng(4).uniform(-5, 5, size=(6000, 3)).astype(np.float32)

    def likeness(step: float) -> float:
        return float(np.corrcoef(noise(at, .2), noise(at + np.array([step, 0, 0], np.float32), .2))[0, 1])
    assert likeness(.04) > .9 and abs(likeness(.9)) < .1


def test_more_octaves_are_rougher():
    noise = Noise(np.random.default_rng(5))
    line = np.zeros((500, 3), np.float32)
    line[:, 0] = np.linspace(0, 2, 500)
    assert abs(np.diff(noise.octaves(line, .3, 4))).mean() > 1.5 * abs(np.diff(noise.octaves(line, .3, 1))).mean()
