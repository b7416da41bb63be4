import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.backgrounds import (SKIMAGE_PHOTOGRAPHS, BackgroundMixture, FolderBackgrounds, SkimagePhotographs,
                                            random_crop, read_rgb)


@pytest.fixture
def folder(tmp_path):
    import cv2
    for i in range(40):
        cv2.imwrite(str(tmp_path / f'{i}.png'), np.full((30, 40, 3), (i, 0, 200), np.uint8))
    return tmp_path


def test_splits_share_no_photograph_and_each_states_a_free_licence():
    assert not set(SKIMAGE_PHOTOGRAPHS['train']) & set(SKIMAGE_PHOTOGRAPHS['test'])
    for split in ('train', 'test'):
        licences = SkimagePhotographs().sources(split).values()
        assert licences and all(text.startswith(('CC0', 'public domain')) for text in licences)


def test_people_and_unlicensed_pictures_are_left_out():
    names = {name for files in SKIMAGE_PHOTOGRAPHS.values() for name in files}
    assert not names & {'astronaut.png', 'camera.png', 'coins.png', 'motorcycle_left.png', 'lfw_subset.npy'}


@pytest.mark.parametrize('split', ['train', 'test'])
def test_shipped_photographs_can_be_read_and_cropped(split):
    part = SkimagePhotographs()
    assert all(image.ndim == 3 and image.dtype == np.uint8 for image in part.images(split).values())
    image, name = part.sample(np.random.default_rng(0), split, 64)
    assert image.shape == (64, 64, 3) and name.split('/')[1] in SKIMAGE_PHOTOGRAPHS[split]


def test_a_name_scikit_image_does_not_ship_is_refused():
    with pytest.raises(UserError, match='name other files'):
        SkimagePhotographs(dict(train=['eagle_that_is_not_there.png'])).paths('train')


def test_folder_files_belong_to_one_split_each_and_come_as_rgb(folder):
    part = FolderBackgrounds(str(folder), test_share=.3)
    train, test = set(part.paths('train')), set(part.paths('test'))
    assert not train & test and len(train | test) == 40 and 4 <= len(test) <= 20
    assert read_rgb(sorted(train)[0])[0, 0, 0] == 200      # red first


def test_folder_that_cannot_serve_is_refused(tmp_path, folder):
    with pytest.raises(UserError, match='holds no image'):
        FolderBackgrounds(str(tmp_path / 'nowhere')).paths('train')
    (tmp_path / 'bad').mkdir()
    (tmp_path / 'bad' / 'broken.jpg').write_bytes(b'not a picture')
    with pytest.raises(UserError, match='not a readable image'):
        FolderBackgrounds(str(tmp_path / 'bad'), test_share=0).sample(np.random.default_rng(0), 'train', 32)


def test_huge_photographs_are_shrunk(tmp_path):
    import cv2
    cv2.imwrite(str(tmp_path / 'huge.png'), np.zeros((100, 3000, 3), np.uint8))
    assert max(read_rgb(str(tmp_path / 'huge.png')).shape) == 1024


def test_crop_is_square_even_of_a_narrow_picture():
    assert random_crop(np.zeros((20, 300, 3), np.uint8), np.random.default_rng(0), 48).shape == (48, 48, 3)


def test_mixture_follows_its_weights(folder):
    part = BackgroundMixture([SkimagePhotographs(), FolderBackgrounds(str(folder), test_share=0)], [0, 1])
    names = {part.sample(np.random.default_rng(i), 'train', 16)[1].split('/')[1] for i in range(10)}
    assert not names & set(SKIMAGE_PHOTOGRAPHS['train'])
    with pytest.raises(UserError, match='one non-negative weight'):
        BackgroundMixture([SkimagePhotographs()], [.5, .5])
