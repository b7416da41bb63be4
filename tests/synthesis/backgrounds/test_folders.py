import cv2
import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.backgrounds.folders import FolderBackgrounds


@pytest.fixture
def folder(tmp_path):
    for i in range(40):
        (tmp_path / str(i % 3)).mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / str(i % 3) / f'{i}.png'), np.full((60, 80, 3), (i, 0, 200), np.uint8))
    return tmp_path


def spoil(folder, share):
    """Cuts off every so-many-th file."""
    for path in sorted(folder.rglob('*.png'))[::share]:
        path.write_bytes(path.read_bytes()[:20])


def test_files_belong_to_one_split_each(folder):
    part = FolderBackgrounds(str(folder), test_share=.3, licence='CC BY 4.0')
    train, test = set(part.names('train')), set(part.names('test'))
    assert not train & test and len(train | test) == 40 and 4 <= len(test) <= 20
    assert len(part.paths('train')) == len(train) and list(part.sources('train').values()) == ['CC BY 4.0']
    drawn = {part.sample(np.random.default_rng(seed), 'test', 32).name for seed in range(200)}
    assert drawn == {f'photograph/{name}' for name in test}


def test_pictures_come_as_rgb_and_depend_on_their_stream_alone(folder):
    first, again = (FolderBackgrounds(str(folder)).sample(np.random.default_rng(3), 'train', 64) for _ in range(2))
    np.testing.assert_array_equal(first.image, again.image)
    assert first.image.shape == (64, 64, 3) and first.image[..., 0].mean() > 4 * first.image[..., 1].mean() + 100
    assert first.light is None and first.horizon is None


def test_unreadable_files_are_named_and_another_is_drawn_whatever_was_read_before(folder):
    spoil(folder, 4)
    part = FolderBackgrounds(str(folder), test_share=0)
    pictures = [part.sample(np.random.default_rng(seed), 'train', 32) for seed in range(120)]
    assert len(part.skipped) == 10 and all('is not an image' in why for why in part.skipped.values())
    assert not {picture.name.partition('/')[2] for picture in pictures} & set(part.skipped)
    fresh = FolderBackgrounds(str(folder), test_share=0)
    for seed in (100, 50, 7):
        np.testing.assert_array_equal(fresh.sample(np.random.default_rng(seed), 'train', 32).image, pictures[seed].image)
    assert part.facts()['skipped'] == 10


def test_strict_refuses_the_first_unreadable_file(folder):
    spoil(folder, 1)
    with pytest.raises(UserError, match='is not an image'):
        FolderBackgrounds(str(folder), strict=True).sample(np.random.default_rng(0), 'train', 32)


def test_a_folder_that_is_mostly_unreadable_stops_with_one_sentence(folder):
    spoil(folder, 1)
    for path in sorted(folder.rglob('*.png'))[:4]:
        cv2.imwrite(str(path), np.zeros((40, 40, 3), np.uint8))
    part = FolderBackgrounds(str(folder), test_share=0)
    with pytest.raises(UserError, match='more than half of the pictures drawn from') as caught:
        for seed in range(100):
            part.sample(np.random.default_rng(seed), 'train', 32)
    assert '\n' not in str(caught.value)


def test_a_folder_without_pictures_for_the_split_is_refused(tmp_path, folder):
    with pytest.raises(UserError, match='holds no picture'):
        FolderBackgrounds(str(tmp_path / 'nowhere')).sample(np.random.default_rng(0), 'train', 32)
    with pytest.raises(UserError, match='holds no picture for the test split'):
        FolderBackgrounds(str(folder), test_share=0).names('test')


def test_too_few_files_for_the_number_of_pictures_are_told(folder):
    part = FolderBackgrounds(str(folder), test_share=0, pictures_per_file=100)
    assert part.check('train', 4000) is None and not part.skipped
    assert '40 pictures for 4001 backgrounds' in part.check('train', 4001) and len(part.skipped) == 1
    with pytest.raises(UserError, match='more than 100 times'):
        FolderBackgrounds(str(folder), test_share=0, pictures_per_file=100, strict=True).check('train', 4001)
