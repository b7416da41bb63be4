import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.backgrounds.photographs import LICENCES, SURFACES, SkimagePhotographs


def test_splits_share_no_photograph_and_each_states_a_free_licence():
    assert not set(SURFACES['train']) & set(SURFACES['test'])
    for split in ('train', 'test'):
        licences = SkimagePhotographs().sources(split).values()
        assert licences and all(text.startswith(('CC0', 'public domain')) for text in licences)


def test_people_and_unlicensed_pictures_are_left_out():
    assert not set(LICENCES) & {'astronaut.png', 'camera.png', 'coins.png', 'motorcycle_left.png', 'lfw_subset.npy'}


@pytest.mark.parametrize('split', ['train', 'test'])
def test_shipped_photographs_can_be_read_and_cropped(split):
    part = SkimagePhotographs()
    assert all(image.ndim == 3 and image.dtype == np.uint8 for image in part.images(split).values())
    first, again = (part.sample(np.random.default_rng(0), split, 64) for _ in range(2))
    assert first.image.shape == (64, 64, 3) and first.name.split('/')[1] in SURFACES[split]
    np.testing.assert_array_equal(first.image, again.image)


def test_other_files_can_be_named_and_all_with_a_licence_exist():
    part = SkimagePhotographs(dict(train=sorted(LICENCES)))
    assert len(part.paths('train')) == len(LICENCES) and part.facts()['photographs']['train'] == sorted(LICENCES)


def test_a_name_scikit_image_does_not_ship_is_refused():
    with pytest.raises(UserError, match='name other files'):
        SkimagePhotographs(dict(train=['eagle_that_is_not_there.png'])).paths('train')
