import numpy as np

from ajahr_mm.synthesis.occluders import RandomOccluders, clear_of

TARGETS = np.array([[60., 70.], [30., 90.]])


def place(part, seed, keep=np.zeros((0, 2)), targets=TARGETS):
    return part.sample(np.random.default_rng(seed), targets, keep, 128, lambda rng: np.zeros((128, 128, 3), np.uint8))


def test_an_occluder_covers_a_target_and_has_a_surface():
    hits = []
    for seed in range(40):
        mask, color = place(RandomOccluders(share=1., low_wall=0.), seed)
        assert mask.shape == (128, 128) and color.shape == (128, 128, 3) and 0 < mask.sum() < .3 * 128 ** 2
        hits.append(any(mask[int(y), int(x)] > .5 for x, y in TARGETS))
    assert np.mean(hits) > .8


def test_ends_of_lost_limbs_stay_in_sight():
    keep = np.array([[60., 70.]])
    results = [place(RandomOccluders(share=1.), seed, keep)[0] for seed in range(60)]
    placed = [mask for mask in results if mask is not None]
    assert len(placed) > 30 and all(clear_of(mask, keep) for mask in placed)


def test_clear_of_looks_around_the_point_and_past_the_border():
    mask = np.zeros((20, 20), np.float32)
    mask[10, 10] = 1
    assert not clear_of(mask, np.array([[13., 12.]])) and clear_of(mask, np.array([[17., 10.]]))
    assert clear_of(mask, np.array([[-40., 5.], [60., 60.]]))


def test_share_and_missing_targets():
    none = [place(RandomOccluders(share=.4), seed)[0] is None for seed in range(200)]
    assert .5 < np.mean(none) < .7
    assert place(RandomOccluders(share=1.), 0, targets=np.zeros((0, 2))) == (None, None)
