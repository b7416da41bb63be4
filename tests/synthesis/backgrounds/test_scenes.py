import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.backgrounds.scenes import KINDS, ProceduralScenes


class Photographs:
    """Records which split is asked for and lends one striped photograph."""

    def __init__(self):
        self.asked = set()

    def images(self, split):
        self.asked.add(split)
        return {'stripes.png': np.tile(np.uint8([[[20], [230]]]), (64, 32, 3))}

    def sources(self, split):
        return {f'{split}.png': 'CC0'}


@pytest.mark.parametrize('kind', sorted(KINDS))
def test_every_kind_gives_a_reproducible_picture_with_light_and_horizon(kind):
    first, again, other = (ProceduralScenes({kind: 1.}, scenes=40).sample(np.random.default_rng(seed), 'train', 64)
                           for seed in (0, 0, 1))
    assert first.image.shape == (64, 64, 3) and first.image.dtype == np.uint8
    assert first.name.startswith(f'procedural/train/{kind}-') and first.image.std() > 2
    np.testing.assert_array_equal(first.image, again.image)
    assert not np.array_equal(first.image, other.image)
    assert -.1 < first.horizon < .7 and abs(np.linalg.norm(first.light.direction) - 1) < 1e-5
    brightness = (first.light.sun + first.light.sky) @ (.2126, .7152, .0722)
    assert .75 < brightness < 1.3 and 0 <= first.light.softness <= 1


@pytest.mark.parametrize('size', [24, 128])
def test_no_scene_breaks(size):
    scenes = ProceduralScenes(scenes=60)
    for number in range(60):
        assert scenes.scene('test', number, size)[1].image.shape == (size, size, 3)


def test_a_scene_is_drawn_once_and_shared_by_its_pictures_but_not_by_the_splits():
    scenes = ProceduralScenes(scenes=3)
    names = {split: {scenes.sample(np.random.default_rng(seed), split, 32).name for seed in range(40)}
             for split in ('train', 'test')}
    assert len(names['train']) == len(names['test']) == 3 and not names['train'] & names['test']
    one, other = (scenes.scene(split, 0, 40)[1] for split in ('train', 'test'))
    assert not np.array_equal(one.image, other.image) and scenes.scene('train', 0, 40)[1] is one


def test_the_order_of_the_draws_and_the_memory_do_not_matter():
    small, large = ProceduralScenes(scenes=12, cache_mb=0), ProceduralScenes(scenes=12)
    pictures = [large.sample(np.random.default_rng(seed), 'train', 48).image for seed in range(20)]
    for seed in reversed(range(20)):
        np.testing.assert_array_equal(small.sample(np.random.default_rng(seed), 'train', 48).image, pictures[seed])
    assert len(small._kept) == 1 and len(large._kept) <= 12


def test_another_seed_gives_other_scenes():
    one, other = (ProceduralScenes(seed=seed).scene('train', 0, 48)[1].image for seed in (0, 1))
    assert not np.array_equal(one, other)


def test_a_mirrored_picture_has_its_light_mirrored():
    scenes = ProceduralScenes(dict(plain=1.), scenes=1)
    side = scenes.scene('train', 0, 80)[1].light.direction[0]
    turned = [scenes.sample(np.random.default_rng(seed), 'train', 64) for seed in range(12)]
    assert {round(float(picture.light.direction[0] / side)) for picture in turned} == {-1, 1}
    for picture in turned:                     # the paper is brighter where the lamp points
        columns = picture.image.mean((0, 2))
        assert (columns[:32].mean() < columns[32:].mean()) == (picture.light.direction[0] > 0)


def test_the_ground_comes_from_the_photographs_of_the_own_split():
    photographs = Photographs()
    parts = ProceduralScenes(dict(yard=1.), photographs=photographs), ProceduralScenes(dict(yard=1.))
    scenes = parts[0]
    differ = [not np.array_equal(*(part.scene('test', k, 32)[1].image for part in parts)) for k in range(14)]
    assert photographs.asked == {'test'} and scenes.sources('test')['test.png'] == 'CC0' and any(differ)


@pytest.mark.parametrize('bad', [dict(shares=dict(moon=1.)), dict(shares=dict(room=0.)),
                                 dict(shares=dict(room=-1., park=2.)), dict(scenes=0)])
def test_mistakes_are_refused(bad):
    with pytest.raises(UserError, match='non-negative weights of room, corridor'):
        ProceduralScenes(**bad)
