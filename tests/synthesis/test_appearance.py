import numpy as np
import pytest

from ajahr_mm.synthesis.appearance import SKIN, ProceduralAppearance, RandomLight
from ajahr_mm.synthesis.subjects import GROUP_SHARES, Subject


def person(group='Asian', gender='female') -> Subject:
    return Subject(np.full(4, 3., np.float32), np.zeros(10, np.float32), gender, group)


def test_every_group_of_the_paper_has_skin_tones():
    assert set(SKIN) == set(GROUP_SHARES)


@pytest.mark.parametrize('group', sorted(SKIN))
def test_hands_show_skin_of_the_group(surface, group):
    hands = (surface.limb < 2) & (surface.limb >= 0) & (surface.along > 2.2)
    lightest, darkest = (np.array(tone) / 255 for tone in SKIN[group])
    for seed in range(6):
        color = ProceduralAppearance().sample(np.random.default_rng(seed), person(group), surface)
        assert color.shape == (len(surface.rest), 3) and color.dtype == np.float32 and 0 <= color.min() <= color.max() <= 1
        skin = np.median(color[hands], axis=0)
        assert (skin >= darkest * .93).all() and (skin <= np.minimum(lightest * 1.07, 1)).all()


def test_same_generator_same_clothes_and_others_differ(surface):
    looks = [ProceduralAppearance().sample(np.random.default_rng(seed), person(), surface) for seed in (0, 0, 1)]
    np.testing.assert_array_equal(looks[0], looks[1])
    assert abs(looks[0] - looks[2]).mean() > .02


def test_switches_for_shirt_and_shoes(surface):
    """Without shirts, men's chests show skin, as their palms do; without bare feet, nobody's toes do."""
    chest = surface.is_part('spine2')
    toes = (surface.limb >= 2) & (surface.along > 2.7)
    palm = (surface.limb == 0) & (surface.along > 2.5)
    for seed in range(8):
        rng = np.random.default_rng(seed)
        color = ProceduralAppearance(bare_torso=1., barefoot=0., patterned=0.).sample(rng, person(gender='male'), surface)
        skin = np.median(color[palm], axis=0)
        one_piece = abs(np.median(color[chest], axis=0) - np.median(color[surface.is_part('pelvis')], axis=0)).max() < .05
        assert one_piece or abs(np.median(color[chest], axis=0) - skin).max() < .02
        assert abs(np.median(color[toes], axis=0) - skin).max() > .005


def test_light_comes_from_above_and_in_front():
    lights = np.stack([RandomLight().sample(np.random.default_rng(seed)) for seed in range(50)])
    np.testing.assert_allclose(np.linalg.norm(lights[:, 0], axis=1), 1, atol=1e-6)
    assert (lights[:, 0, 1] < 0).all() and (lights[:, 0, 2] < 0).all()      # camera axes: y down, z away
    assert (lights[:, 1:] > 0).all()
