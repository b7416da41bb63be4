import numpy as np
import pytest

from ajahr_mm.synthesis.scenes import ProceduralScenes


class Photographs:
    """Records which split is asked for and lends one red photograph."""

    def __init__(self):
        self.asked = set()

    def images(self, split):
        self.asked.add(split)
        return {'red.png': np.full((50, 60, 3), (250, 0, 0), np.uint8)}

    def sources(self, split):
        return {'red.png': 'CC0'}


@pytest.mark.parametrize('kind', sorted(ProceduralScenes.kinds))
def test_every_kind_gives_a_reproducible_picture(kind):
    scenes = ProceduralScenes(shares={kind: 1.})
    pictures = [scenes.sample(np.random.default_rng(seed), 'train', 96) for seed in (0, 0, 1)]
    image, name = pictures[0]
    assert image.shape == (96, 96, 3) and image.dtype == np.uint8 and name == f'procedural/{kind}'
    np.testing.assert_array_equal(image, pictures[1][0])
    assert not np.array_equal(image, pictures[2][0])


@pytest.mark.parametrize('size', [32, 128, 256])
def test_no_seed_breaks_any_kind(size):
    scenes = ProceduralScenes()
    for seed in range(25):
        assert scenes.sample(np.random.default_rng(seed), 'train', size)[0].shape == (size, size, 3)


def test_coverings_come_from_the_photographs_of_the_own_split():
    photographs = Photographs()
    scenes = ProceduralScenes(shares=dict(plain=1.), photographs=photographs)
    redness = [scenes.sample(np.random.default_rng(seed), 'test', 32)[0].astype(float) for seed in range(30)]
    assert photographs.asked == {'test'} and scenes.sources('test') == {'red.png': 'CC0'}
    assert any(image[..., 0].mean() > 3 * image[..., 1].mean() + 30 for image in redness)
