import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.composition.occluders import RandomOccluders, Spot, clear_of
from ajahr_mm.synthesis.composition.props.catalogue import THINGS
from ajahr_mm.synthesis.records import Background, Light

TARGETS = np.array([[60., 80.], [30., 95.]])
SCENE = Background(np.full((128, 128, 3), 128, np.uint8), 'grey')
NOTHING = np.zeros((0, 2))


def place(part, seed, keep=NOTHING, targets=TARGETS, scene=SCENE):
    return part.sample(np.random.default_rng(seed), targets, keep, 128, scene)


@pytest.mark.parametrize('kind', sorted(THINGS))
def test_every_kind_covers_targets_and_has_colours(kind):
    part, hits = RandomOccluders(share=1., kinds={kind: 1.}, near=0., most=1.), []
    for seed in range(16):
        mask, color = place(part, seed)
        if mask is None:
            continue
        assert mask.shape == (128, 128) and mask.dtype == np.float32 and 0 <= mask.min() and mask.max() <= 1
        assert color.shape == (128, 128, 3) and color.dtype == np.uint8 and color[mask > .5].std() > 1
        hits.append(any(mask[int(y) - 4:int(y) + 5, int(x) - 4:int(x) + 5].max() > .5 for x, y in TARGETS))
    assert len(hits) > 8 and np.mean(hits) > .6


def test_near_things_are_larger_and_out_of_focus():
    """Their coverage has a wide rim."""
    covered, rim = [], []
    for near in (0., 1.):
        masks = np.stack([place(RandomOccluders(share=1., kinds=dict(post=1.), near=near), seed)[0] for seed in range(12)])
        covered.append((masks > .02).mean())
        rim.append(((masks > .02) & (masks < .98)).mean())
    assert covered[1] > 1.2 * covered[0] and rim[1] > 2 * rim[0]


@pytest.mark.parametrize('kind', [kind for kind, thing in THINGS.items() if thing.where in ('floor', 'raised', 'across')])
def test_what_stands_before_the_person_stands_lower_than_the_feet(kind):
    targets = np.array([[60., 70.], [70., 85.], [64., 108.]])
    for seed in range(12):
        mask, _ = place(RandomOccluders(share=1., kinds={kind: 1.}, near=0.), seed, targets=targets)
        assert mask is None or np.flatnonzero((mask > .5).any(1))[-1] > 108


def test_somebody_is_left_to_see():
    targets = np.random.default_rng(0).uniform([30, 20], [90, 115], (12, 2))
    shares = {most: [] for most in (.4, 1.)}
    for most, found in shares.items():
        part = RandomOccluders(share=1., kinds=dict(wall=1., cupboard=1., hedge=1.), most=most)
        for seed in range(40):
            mask, _ = place(part, seed, targets=targets)
            if mask is not None:
                found.append(np.mean([mask[int(y), int(x)] > .5 for x, y in targets]))
    assert max(shares[.4]) <= .4 < max(shares[1.])
    assert place(RandomOccluders(share=1., kinds=dict(ball=1.), most=.1), 0, targets=targets[:1])[0] is not None


def test_ends_of_lost_limbs_stay_in_sight():
    keep = np.array([[60., 80.]])
    results = [place(RandomOccluders(share=1.), seed, keep)[0] for seed in range(80)]
    placed = [mask for mask in results if mask is not None]
    assert len(placed) > 30 and all(clear_of(mask, keep) for mask in placed)


def test_clear_of_looks_around_the_point_and_past_the_border():
    mask = np.zeros((20, 20), np.float32)
    mask[10, 10] = 1
    assert not clear_of(mask, np.array([[13., 12.]])) and clear_of(mask, np.array([[17., 10.]]))
    assert clear_of(mask, np.array([[-40., 5.], [60., 60.]]))


def test_spots_know_what_they_would_hide():
    spot = Spot(50., 100., 40.)
    assert spot.holds(np.array([[0., 0.], [52., 80.]])) and not spot.holds(np.array([[52., 50.], [80., 80.]]))
    assert not spot.holds(NOTHING)


def test_share_and_missing_targets():
    none = [place(RandomOccluders(share=.4), seed)[0] is None for seed in range(200)]
    assert .5 < np.mean(none) < .7
    assert place(RandomOccluders(share=1.), 0, targets=np.zeros((0, 2))) == (None, None)


def test_things_are_lit_by_the_light_of_the_scene():
    part = RandomOccluders(share=1., kinds=dict(post=1.), near=0.)
    def side_light(x):
        return SCENE._replace(light=Light(np.float32([x, 0, 0]), *(np.full(3, v, np.float32) for v in (1., .2, .2)), .1))
    for x in (-1, 1):
        mask, color = place(part, 3, scene=side_light(x))
        row = color[64, mask[64] > .9].mean(1)
        left, right = np.array_split(row, 2)
        assert x * (right.mean() - left.mean()) > 10


def test_the_same_generator_gives_the_same_thing():
    first, second = (place(RandomOccluders(share=1.), 5) for _ in range(2))
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])


def test_kinds_come_at_their_weights():
    part = RandomOccluders(share=1., kinds=dict(post=1., ball=3.), near=0., most=1.)
    posts = [place(part, seed)[0][-1].max() > .5 for seed in range(80)]            # they reach the lower border
    assert .12 < np.mean(posts) < .4


def test_unknown_kinds_and_bad_weights_are_refused():
    for kinds in (dict(dragon=1.), dict(chair=-1.), dict(chair=0.)):
        with pytest.raises(UserError, match='kinds'):
            RandomOccluders(kinds=kinds)
