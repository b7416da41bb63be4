"""Listing, reading and writing pictures."""
import cv2
import numpy as np
import pytest

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.removal.pictures import list_pictures, read_picture, write_picture


@pytest.fixture
def folder(tmp_path):
    for name in ('b.jpg', 'a/x.PNG', 'a/x.jpg', 'notes.txt', '.hidden.jpg', 'out/pictures/b.jpg.png'):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b'x')
    return tmp_path


def test_a_folder_is_searched_deep_and_without_the_results(folder):
    root, files = list_pictures(folder, without=folder / 'out')
    assert root == folder and list(files) == ['a/x.PNG', 'a/x.jpg', 'b.jpg']
    assert files['a/x.jpg'] == folder / 'a/x.jpg'


def test_a_list_is_named_from_the_folder_it_shares(folder):
    root, files = list_pictures([folder / 'a/x.jpg', folder / 'b.jpg'], without=folder / 'out')
    assert root == folder and list(files) == ['a/x.jpg', 'b.jpg']
    assert list(list_pictures([folder / 'a/x.jpg'], without=folder / 'out')[1]) == ['x.jpg']


def test_nothing_to_clean(folder):
    for images, words in ((folder / 'none', 'is not a folder'), ([folder / 'none.jpg'], 'none.jpg is not a file'),
                          ([], 'holds no pictures'), (folder / 'out', 'holds no pictures')):
        with pytest.raises(UserError, match=words):
            list_pictures(images, without=folder / 'out')


@pytest.mark.parametrize('suffix', ['jpg', 'png'])
def test_large_pictures_are_scaled_down(tmp_path, astronaut, suffix):
    large = cv2.resize(astronaut, (1200, 800), interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(str(tmp_path / f'x.{suffix}'), large[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 100])
    image, scale = read_picture(tmp_path / f'x.{suffix}', 300)
    assert image.shape == (200, 300, 3) and scale == .25
    expected = cv2.resize(large, (300, 200), interpolation=cv2.INTER_AREA).astype(int)
    assert np.abs(image - expected).mean() < 3
    whole, scale = read_picture(tmp_path / f'x.{suffix}', 1200)
    assert whole.shape == large.shape and scale == 1 and read_picture(tmp_path / f'x.{suffix}', None)[1] == 1


def test_what_is_written_is_read_back(tmp_path, astronaut):
    write_picture(astronaut, tmp_path / 'deep' / 'x.png')
    np.testing.assert_array_equal(read_picture(tmp_path / 'deep' / 'x.png', None)[0], astronaut)
    write_picture(astronaut, tmp_path / 'x.jpg')
    assert np.abs(read_picture(tmp_path / 'x.jpg', None)[0].astype(int) - astronaut).mean() < 4
