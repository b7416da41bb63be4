import colorsys

import numpy as np
import pytest

from ajahr_mm.synthesis.appearance import palette


def test_clothes_are_muted():
    """Few adults wear neon: saturated and light colours are rare, blacks, greys and whites common."""
    rng = np.random.default_rng(0)
    hsv = np.array([colorsys.rgb_to_hsv(*(palette.cloth(rng) / 255)) for _ in range(600)])
    neon = (hsv[:, 1] > .75) & (hsv[:, 2] > .75)
    assert neon.mean() < .03 and (hsv[:, 1] < .2).mean() > .3 and hsv[:, 2].std() > .2


@pytest.mark.parametrize('draw', [palette.cloth, palette.denim, palette.suiting, palette.leather])
def test_colours_are_colours(draw):
    colors = np.stack([draw(np.random.default_rng(seed)) for seed in range(40)])
    assert colors.shape == (40, 3) and colors.min() >= 0 and colors.max() <= 255
    assert len(np.unique(colors.round(), axis=0)) > 20


def test_companions_differ_from_what_they_accompany():
    rng = np.random.default_rng(1)
    first = palette.cloth(rng)
    assert np.median([abs(palette.companion(rng, first) - first).max() for _ in range(40)]) > 15


def test_hair_turns_grey_with_age_and_is_dark_in_most_groups():
    def colors(group: str, age: float, dyed: float = 0.) -> np.ndarray:
        return np.stack([palette.hair(np.random.default_rng(seed), group, age, dyed) for seed in range(80)])
    young, old = colors('Asian', 25), colors('Asian', 78)
    assert np.median(young.mean(1)) < 45 < 120 < np.median(old.mean(1))
    assert np.ptp(old, axis=1).mean() < 25                                  # grey, not yellow
    assert colors('White', 25).mean() > 1.5 * young.mean()
    assert np.median(colors('Asian', 78, dyed=1.).mean(1)) < 50
